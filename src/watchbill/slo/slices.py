"""Time slices of one series: minutes that were good or bad as a whole, ready to be summed over any window at once.

A slice is good when at least the asked share of its events was. Its minutes all take its verdict, so that figures stay in
minutes; a slice without events is not known. Verdicts are kept as running sums, so that a window costs two look-ups whatever
its length. The newest minutes may still change and are read again each time; that older ones changed (late data, history
that is still being read) shows in their sum, and then everything is read anew.
"""

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import Bucket, TimeSlice, WindowSum
from watchbill.slo.ports import Counts

__all__ = ["SliceMemory", "verdicts_of"]

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSURE = timedelta(minutes=20)  # read again at every look
_SLACK = timedelta(days=2)  # how far the kept history may outgrow what is asked for


def verdicts_of(buckets: Sequence[Bucket], rule: TimeSlice) -> list[bool | None]:
    """Good, bad or (no events) not known, for each minute; `buckets` begin at the start of a slice."""
    step = rule.length // _MINUTE
    found: list[bool | None] = []
    least, of = rule.at_least.value.numerator, rule.at_least.value.denominator
    for start in range(0, len(buckets), step):
        inside = buckets[start : start + step]
        total = sum(one.total for one in inside)
        good = sum(one.good for one in inside)
        verdict = good * of >= least * total if total else None
        found += [verdict] * len(inside)
    return found


class SliceMemory:
    """The verdicts of one series under one rule; lives as long as the process."""

    def __init__(self, series: str, rule: TimeSlice) -> None:
        self.series, self.rule = series, rule
        self._longest = timedelta(0)  # that was ever asked for
        self._first: datetime | None = None  # where the kept history begins: the start of a slice
        self._sure = _EPOCH  # up to here the sums below were compared with the counts
        self._sum = WindowSum(0, 0, 0, 0, 0)
        self._good = array("q", [0])
        self._known = array("q", [0])

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether every minute of [start, end) lies in what was read."""
        return self._first is not None and self._first <= start and end <= self._first + (len(self._good) - 1) * _MINUTE

    def between(
        self, counts: Counts, start: datetime, end: datetime, *, first_data: datetime | None, is_fresh: bool = False
    ) -> WindowSum:
        """Good and known minutes of [start, end), as events; missing ones are those after the first data without any.

        `is_fresh`: the counts were looked at a moment ago, and need not be for this window if it lies in what was read.
        """
        first, last = _up(start), _up(end)
        if not (is_fresh and self.covers(first, last)):
            self._refresh(counts, first, last)
        assert self._first is not None
        low, high = self._place(first), self._place(last)
        good, known = self._good[high] - self._good[low], self._known[high] - self._known[low]
        due = max(0, (last - max(first, _up(first_data))) // _MINUTE) if first_data is not None else 0
        return WindowSum(max(0, (last - first) // _MINUTE), good, known, known, max(0, due - known))

    def minutes(self, counts: Counts, start: datetime, end: datetime) -> list[bool | None]:
        """The verdict of every minute of [start, end)."""
        self._refresh(counts, start, end)
        places = range(self._place(start), self._place(end))
        return [self._good[at + 1] > self._good[at] if self._known[at + 1] > self._known[at] else None for at in places]

    def _refresh(self, counts: Counts, start: datetime, end: datetime) -> None:
        """Read what is new, or everything where older minutes changed or an earlier start is asked for."""
        self._longest = max(self._longest, end - start)
        if self._first is None or start < self._first or end - self._first > self._longest + _SLACK:
            self._restart(min(start, end - self._longest))
        assert self._first is not None
        if counts.between(self.series, self._first, self._sure) != self._sum:
            self._restart(self._first)
        kept = self._place(self._sure)
        del self._good[kept + 1 :], self._known[kept + 1 :]
        upper = self._slice_start(end - _MINUTE) + self.rule.length
        if upper > self._sure:
            self._read(counts, upper)
        sure = max(self._first, self._slice_start(upper - _UNSURE))
        if sure != self._sure:
            self._sure = sure
            self._sum = counts.between(self.series, self._first, sure)

    def _read(self, counts: Counts, upper: datetime) -> None:
        verdicts = verdicts_of(counts.series(self.series, self._sure, upper), self.rule)
        good = accumulate((one is True for one in verdicts), initial=self._good[-1])
        known = accumulate((one is not None for one in verdicts), initial=self._known[-1])
        next(good), next(known)
        self._good.extend(good)
        self._known.extend(known)

    def _restart(self, start: datetime) -> None:
        self._first = self._sure = self._slice_start(start)
        self._sum = WindowSum(0, 0, 0, 0, 0)
        self._good, self._known = array("q", [0]), array("q", [0])

    def _place(self, moment: datetime) -> int:
        assert self._first is not None
        return min(max(0, (moment - self._first) // _MINUTE), len(self._good) - 1)

    def _slice_start(self, moment: datetime) -> datetime:
        return _EPOCH + (moment - _EPOCH) // self.rule.length * self.rule.length


def _up(moment: datetime) -> datetime:
    floor = floor_minute(moment)
    return floor if floor == moment else floor + _MINUTE
