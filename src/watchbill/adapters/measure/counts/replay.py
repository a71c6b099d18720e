"""History judged again, minute after minute: a cumulative sum for each series, and one vector operation for each bound."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from watchbill.adapters.measure.counts.judging import Numbers, Than, judge
from watchbill.slo.model import Bound

__all__ = ["Block", "read_block", "replay"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_SETS = 32  # of bounds read together: their columns lie side by side in the files

Planes = tuple[NDArray[np.unsignedinteger], ...]
# Good, total, covered of some series, (3 of (series, minutes)), and the first minute with data of each.
Block = tuple[Sequence[NDArray[np.unsignedinteger]], Sequence[int]]
Read = Callable[[Sequence[str], int, int], Block]


def replay(read: Read, asked: Iterable[tuple[Bound, ...]], start: datetime, end: datetime) -> Iterator[list[bytes]]:
    """For each set of bounds, in order: a row for each bound, with its verdict at the end of each minute of [start, end)."""
    first, last = (start - _EPOCH) // _MINUTE, (end - _EPOCH) // _MINUTE
    rest = iter(asked)
    while sets := list(islice(rest, _SETS)):
        names = list(dict.fromkeys(bound.sli for bounds in sets for bound in bounds))
        base = min((_begins(bound, first) for bounds in sets for bound in bounds), default=first)
        planes, firsts = read(names, base, last)
        place = {name: number for number, name in enumerate(names)}
        for bounds in sets:
            series: dict[str, _Series] = {}
            for bound in bounds:
                if bound.sli not in series:
                    at = place[bound.sli]
                    series[bound.sli] = _Series([plane[at] for plane in planes], firsts[at], base, first, last)
            yield [series[bound.sli].row(bound) for bound in bounds]


def read_block(
    planes: Iterable[tuple[int, int, int, Planes]], columns: Sequence[int], minutes: int, *, wide: bool
) -> list[NDArray[np.unsignedinteger]]:
    """Three arrays (series, minutes). `planes`: where rows go, the step between them, and the rows of one day.

    A column of -1, or one that a day does not have yet, stays zero.
    """
    count = np.uint64 if wide else np.uint32
    found: list[NDArray[np.unsignedinteger]] = [
        np.zeros((len(columns), minutes), kind) for kind in (count, count, np.uint8)
    ]
    wanted = np.array(columns, np.int64)
    for at, step, rows, day in planes:
        here = (wanted >= 0) & (wanted < day[0].shape[1])
        for target, plane in zip(found, day, strict=True):
            target[here, at : at + rows * step : step] = plane.take(wanted[here], axis=1).T
    return found


class _Series:
    """One series from minute `base` on, as cumulative sums; rows are for the minutes [first, last)."""

    def __init__(
        self, planes: Sequence[NDArray[np.unsignedinteger]], known_from: int, base: int, first: int, last: int
    ) -> None:
        self._good, self._total = _summed(planes[0]), _summed(planes[1])
        self._plane = planes[2]
        self._covered: Numbers | None = None
        self._known_from, self._base, self._first, self._last = known_from, base, first, last
        self._windows: dict[int | datetime | None, tuple[Numbers, Numbers]] = {}

    def row(self, bound: Bound) -> bytes:
        """The verdict at the end of each minute."""
        key = bound.minutes if bound.minutes is not None else bound.since
        found = self._windows.get(key)
        if found is None:
            found = self._windows[key] = self._over(bound, self._good), self._over(bound, self._total)
        good, total = found
        than = Than([bound.than], [bound.min_total], strict=[bound.missing_is_bad])
        if not bound.missing_is_bad:
            return judge(than, good, total, None, None)
        if self._covered is None:
            self._covered = _summed(self._plane)
        covered = self._over(bound, self._covered)
        return judge(than, good, total, self._missing(bound, covered), covered)

    def _over(self, bound: Bound, summed: Numbers) -> Numbers:
        """The window's sum at each minute."""
        lower, upper = self._first + 1 - self._base, self._last + 1 - self._base
        if bound.minutes is not None:
            leaves: Numbers = summed[lower - bound.minutes : upper - bound.minutes]
        else:
            leaves = summed[_since(bound) - self._base : _since(bound) - self._base + 1]
        found: Numbers = summed[lower:upper] - leaves
        return found

    def _missing(self, bound: Bound, covered: Numbers) -> Numbers:
        ends = np.arange(self._first + 1, self._last + 1)
        starts = ends - bound.minutes if bound.minutes is not None else np.full_like(ends, _since(bound))
        missing: Numbers = np.maximum(ends - np.maximum(starts, self._known_from) - covered, 0)
        return missing


def _summed(plane: NDArray[np.unsignedinteger]) -> Numbers:
    """Cumulative, with a zero in front."""
    found = np.zeros(len(plane) + 1, np.int64)
    np.cumsum(plane, out=found[1:])
    return found


def _begins(bound: Bound, first: int) -> int:
    """The first minute that the bound's window at minute `first` holds."""
    return first + 1 - bound.minutes if bound.minutes is not None else min(_since(bound), first)


def _since(bound: Bound) -> int:
    assert bound.since is not None, "a bound has either minutes or since"
    return -((_EPOCH - bound.since) // _MINUTE)
