"""Which events come too late or from the future, judged line by line against the newest that the source had shown before.

Only the order of the lines matters, not where a file happened to be cut while it grew: read at once or in pieces, a log
has the same late events.
"""

import numpy as np
import numpy.typing as npt

from watchbill.adapters.measure.formats import Reject

__all__ = ["Lateness"]

_Minutes = npt.NDArray[np.int64]


class Lateness:
    """Minutes since 1970. `mark` is the newest minute so far (None at the start), `newest` the last one that is no future."""

    def __init__(self, mark: int | None, *, late: int, newest: int) -> None:
        self.mark, self.late, self.newest = mark, late, newest

    def clean(self, minutes: _Minutes, first: _Minutes, last: _Minutes) -> bool:
        """Whether none of these events is refused; then the mark moves.

        For each minute (each once): the places of its first and its last event in the block. An event is too late if one
        of a minute more than `late` younger stands before it.
        """
        if not len(minutes):
            return True
        if int(minutes.max()) > self.newest or (self.mark is not None and int(minutes.min()) < self.mark - self.late):
            return False
        order = np.argsort(minutes)
        minutes, first, last = minutes[order], first[order], last[order]
        # For each minute, the first place of any minute from there on: the smallest of the places behind it.
        from_there = np.minimum.accumulate(first[::-1])[::-1]
        younger = np.searchsorted(minutes, minutes + self.late, side="right")
        has_younger = younger < len(minutes)
        if np.any(from_there[younger[has_younger]] < last[has_younger]):
            return False
        self.mark = int(minutes[-1]) if self.mark is None else max(self.mark, int(minutes[-1]))
        return True

    def judge(self, at_us: int) -> Reject | None:
        """One event in its turn: why it is refused, or None; then the mark moves."""
        minute = at_us // 60_000_000
        if minute > self.newest:
            return Reject.FUTURE_TIME
        if self.mark is not None and minute < self.mark - self.late:
            return Reject.TOO_LATE
        self.mark = minute if self.mark is None else max(self.mark, minute)
        return None
