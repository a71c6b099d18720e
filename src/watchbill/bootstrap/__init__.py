"""Puts the parts together: the only place that names concrete classes. Plain calls, no container, no globals."""

from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.plan import Plan
from watchbill.adapters.resources.validation import Report
from watchbill.bootstrap.app import App
from watchbill.bootstrap.resources import apply_folder, resource_files, resource_schema, validate_files
from watchbill.bootstrap.services import Services

__all__ = [
    "App",
    "Plan",
    "Report",
    "Services",
    "SourceFile",
    "apply_folder",
    "resource_files",
    "resource_schema",
    "validate_files",
]
