"""Counts that are computed from counts: time slices, composites, and budgets from which a stretch of time was taken out.

Stands before any implementation of the port Counts and answers for the series that nobody stores; everything else it passes
on, and a tick without computed series costs nothing more.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import Bound, Bucket, Budgeting, Slo, WindowSum
from watchbill.slo.model.objective import COMPOSITE, SLICES
from watchbill.slo.ports import Counts
from watchbill.slo.rules.composite import composed
from watchbill.slo.slices import SliceMemory

__all__ = ["ADJUSTED", "ComputedCounts", "Memory", "Promises", "part_series"]

ADJUSTED = "=adjusted:"
_PART = "/"  # stands in no name: `series_of`
_MINUTE = timedelta(minutes=1)
_MAX_DEPTH = (
    8  # of composites of composites; `validate` refuses cycles, and this ends one that was applied before it did
)
Span = tuple[datetime, datetime]


def part_series(whole: str, part: Slo) -> str:
    """What a composite's own series takes from one of its parts: all of it, or less what was taken out of the composite."""
    return f"{whole.partition(_PART)[0]}{_PART}{part.name}" if whole.startswith(ADJUSTED) else part.series


class Promises(Protocol):
    """What computed series are about."""

    def slo(self, name: str) -> Slo | None:
        """The SLO (or member of a group) of that name."""

    def excluded(self, slo: str) -> Sequence[Span]:
        """The spans that are taken out of its budget: disjoint, whole minutes, in order."""


@dataclass
class Memory:
    """What a process keeps between ticks: slices by series and rule, and how bounds were split."""

    slices: dict[str, SliceMemory] = field(default_factory=dict)
    split: tuple[tuple[Bound, ...], tuple[Bound, ...], tuple[int, ...]] | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)  # the worker and web requests look at once


class ComputedCounts:
    """The port Counts, with computed series. Made anew for each transaction: what it has just looked at is not looked at again."""

    def __init__(self, inner: Counts, promises: Promises, memory: Memory) -> None:
        self._inner, self._promises, self._memory = inner, promises, memory
        self._fresh: dict[str, datetime] = {}

    def groups(self, sli: str) -> Sequence[str]:
        """The stored series of single groups of an SLI."""
        return self._inner.groups(sli)

    def first_minute(self, sli: str) -> datetime | None:
        """The first minute with data; of a composite the earliest of its parts."""
        slo = self._slo(sli)
        if slo is None:
            return self._inner.first_minute(sli)
        if slo.composite is None:
            return self._inner.first_minute(slo.measured)
        known = [self.first_minute(part.series) for part in self._parts(slo)]
        return min((one for one in known if one is not None), default=None)

    def sums(self, sli: str, minutes: Sequence[int], at: datetime) -> list[WindowSum]:
        """Windows that end with the minute of `at`."""
        if not sli.startswith("="):
            return self._inner.sums(sli, minutes, at)
        end = floor_minute(at) + _MINUTE
        return [self.between(sli, end - count * _MINUTE, end) for count in minutes]

    def between(self, sli: str, start: datetime, end: datetime) -> WindowSum:
        """The minutes of [start, end)."""
        slo = self._slo(sli)
        if slo is None:
            return self._inner.between(sli, start, end)
        if not sli.startswith(ADJUSTED):
            return self._window(slo, start, end, (), _MAX_DEPTH)
        cut = [(max(start, first), min(end, last)) for first, last in self._promises.excluded(_owner(sli))]
        return self._window(slo, start, end, [(first, last) for first, last in cut if first < last], _MAX_DEPTH)

    def compare(self, bounds: tuple[Bound, ...], at: datetime) -> bytes:
        """One verdict a bound; those of stored series are asked together, as the same tuple every tick."""
        split = self._memory.split
        if split is None or split[0] is not bounds:
            places = tuple(place for place, bound in enumerate(bounds) if bound.sli.startswith("="))
            stored = tuple(bound for bound in bounds if not bound.sli.startswith("=")) if places else bounds
            split = self._memory.split = (bounds, stored, places)
        _, stored, places = split
        answers = self._inner.compare(stored, at)
        if not places:
            return answers
        found = bytearray(len(bounds))
        computed = set(places)
        rest = iter(answers)
        for place, bound in enumerate(bounds):
            found[place] = self._verdict(bound, at) if place in computed else next(rest)
        return bytes(found)

    def bad_by_hour(self, sli: str, start: datetime, end: datetime) -> Sequence[int]:
        """Bad events of each whole hour of [start, end); of composites those of all parts."""
        if not sli.startswith("="):
            return self._inner.bad_by_hour(sli, start, end)
        return [bucket.bad for bucket in self.series(sli, start, end, 60)]

    def series(self, sli: str, start: datetime, end: datetime, step_minutes: int = 1) -> list[Bucket]:
        """Every step of [start, end). Of composites: the events of all parts added up (their ratio is not the composite's)."""
        slo = self._slo(sli)
        if slo is None:
            return self._inner.series(sli, start, end, step_minutes)
        if sli.startswith(SLICES):
            return self._sliced(slo, start, end, step_minutes)
        if sli.startswith(COMPOSITE):
            parts = [self.series(part.series, start, end, step_minutes) for part in self._parts(slo)]
            return [_added(step) for step in zip(*parts, strict=True)] if parts else []
        return self._remaining(sli, slo, start, end, step_minutes)

    def _remaining(self, sli: str, slo: Slo, start: datetime, end: datetime, step_minutes: int) -> list[Bucket]:
        found = self.series(slo.series, start, end, step_minutes)
        for position, one in enumerate(found):
            upper = min(one.start + step_minutes * _MINUTE, end)
            if any(first < upper and one.start < last for first, last in self._promises.excluded(_owner(sli))):
                left = self.between(sli, one.start, upper)
                found[position] = Bucket(one.start, left.good, left.total, left.covered > 0)
        return found

    def _window(self, slo: Slo, start: datetime, end: datetime, cut: Sequence[Span], depth: int) -> WindowSum:
        """The window without the spans that are cut out. A composite keeps its rule: its parts are counted without them."""
        if slo.composite is None:
            found = self._plain(slo, start, end)
            for first, last in cut:
                found = found.without(self._plain(slo, first, last))
            return found
        parts = self._parts(slo)
        if not depth or len(parts) != len(slo.composite.parts):
            return WindowSum(max(0, (end - start) // _MINUTE), 0, 0, 0, 0)
        return composed(slo.composite, [self._window(part, start, end, cut, depth - 1) for part in parts], slo.no_data)

    def _plain(self, slo: Slo, start: datetime, end: datetime) -> WindowSum:
        """One that is no composite: its events, or its slices."""
        if slo.budgeting is not Budgeting.TIME_SLICES:
            return self._inner.between(slo.measured, start, end)
        first_data = self._inner.first_minute(slo.measured)
        with self._memory.lock:
            # All windows of a tick end together: the counts behind them are looked at once for each SLO.
            is_fresh = self._fresh.get(slo.name) == end
            self._fresh[slo.name] = end
            return self._slices(slo).between(self._inner, start, end, first_data=first_data, is_fresh=is_fresh)

    def _verdict(self, bound: Bound, at: datetime) -> int:
        if bound.minutes is not None:
            return bound.verdict(self.sums(bound.sli, [bound.minutes], at)[0])
        assert bound.since is not None
        return bound.verdict(self.between(bound.sli, bound.since, floor_minute(at) + _MINUTE))

    def _sliced(self, slo: Slo, start: datetime, end: datetime, step_minutes: int) -> list[Bucket]:
        with self._memory.lock:
            verdicts = self._slices(slo).minutes(self._inner, floor_minute(start), end)
        found = []
        for place in range(0, len(verdicts), step_minutes):
            known = [one for one in verdicts[place : place + step_minutes] if one is not None]
            found.append(Bucket(start + place * _MINUTE, sum(known), len(known), bool(known)))
        return found

    def _slices(self, slo: Slo) -> SliceMemory:
        known = self._memory.slices.get(slo.name)
        if known is None or (known.series, known.rule) != (slo.measured, slo.slices):
            known = self._memory.slices[slo.name] = SliceMemory(slo.measured, slo.slices)
        return known

    def _parts(self, slo: Slo) -> list[Slo]:
        named = slo.composite.parts if slo.composite else ()
        return [found for part in named if (found := self._promises.slo(part.slo)) is not None]

    def _slo(self, series: str) -> Slo | None:
        """The SLO of a computed series; None for stored ones, and for what is no longer defined."""
        if not series.startswith("="):
            return None
        name = series.partition(":")[2]
        return self._promises.slo(name.partition(_PART)[2] or name)


def _owner(series: str) -> str:
    """The SLO whose exclusions hold for an adjusted series; that of a part is counted less those of its composite."""
    return series.partition(":")[2].partition(_PART)[0]


def _added(step: tuple[Bucket, ...]) -> Bucket:
    return Bucket(
        step[0].start, sum(one.good for one in step), sum(one.total for one in step), any(one.covered for one in step)
    )
