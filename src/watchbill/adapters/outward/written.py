"""YAML as the tools' own documentation writes it: block style, expressions of several lines as they are."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

__all__ = ["yaml_text"]

_WIDTH = 4096  # expressions are not broken where a line happens to be full


def yaml_text(documents: Sequence[Mapping[str, Any]], notes: Sequence[str] = ()) -> str:  # Any: JSON
    """The documents as one file; the notes become comments at its head."""
    writer = YAML()
    writer.width = _WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    for note in notes:
        out.write(f"# {note}\n")
    for number, document in enumerate(documents):
        if number:
            out.write("---\n")
        writer.dump(_literal(document), out)
    return out.getvalue()


def _literal(value: Any) -> Any:  # Any: JSON
    if isinstance(value, str) and "\n" in value:
        return LiteralScalarString(value)
    if isinstance(value, Mapping):
        return {key: _literal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_literal(item) for item in value]
    return value
