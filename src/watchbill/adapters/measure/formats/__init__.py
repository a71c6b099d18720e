"""Log formats: detection, fast reading by DuckDB, and exact judgement of odd lines."""

from watchbill.adapters.measure.formats.registry import AUTO, FORMATS, detect, known_formats, named, which
from watchbill.adapters.measure.formats.shape import MAX_LINE, Event, Format, Need, Reject, Relation, records_relation

__all__ = [
    "AUTO",
    "FORMATS",
    "MAX_LINE",
    "Event",
    "Format",
    "Need",
    "Reject",
    "Relation",
    "detect",
    "known_formats",
    "named",
    "records_relation",
    "which",
]
