"""Whose turn it is in one layer: turns are counted over the periods in which the layer may count at all.

All arithmetic is on the wall clock; only the ends of what comes out are turned into moments. A turn advances once per
rotation period that holds at least one allowed window: with Mon-Fri restrictions a daily layer goes from Friday's person to
the next one on Monday.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from watchbill.oncall.model import Layer, Restriction, Shift
from watchbill.oncall.rules.walltime import moment, wall

__all__ = ["layer_shifts", "next_in_layer", "periods_that_count"]

_WEEK = timedelta(weeks=1)
_MINUTE = timedelta(minutes=1)
_WHOLE_WEEK = ((timedelta(0), _WEEK),)
# The wall may be a day away from where UTC would put it: the date line has moved by a whole day.
_MARGIN = timedelta(days=1)
_MONDAY = datetime(2001, 1, 1)  # noqa: DTZ001 - wall time, any Monday at midnight

Window = tuple[timedelta, timedelta]  # from Monday 00:00, half-open


@dataclass(frozen=True, slots=True)
class _Pattern:
    """How many of a layer's periods count: the answer repeats after `cycle` periods, of which `allowed` count."""

    windows: tuple[Window, ...]
    cycle: int
    allowed: tuple[int, ...]  # indices within a cycle of the periods that count

    def turns_before(self, period: int) -> int:
        """How many of the periods 0 .. period-1 count."""
        whole, rest = divmod(period, self.cycle)
        return whole * len(self.allowed) + bisect_right(self.allowed, rest - 1)


def layer_shifts(layer: Layer, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Shift]:
    """The layer's own shifts within [start, end), in order, one for each stretch of each turn; nobody before its start."""
    pattern = _pattern(layer)
    first, last = wall(start, zone) - _MARGIN, wall(end, zone) + _MARGIN
    period = max(0, (first - layer.start) // layer.turn)
    while (opens := layer.start + period * layer.turn) < last:
        person = layer.people[pattern.turns_before(period) % len(layer.people)]
        for piece_start, piece_end in _pieces(pattern.windows, opens, opens + layer.turn):
            begins, ends = max(moment(piece_start, zone), start), min(moment(piece_end, zone), end)
            if begins < ends:
                yield Shift(begins, ends, person, layer.name)
        period += 1


def next_in_layer(layer: Layer, person: str, avoid: frozenset[str]) -> str | None:
    """Who comes after `person` in the layer and is not to be avoided; None where there is nobody."""
    if person not in layer.people:
        return None
    at = layer.people.index(person)
    ring = layer.people[at + 1 :] + layer.people[: at + 1]
    return next((other for other in ring if other not in avoid), None)


@lru_cache(maxsize=4096)
def _pattern(layer: Layer) -> _Pattern:
    windows = _windows(layer.restrictions)
    if windows == _WHOLE_WEEK:
        return _Pattern(windows, 1, (0,))
    minutes, week = layer.turn // _MINUTE, _WEEK // _MINUTE
    cycle = math.lcm(minutes, week) // minutes
    starts = (layer.start + index * layer.turn for index in range(cycle))
    allowed = (index for index, opens in enumerate(starts) if _holds_window(windows, opens, opens + layer.turn))
    return _Pattern(windows, cycle, tuple(allowed))


def _windows(restrictions: tuple[Restriction, ...]) -> tuple[Window, ...]:
    """The hours of the week in which a layer counts: sorted, disjoint, not touching."""
    if not restrictions:
        return _WHOLE_WEEK
    spans: list[Window] = []
    for restriction in restrictions:
        opens, closes = _since_midnight(restriction.start), _since_midnight(restriction.end)
        length = closes - opens if closes > opens else closes - opens + timedelta(days=1)
        for day in restriction.days:
            start = timedelta(days=day) + opens
            spans += _wrapped(start, start + length)
    merged: list[Window] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _wrapped(start: timedelta, end: timedelta) -> list[Window]:
    if end <= _WEEK:
        return [(start, end)]
    return [(start, _WEEK), (timedelta(0), end - _WEEK)]


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _pieces(windows: tuple[Window, ...], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The allowed stretches of wall time within [start, end); those that touch (Sunday midnight) are one."""
    if windows == _WHOLE_WEEK:
        yield start, end
        return
    monday = _MONDAY + (start - _MONDAY) // _WEEK * _WEEK
    held: tuple[datetime, datetime] | None = None
    while monday < end:
        for opens, closes in windows:
            begins, ends = max(monday + opens, start), min(monday + closes, end)
            if begins >= ends:
                continue
            if held and held[1] == begins:
                held = (held[0], ends)
                continue
            if held:
                yield held
            held = (begins, ends)
        monday += _WEEK
    if held:
        yield held


def _holds_window(windows: tuple[Window, ...], start: datetime, end: datetime) -> bool:
    return next(_pieces(windows, start, end), None) is not None


def periods_that_count(layer: Layer) -> tuple[int, tuple[int, ...]]:
    """After how many turn periods the answer repeats, and which of those count (hold an hour in which the layer may count)."""
    pattern = _pattern(layer)
    return pattern.cycle, pattern.allowed
