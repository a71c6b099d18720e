"""The kinds of resources: one model each, and the table that lists them in the order of applying and exporting."""

from watchbill.adapters.resources.kinds.table import KINDS, Kind, kind_named

__all__ = ["KINDS", "Kind", "kind_named"]
