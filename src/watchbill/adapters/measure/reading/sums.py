"""Counts by the minute while a log is read: appended as they come, added up now and then."""

import numpy as np
import numpy.typing as npt

__all__ = ["Ints", "MinuteSums"]

Ints = npt.NDArray[np.int64]
_MERGE_AT = 200_000  # rows


class MinuteSums:
    """For each minute (epoch minutes): events of any kind, then total and good of each SLI."""

    def __init__(self, selections: int) -> None:
        self._names = ["events", *(f"{kind}{index}" for index in range(selections) for kind in ("t", "g"))]
        self._pieces: list[tuple[Ints, Ints]] = []
        self._rows = 0
        self.first_s: int | None = None
        self.last_s: int | None = None

    def take(self, answer: dict[str, npt.NDArray[np.generic]], rows: npt.NDArray[np.bool_]) -> None:
        """Add rows of a query's answer; those without an event name no minute."""
        rows = rows & (np.asarray(answer["events"], dtype=np.int64) > 0)
        minutes = np.asarray(answer["slot"][rows], dtype=np.int64)
        if not len(minutes):
            return
        counts = np.stack([np.asarray(answer[name][rows], dtype=np.int64) for name in self._names], axis=1)
        first, last = int(answer["first_s"][rows].min()), int(answer["last_s"][rows].max())
        self.first_s = first if self.first_s is None else min(self.first_s, first)
        self.last_s = last if self.last_s is None else max(self.last_s, last)
        self._pieces.append((minutes, counts))
        self._rows += len(minutes)
        if self._rows > _MERGE_AT:
            self._pieces = [self.merged()]
            self._rows = len(self._pieces[0][0])

    def add_all(self, other: "MinuteSums") -> None:
        """Add the counts of another log."""
        self._pieces.append(other.merged())
        self._rows += len(self._pieces[-1][0])
        seen = [one for one in (self.first_s, self.last_s, other.first_s, other.last_s) if one is not None]
        self.first_s, self.last_s = min(seen, default=None), max(seen, default=None)

    def merged(self) -> tuple[Ints, Ints]:
        """Minutes in order, each once, and their counts: events, total and good of the first SLI, of the second..."""
        if not self._pieces:
            return np.empty(0, dtype=np.int64), np.empty((0, len(self._names)), dtype=np.int64)
        minutes, where = np.unique(np.concatenate([piece[0] for piece in self._pieces]), return_inverse=True)
        counts = np.zeros((len(minutes), len(self._names)), dtype=np.int64)
        np.add.at(counts, where, np.concatenate([piece[1] for piece in self._pieces]))
        return minutes, counts
