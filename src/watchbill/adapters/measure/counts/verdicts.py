"""A tick's questions, compiled once into arrays: every bound of every SLO is judged by a handful of vector operations."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from watchbill.adapters.measure.counts.windows import Windows
from watchbill.slo.model import Bound, Verdict

__all__ = ["Compiled"]

_SAFE = 1 << 62  # products below this are exact in int64


class Compiled:
    """Bounds grouped by window. `column(sli)` is -1 for a series without data, `first(column)` its first minute with data."""

    def __init__(self, bounds: tuple[Bound, ...], minute_of: Callable[[Bound], int | None]) -> None:
        self.bounds = bounds
        self._groups: dict[tuple[int | None, int | None], list[int]] = {}
        for number, bound in enumerate(bounds):
            self._groups.setdefault((bound.minutes, minute_of(bound)), []).append(number)
        self._numerator = np.array([bound.than.numerator for bound in bounds], np.int64)
        self._denominator = np.array([bound.than.denominator for bound in bounds], np.int64)
        self._least = np.array([bound.min_total for bound in bounds], np.int64)
        self._strict = np.array([bound.missing_is_bad for bound in bounds], np.bool_)
        self._factor = int(max(self._numerator.max(initial=1), self._denominator.max(initial=1)))
        self._columns: NDArray[np.int64] | None = None
        self._first = np.zeros(0, np.int64)
        self._known = -1

    def locate(self, known: int, column: Callable[[str], int], first: Callable[[str], int]) -> None:
        """Look up the columns; done again only when series came to be since."""
        if known != self._known:
            self._columns = np.array([column(bound.sli) for bound in self.bounds], np.int64)
            self._first = np.array([first(bound.sli) for bound in self.bounds], np.int64)
            self._known = known

    def verdicts(self, windows: Windows, end: int) -> bytes:
        """One byte a bound, in order."""
        assert self._columns is not None
        found = np.full(len(self.bounds), Verdict.UNKNOWN, np.uint8)
        for (minutes, since), numbers in self._groups.items():
            slot = windows.at(end, minutes=minutes, since=since)
            which = np.array(numbers, np.int64)
            columns = self._columns[which]
            inside = (columns >= 0) & (columns < slot.sums.shape[1])
            which, columns = which[inside], columns[inside]
            found[which] = self._judge(which, slot.sums[:, columns], slot.start, end)
        return found.tobytes()

    def _judge(self, which: NDArray[np.int64], sums: NDArray[np.int64], start: int, end: int) -> NDArray[np.uint8]:
        good, total, covered = sums
        bad = total - good
        due = end + 1 - np.maximum(self._first[which], start)
        missing = np.where(self._strict[which], np.maximum(due - covered, 0), 0)
        # bad/total, or with missing minutes as failing ones of mean traffic: (bad*covered + missing*total) / (total*(covered+missing)).
        part = np.where(missing > 0, bad * covered + missing * total, bad)
        whole = np.where(missing > 0, total * (covered + missing), total)
        part = np.where((missing > 0) & (total == 0), 1, part)
        whole = np.where((missing > 0) & (total == 0), 1, whole)
        if int(whole.max(initial=0)) * self._factor < _SAFE and int(total.max(initial=0)) < 1 << 40:
            left, right = part * self._denominator[which], whole * self._numerator[which]
            sign = np.sign(left - right)
        else:
            sign = self._exactly(which, sums, missing)
        verdict: NDArray[np.uint8] = (Verdict.EQUAL + sign).astype(np.uint8)
        few = (total < self._least[which]) & (missing == 0)
        verdict[few] = Verdict.FEW
        verdict[whole == 0] = Verdict.UNKNOWN
        return verdict

    def _exactly(
        self, which: NDArray[np.int64], sums: NDArray[np.int64], missing: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Whole numbers without bound, for counts whose products leave 64 bits."""
        signs = []
        rows = zip(which.tolist(), *(row.tolist() for row in sums), missing.tolist(), strict=True)
        for number, good, total, covered, gone in rows:
            bad = total - good
            ratio = Fraction(1) if gone and not total else None
            if ratio is None and total:
                ratio = (
                    Fraction(bad * covered + gone * total, total * (covered + gone)) if gone else Fraction(bad, total)
                )
            than = self.bounds[number].than
            signs.append(0 if ratio is None else (ratio > than) - (ratio < than))
        return np.array(signs, np.int64)
