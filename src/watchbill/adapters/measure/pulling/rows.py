"""Rows of (minute, good, total), as queries and plug-ins give them, checked and added up."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from watchbill.adapters.measure.pulling.ledger import Fetched

__all__ = ["fetched"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_COLUMNS = 3


def fetched(rows: Iterable[Sequence[object]]) -> Fetched:
    """Minutes with their events; several rows of a minute are added. What cannot be is left out and counted as rejected.

    A minute is a time (without a zone: UTC), its text, or seconds since 1970.
    """
    found = Fetched()
    for row in rows:
        if len(row) != _COLUMNS:
            return Fetched(trouble=f"gives {len(row)} columns, and minute, good, total are wanted", failed=True)
        minute, good, total = _minute(row[0]), _number(row[1]), _number(row[2])
        if minute is None or good is None or total is None or not 0 <= good <= total:
            found.rejected += 1
            found.trouble = f"a row was left out: {tuple(str(value)[:40] for value in row)}"
            continue
        bad, events = found.minutes.get(minute, (0.0, 0.0))
        found.minutes[minute] = (bad + total - good, events + total)
    return found


def _minute(value: object) -> int | None:
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            return ((value if value.tzinfo else value.replace(tzinfo=UTC)) - _EPOCH) // _MINUTE
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return math.floor(value / 60)
    except (ValueError, OverflowError, ArithmeticError):
        return None
    return (
        None
        if not isinstance(value, date)
        else (datetime(value.year, value.month, value.day, tzinfo=UTC) - _EPOCH) // _MINUTE
    )


def _number(value: object) -> float | None:
    if value is None:
        return 0.0  # SUM over no rows
    if not isinstance(value, int | float | Decimal):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
