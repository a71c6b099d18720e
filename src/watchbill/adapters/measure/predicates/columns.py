"""The columns of an event: the canonical ones of every log format, their aliases, and fields by their own name."""

from enum import StrEnum

__all__ = ["ALIASES", "CANONICAL", "Kind", "canonical", "quoted", "text_literal"]


class Kind(StrEnum):
    """What a value is. A field of JSON lines is ANY: what it is compared with decides how it is read."""

    NUMBER = "a number"
    TEXT = "text"
    BOOLEAN = "yes or no"
    TIME = "a time"
    ANY = "a field"


CANONICAL: dict[str, Kind] = {
    "timestamp": Kind.TIME,
    "service": Kind.TEXT,
    "method": Kind.TEXT,
    "path": Kind.TEXT,  # without the query string
    "query": Kind.TEXT,
    "status": Kind.NUMBER,
    "duration_ms": Kind.NUMBER,
    "bytes": Kind.NUMBER,
    "remote_addr": Kind.TEXT,
    "user_agent": Kind.TEXT,
    "referer": Kind.TEXT,
    "host": Kind.TEXT,
    "region": Kind.TEXT,
    "trace_id": Kind.TEXT,
    "level": Kind.TEXT,
    "message": Kind.TEXT,
}
ALIASES = {"http_method": "method", "http_path": "path", "http_status": "status"}


def canonical(name: str) -> str | None:
    """The canonical column that a name means, whatever its case; None where it is a field's own name."""
    lower = name.lower()
    column = ALIASES.get(lower, lower)
    return column if column in CANONICAL else None


def quoted(column: str, *, own: bool = False) -> str:
    """The column as SQL names it. Own names are spelled in hexadecimal: any character is safe, and case tells them apart."""
    return f'"own_{column.encode().hex()}"' if own else f'"{column}"'


def text_literal(text: str) -> str:
    """A SQL string: quotes doubled; backslashes mean nothing to DuckDB."""
    return "'" + text.replace("'", "''") + "'"
