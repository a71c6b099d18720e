"""The structured log standard as a JSON Schema, for editors and for other programs' tests."""

from typing import Any

from watchbill.signals.model import Field, Kind
from watchbill.signals.rules.log_standard import FIELDS, LEVELS, METHODS, TIMESTAMP

__all__ = ["log_schema"]


def log_schema() -> dict[str, Any]:  # Any: JSON
    """One line of a log (draft 2020-12). Further fields are welcome, with their unit in the name."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Structured log line",
        "description": "One JSON object a line. Names are snake_case and say their unit (duration_ms, size_bytes, amount_cents).",
        "type": "object",
        "properties": {one.name: {**_of(one), "description": one.means, "examples": [one.example]} for one in FIELDS},
        "required": [one.name for one in FIELDS if one.required],
        "dependentRequired": {"span_id": ["trace_id"]},
        "patternProperties": {
            "_(ns|us|ms|seconds|minutes|hours|bytes|pct|percent|ratio|rps|total)$": {"type": ["number", "null"], "minimum": 0},
            "_count$": {"type": ["integer", "null"], "minimum": 0},
            "_cents$": {"type": ["integer", "null"]},
            "_id$": {"type": ["string", "integer", "null"]},
        },
        "additionalProperties": True,
    }  # fmt: skip


def _of(one: Field) -> dict[str, Any]:  # Any: JSON
    text = {"type": "string"} if one.required else {"type": ["string", "null"]}
    number: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}  # Any: JSON
    shapes: dict[Kind, dict[str, Any]] = {  # Any: JSON
        Kind.TIMESTAMP: {"type": "string", "format": "date-time", "pattern": TIMESTAMP},
        Kind.LEVEL: {"enum": list(LEVELS)},
        Kind.METHOD: {"enum": [*METHODS, None]},
        Kind.STATUS: {**number, "minimum": 100, "maximum": 599},
        Kind.ID: {"type": ["string", "integer", "null"], "pattern": r"^\S+$"},
        Kind.TEXT: {**text, "minLength": 1},
        Kind.COUNT: number,
        Kind.AMOUNT: {**number, "type": ["number", "null"]},
        Kind.WHOLE: {"type": ["integer", "null"]},
    }
    return shapes[one.kind]
