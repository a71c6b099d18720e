"""When maintenance windows are open. Rules run on the wall clock of their zone: a window at 22:00 stays at 22:00.

Durations are real time: a window of two hours lasts two hours on the night the clocks change as well.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrule, rruleset, rrulestr

from watchbill.alerts.model.maintenance import MaintenanceWindow, Occurrence

__all__ = ["next_change", "occurrences", "open_now"]

# Zones are never further apart than this; how far wall clocks are looked at beyond the range that is asked for.
_SLACK = timedelta(hours=26)
# A rule that has no further occurrence within this has none that matters.
_AHEAD = timedelta(days=400)


def occurrences(window: MaintenanceWindow, start: datetime, end: datetime) -> Iterator[Occurrence]:
    """Every time that the window is open within [start, end), in order."""
    earliest, latest = _wall(window, start) - window.duration - _SLACK, _wall(window, end) + _SLACK
    if window.rule:
        begins: Iterable[datetime] = _rule(window.rule, window.starts).between(earliest, latest, inc=True)
    else:
        begins = [window.starts]
    for begin in begins:
        starts_at = begin.replace(tzinfo=window.timezone).astimezone(UTC)
        found = Occurrence(window, starts_at, starts_at + window.duration)
        if found.starts_at < end and start < found.ends_at:
            yield found


def open_now(windows: Iterable[MaintenanceWindow], now: datetime) -> list[Occurrence]:
    """What is open at this moment, the one that ends last for each window."""
    instant = now + timedelta(microseconds=1)
    found = (max(occurrences(one, now, instant), key=lambda it: it.ends_at, default=None) for one in windows)
    return [one for one in found if one is not None]


def next_change(windows: Iterable[MaintenanceWindow], now: datetime) -> datetime | None:
    """When the next of them opens or closes; None: not within a year."""
    moments = (
        moment
        for window in windows
        for found in occurrences(window, now, now + _AHEAD)
        for moment in (found.starts_at, found.ends_at)
        if moment > now
    )
    return min(moments, default=None)


def _wall(window: MaintenanceWindow, moment: datetime) -> datetime:
    return moment.astimezone(window.timezone).replace(tzinfo=None)


@lru_cache(maxsize=256)
def _rule(text: str, starts: datetime) -> rrule | rruleset:
    return rrulestr(text.removeprefix("RRULE:"), dtstart=starts, cache=True)
