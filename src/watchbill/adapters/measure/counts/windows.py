"""Running sums: a window of any length costs what enters and what leaves, not what it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

__all__ = ["Slot", "Windows"]

Sums = NDArray[np.int64]  # (3, columns): good, total, covered
_CATCH_UP = 240  # minutes; further behind, summing the window anew is cheaper


@dataclass(slots=True)
class Slot:
    """One window: of `minutes` that move with the tick, or fixed from minute `since` on. `end` is its last minute.

    `revision` changes whenever the sums do, and is never that of another window.
    """

    minutes: int | None
    since: int | None
    end: int
    sums: Sums
    revision: int = 0

    @property
    def start(self) -> int:
        """Its first minute."""
        return self.since if self.minutes is None and self.since is not None else self.end - (self.minutes or 1) + 1

    def holds(self, minute: int) -> bool:
        """Whether the minute lies inside."""
        return self.start <= minute <= self.end


class Windows:
    """All windows that ticks ask for. `row(minute)` and `span(start, end)` read the day files, as wide as `columns()`."""

    def __init__(
        self, row: Callable[[int], Sums], span: Callable[[int, int], Sums], columns: Callable[[], int]
    ) -> None:
        self._row, self._span, self._columns = row, span, columns
        self._slots: dict[tuple[int | None, int | None], Slot] = {}
        self._revisions = count(1)

    def at(self, end: int, *, minutes: int | None = None, since: int | None = None) -> Slot:
        """The window that ends with that minute, brought there; one that was never asked for is summed once."""
        slot = self._slots.get((minutes, since))
        if slot is None:
            slot = self._slots[minutes, since] = Slot(minutes, since, end, np.zeros((3, 0), np.int64))
            self._anew(slot, end)
        elif not slot.end <= end <= slot.end + _CATCH_UP:
            self._anew(slot, end)
        else:
            self._advance(slot, end)
        return slot

    def peek(self, end: int, minutes: int) -> Slot | None:
        """The window if it stands at that minute already."""
        slot = self._slots.get((minutes, None))
        return slot if slot is not None and slot.end == end else None

    def changed(self, column: int, minute: int, good: int, total: int, covered: int) -> None:
        """A cell rose by so much."""
        for slot in self._slots.values():
            if slot.holds(minute):
                if column >= slot.sums.shape[1]:
                    slot.sums = _widen(slot.sums, self._columns())
                slot.sums[:, column] += (good, total, covered)
                slot.revision = next(self._revisions)

    def forget(self) -> None:
        """Drop all sums; they are computed anew when asked for."""
        self._slots.clear()

    def _anew(self, slot: Slot, end: int) -> None:
        slot.end = end
        slot.sums = self._span(slot.start, end + 1)
        slot.revision = next(self._revisions)

    def _advance(self, slot: Slot, end: int) -> None:
        if slot.end == end and slot.sums.shape[1] >= self._columns():
            return
        slot.sums = _widen(slot.sums, self._columns())
        slot.revision = next(self._revisions)
        while slot.end < end:
            slot.sums += self._row(slot.end + 1)
            if slot.minutes is not None:
                slot.sums -= self._row(slot.start)
            slot.end += 1


def _widen(sums: Sums, columns: int) -> Sums:
    if sums.shape[1] >= columns:
        return sums
    wide = np.zeros((3, columns), np.int64)
    wide[:, : sums.shape[1]] = sums
    return wide
