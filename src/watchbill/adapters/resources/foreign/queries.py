"""Queries of other tools made into ours: their window becomes `$window`, and rates become the counts behind them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

__all__ = ["counted", "measured", "named", "number", "windowed"]

Json = dict[str, Any]  # Any: JSON

_TEMPLATE = re.compile(r"\{\{\s*\.window\s*\}\}")
_RATE = re.compile(r"\brate\s*\(")
_LONG = 64


def windowed(query: str) -> str:
    """`{{.window}}` of Sloth as `$window`."""
    return _TEMPLATE.sub("$window", query).strip()


def counted(query: str) -> str:
    """Rates as increases: the share stays the same, because both sides grow by the window's seconds, and counts are counts."""
    return _RATE.sub("increase(", query)


def measured(url: str | None, **queries: str) -> Json:
    """A measurement by these queries; prose, which measures nothing, where nobody said which server answers them."""
    if url is None:
        return {"source": "; ".join(f"{part}: {query}" for part, query in queries.items())}
    return {"source": {"prometheus": {"url": url, **queries}}}


def named(*parts: str) -> str:
    """A name of ours: lower case, with dashes, at most 64 characters."""
    plain = re.sub(r"[^a-z0-9._]+", "-", "-".join(parts).lower()).strip("-._")
    return plain[:_LONG].strip("-._")


def number(value: Any) -> Any:  # Any: JSON
    """Text of a number as that number, exactly; anything else as it is, for its field to complain about."""
    try:
        return Decimal(str(value)) if isinstance(value, str) else value
    except InvalidOperation:
        return value
