"""Puts the parts together: the only place that names concrete classes. Plain calls, no container, no globals.

What is named here is imported on first use: `watchbill validate` reads YAML and needs neither a database nor a log reader.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
_HOMES = {
    "App": "watchbill.bootstrap.app",
    "Plan": "watchbill.adapters.resources.plan",
    "Report": "watchbill.adapters.resources.validation",
    "Services": "watchbill.bootstrap.services",
    "SourceFile": "watchbill.adapters.resources.files",
    "apply_folder": "watchbill.bootstrap.resources",
    "resource_files": "watchbill.bootstrap.resources",
    "resource_schema": "watchbill.bootstrap.resources",
    "validate_files": "watchbill.bootstrap.resources",
}


def __getattr__(name: str) -> Any:  # Any: each name has its own type, which type checkers read above
    """Import the home of a name on its first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
