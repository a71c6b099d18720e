"""The part of Go's template language that receivers' texts are written in: fields, pipes, if, with, range, template."""

from watchbill.receivers.rules.templates.defaults import DEFAULTS
from watchbill.receivers.rules.templates.parsing import TemplateError, parse
from watchbill.receivers.rules.templates.rendering import Library, root_of

__all__ = ["DEFAULTS", "Library", "TemplateError", "parse", "root_of"]
