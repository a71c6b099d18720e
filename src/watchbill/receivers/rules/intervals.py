"""Whether a moment lies within time intervals."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from watchbill.receivers.model import Range, RouteNode, TimeInterval

__all__ = ["contains", "is_muted"]


def is_muted(node: RouteNode, intervals: Mapping[str, Sequence[TimeInterval]], now: datetime) -> bool:
    """Whether the route says nothing now: it is outside of its active intervals, or inside one that mutes."""
    if node.active and not any(contains(intervals[name], now) for name in node.active):
        return True
    return any(contains(intervals[name], now) for name in node.mute)


def contains(intervals: Iterable[TimeInterval], now: datetime) -> bool:
    """Whether any of them holds at the moment."""
    return any(_holds(interval, now.astimezone(ZoneInfo(interval.zone))) for interval in intervals)


def _holds(interval: TimeInterval, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    if interval.times and not any(period.start <= minute < period.end for period in interval.times):
        return False
    if interval.days_of_month and not any(_has_day(days, local) for days in interval.days_of_month):
        return False
    parts = (
        (interval.weekdays, local.isoweekday() % 7),
        (interval.months, local.month),
        (interval.years, local.year),
    )
    return all(not ranges or any(one.first <= value <= one.last for one in ranges) for ranges, value in parts)


def _has_day(days: Range, local: datetime) -> bool:
    """Negative days count from the end of the month; a range is cut to the days that the month has."""
    length = calendar.monthrange(local.year, local.month)[1]
    first = days.first + length + 1 if days.first < 0 else days.first
    last = days.last + length + 1 if days.last < 0 else days.last
    if first > length:
        return False
    return max(first, 1) <= local.day <= min(last, length)
