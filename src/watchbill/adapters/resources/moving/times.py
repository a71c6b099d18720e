"""Moments, zones and hours of the week, as the JSON of other pagers writes them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchbill.adapters.resources.moving.moved import Json
from watchbill.kernel.errors import Invalid

__all__ = ["DAY", "DAYS", "WEEK", "is_zone", "local_text", "moment", "pieces", "text", "wall"]

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def text(thing: Mapping[str, Json], name: str) -> str:
    """A field as text; "" where it is absent or null."""
    value = thing.get(name)
    return str(value) if value is not None else ""


def moment(written: str) -> datetime:
    """An ISO 8601 time in UTC; one without a zone is UTC already. Raises Invalid."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError as wrong:
        raise Invalid("FILE", f"{written!r} is not a time", hint="2026-11-24T09:00:00+01:00 is one") from wrong
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def wall(written: str, zone: ZoneInfo) -> datetime:
    """The same on the wall clock of a zone, without it."""
    return moment(written).astimezone(zone).replace(tzinfo=None)


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """A moment as resources write local time."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def is_zone(name: str) -> bool:
    """Whether that is an IANA zone."""
    try:
        return bool(name) and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def pieces(day: int | None, opens: timedelta, length: timedelta) -> Iterator[dict[str, Json]]:
    """Restrictions for so long from a time of day on: every day (None), or from a weekday (0 is Monday) on.

    Ours belong to one day each, so what lasts over several days is written as one for each of them.
    """
    if day is None:
        yield {"from": _clock(opens), "to": _clock((opens + min(length, DAY)) % DAY)}
        return
    left = min(length, WEEK)
    while left > timedelta(0):
        part = min(left, DAY - opens)
        yield {"days": [DAYS[day % 7]], "from": _clock(opens), "to": _clock((opens + part) % DAY)}
        day, opens, left = day + 1, timedelta(0), left - part


def _clock(span: timedelta) -> str:
    minutes = span // timedelta(minutes=1)
    return f"{minutes // 60:02}:{minutes % 60:02}"
