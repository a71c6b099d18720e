"""Counts in a dictionary: exact, slow, without a file. What tests and simulations run on, and what every other
implementation of the port is compared with.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import Bound, Bucket, Verdict, WindowSum, series_of

__all__ = ["PlainCounts"]

_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PlainCounts:
    """The ports Counts, CountsIntake and Groups, by adding up minute after minute.

    A minute is covered once it was added to, with 0 events as well.
    """

    def __init__(self) -> None:
        self._minutes: dict[str, dict[datetime, tuple[int, int]]] = {}
        self._batches: set[tuple[str, str]] = set()

    def add(self, sli: str, moment: datetime, good: int, total: int) -> None:
        """Count events into the minute that holds the moment."""
        minutes = self._minutes.setdefault(sli, {})
        old_good, old_total = minutes.get(floor_minute(moment), (0, 0))
        minutes[floor_minute(moment)] = (old_good + good, old_total + total)

    def push(self, sli: str, batch: str, minutes: Sequence[Bucket]) -> bool:
        """Add a batch once."""
        if (sli, batch) in self._batches:
            return False
        self._batches.add((sli, batch))
        for one in minutes:
            self.add(sli, one.start, one.good, one.total)
            for group in one.groups:
                self.add(series_of(sli, group), one.start, one.good, one.total)
        return True

    def sums(self, sli: str, minutes: Sequence[int], at: datetime) -> list[WindowSum]:
        """Windows that end with the minute of `at`."""
        end = floor_minute(at) + _MINUTE
        return [self.between(sli, end - count * _MINUTE, end) for count in minutes]

    def between(self, sli: str, start: datetime, end: datetime) -> WindowSum:
        """Every minute that starts in [start, end)."""
        known = self._minutes.get(sli, {})
        inside = [counts for minute, counts in known.items() if start <= minute < end]
        first = _up(max(start, min(known, default=end)))
        return WindowSum(
            minutes=max(0, (_up(end) - _up(start)) // _MINUTE),
            good=sum(good for good, _ in inside),
            total=sum(total for _, total in inside),
            covered=len(inside),
            missing=max(0, (_up(end) - first) // _MINUTE) - len(inside),
        )

    def first_minute(self, sli: str) -> datetime | None:
        """The first minute that was added to."""
        return min(self._minutes.get(sli, ()), default=None)

    def groups(self, sli: str) -> list[str]:
        """Series of one group each."""
        return sorted(name for name in self._minutes if name.startswith(f"{sli}{{"))

    def compare(self, bounds: tuple[Bound, ...], at: datetime) -> bytes:
        """The verdicts, one by one."""
        return bytes(self._verdict(bound, at) for bound in bounds)

    def replay(self, asked: Iterable[tuple[Bound, ...]], start: datetime, end: datetime) -> Iterator[list[bytes]]:
        """The verdicts of each minute, one by one."""
        minutes = [start + number * _MINUTE for number in range((end - start) // _MINUTE)]
        for bounds in asked:
            yield [bytes(self._verdict(bound, at) for at in minutes) for bound in bounds]

    def series(self, sli: str, start: datetime, end: datetime, step_minutes: int = 1) -> list[Bucket]:
        """Every step, added up."""
        found = []
        while start < end:
            upper = min(start + step_minutes * _MINUTE, end)
            one = self.between(sli, start, upper)
            found.append(Bucket(start, one.good, one.total, one.covered > 0))
            start = upper
        return found

    def _verdict(self, bound: Bound, at: datetime) -> Verdict:
        if bound.minutes is not None:
            one = self.sums(bound.sli, [bound.minutes], at)[0]
        else:
            assert bound.since is not None
            one = self.between(bound.sli, bound.since, floor_minute(at) + _MINUTE)
        return bound.verdict(one)


def _up(moment: datetime) -> datetime:
    """The first minute that starts at or after the moment."""
    return -((_EPOCH - moment) // _MINUTE) * _MINUTE + _EPOCH
