"""A tick's questions, compiled once into arrays: every bound of every SLO is judged by a handful of vector operations."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from watchbill.adapters.measure.counts.judging import Than, judge
from watchbill.adapters.measure.counts.windows import Slot, Windows
from watchbill.slo.model import Bound, Verdict

__all__ = ["Compiled"]

Window = tuple[int | None, int | None]  # minutes, or since


@dataclass(slots=True)
class _Group:
    """Bounds over the same window: what they compare with, where their answers go, and where their series stand."""

    than: Than
    places: slice | NDArray[np.int64]
    columns: slice | NDArray[np.int64]
    first: NDArray[np.int64] | None = None  # minutes of the first data, where missing ones count
    revision: int = -1  # of the window when it was judged last
    end: int = -1


class Compiled:
    """Bounds grouped by window. `column(sli)` is -1 for a series without data, `first(column)` its first minute with data."""

    def __init__(self, bounds: tuple[Bound, ...], minute_of: Callable[[Bound], int | None]) -> None:
        self.bounds = bounds
        self._minute_of = minute_of
        self._groups: list[tuple[Window, _Group]] = []
        self._known = (-1, -1)
        self._strict = any(bound.missing_is_bad for bound in bounds)
        self._found = np.full(len(bounds), Verdict.UNKNOWN, np.uint8)
        self._bytes = self._found.tobytes()

    def locate(self, series: int, firsts: int, column: Callable[[str], int], first: Callable[[str], int]) -> None:
        """Look up the columns; done again only when series came to be since, or where missing minutes count and history
        reached further back (`firsts` counts how often that happened).
        """
        known = series, firsts if self._strict else 0
        if known == self._known:
            return
        self._known = known
        self._found[:] = Verdict.UNKNOWN
        columns = [column(bound.sli) for bound in self.bounds]
        windows: dict[Window, list[int]] = {}
        for number, bound in enumerate(self.bounds):
            if columns[number] >= 0:
                windows.setdefault((bound.minutes, self._minute_of(bound)), []).append(number)
        self._groups = [(window, self._group(numbers, columns, first)) for window, numbers in windows.items()]

    def _group(self, numbers: list[int], columns: list[int], first: Callable[[str], int]) -> _Group:
        asked = [self.bounds[number] for number in numbers]
        than = Than(
            [one.than for one in asked],
            [one.min_total for one in asked],
            strict=[one.missing_is_bad for one in asked],
        )
        firsts = None if than.strict is None else np.array([first(one.sli) for one in asked], np.int64)
        return _Group(than, _run(numbers), _run([columns[number] for number in numbers]), first=firsts)

    def verdicts(self, windows: Windows, end: int) -> bytes:
        """One byte a bound, in order. A window in which nothing entered, left or changed is not judged again."""
        changed = False
        for (minutes, since), group in self._groups:
            slot = windows.at(end, minutes=minutes, since=since)
            if group.revision == slot.revision and (group.end == end or group.first is None):
                continue
            group.revision, group.end = slot.revision, end
            self._found[group.places] = np.frombuffer(self._judge(group, slot, end), np.uint8)
            changed = True
        if changed:
            self._bytes = self._found.tobytes()
        return self._bytes

    def _judge(self, group: _Group, slot: Slot, end: int) -> bytes:
        good, total, covered = (row[group.columns] for row in slot.sums)
        missing = None
        if group.than.strict is not None and group.first is not None:
            due = end + 1 - np.maximum(group.first, slot.start)
            missing = np.where(group.than.strict, np.maximum(due - covered, 0), 0)
        return judge(group.than, good, total, missing, covered)


def _run(numbers: list[int]) -> slice | NDArray[np.int64]:
    """As a slice where they follow one another: slices are views, everything else is copied."""
    if numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return slice(numbers[0], numbers[0] + len(numbers))
    return np.array(numbers, np.int64)
