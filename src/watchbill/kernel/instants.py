"""The one text form of a moment: ISO 8601, UTC, six fraction digits and `Z`, so that text order is time order."""

import re
from datetime import UTC, datetime

from watchbill.kernel.errors import Invalid

__all__ = ["floor_hour", "floor_minute", "from_text", "to_text"]

# Fraction digits beyond six are cut (nanoseconds of senders); a zone is required, for a time without one is a guess.
_FORM = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,12}))?(Z|z|[+-]\d\d:\d\d)")


def to_text(moment: datetime) -> str:
    """`2026-11-24T03:12:00.000000Z`; a naive datetime raises, it names no moment."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime names no moment")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # strftime takes five times as long


def from_text(text: str, *, field: str = "time") -> datetime:
    """Read RFC 3339 with a zone; raises Invalid(field) for anything else, leap seconds and 30 February included."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise Invalid(field, f"{text!r} is not a time with a zone", hint="write 2026-11-24T03:12:00Z")
    day, clock, fraction, zone = match.groups()
    zone = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(f"{day}T{clock}.{(fraction or '0')[:6]:0<6}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Invalid(field, f"{text!r}: {wrong}", hint="write 2026-11-24T03:12:00Z") from wrong


def floor_minute(moment: datetime) -> datetime:
    """The start of the minute that holds the moment."""
    return moment.replace(second=0, microsecond=0)


def floor_hour(moment: datetime) -> datetime:
    """The start of the hour that holds the moment."""
    return moment.replace(minute=0, second=0, microsecond=0)
