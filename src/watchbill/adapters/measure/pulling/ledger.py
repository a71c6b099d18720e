"""From what a source answers for each minute to whole counts, so that minutes may be asked for twice and count once.

A source's figures are fractions (a scrape never falls on a minute's edge), and the newest minutes still change. So the ledger
keeps, beside the position, what it has counted for the minutes that may change, and the fraction that was left over before
them: the same answers always give the same counts, and a changed answer is appended as the difference.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from watchbill.adapters.measure.counts import Batch, Cell

__all__ = ["Fetched", "Ledger", "Values", "whole"]

Values = tuple[float, float]  # bad and all events of a minute
Counted = tuple[int, int]
_NEARLY = 1e-6  # floats that should be whole numbers


@dataclass(slots=True)
class Fetched:
    """What a source said about one SLI: minutes with their bad and all events. A minute that is not there has no data.

    `rejected` counts values that cannot be (NaN, below zero, more good than there are); `trouble` says why nothing, or not
    everything, was counted. `failed`: nothing was learnt, the same minutes are to be asked for again.
    """

    minutes: dict[int, Values] = field(default_factory=dict)
    rejected: int = 0
    trouble: str = ""
    failed: bool = False


def whole(values: Mapping[int, Values], carry: Values, until: int | None = None) -> tuple[dict[int, Counted], Values]:
    """Whole counts (good, total) whose sums are never off by one event, and what is left over before minute `until`."""
    bad_left, total_left = carry
    kept = carry
    found: dict[int, Counted] = {}
    for minute in sorted(values):
        bad, total = values[minute]
        total_left += total
        bad_left += bad
        events = math.floor(total_left + _NEARLY)
        failed = min(math.floor(bad_left + _NEARLY), events)
        total_left, bad_left = max(0.0, total_left - events), max(0.0, bad_left - failed)
        found[minute] = (events - failed, events)
        if until is not None and minute < until:
            kept = (bad_left, total_left)
    return found, kept


@dataclass(slots=True)
class Ledger:
    """Where a source stands with one SLI. Minutes in [since, until) are final; history before `since` is still to be asked for.

    `recent` holds what was counted for the minutes from `until` on.
    """

    since: int
    until: int
    carry: Values = (0.0, 0.0)
    recent: dict[int, Counted] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # Any: what the source wants to remember, JSON

    @classmethod
    def read(cls, position: Mapping[str, Any], *, fresh: int) -> "Ledger":  # Any: JSON
        """From a position of the counts store; a new source begins at minute `fresh`, in both directions."""
        if not position:
            return cls(fresh, fresh)
        return cls(
            int(position["since"]),
            int(position["until"]),
            (float(position["carry"][0]), float(position["carry"][1])),
            {int(minute): (int(good), int(total)) for minute, good, total in position["recent"]},
            dict(position.get("notes", {})),
        )

    def written(self) -> dict[str, Any]:  # Any: JSON
        """As a position of the counts store."""
        return {
            "since": self.since,
            "until": self.until,
            "carry": list(self.carry),
            "recent": [[minute, *counted] for minute, counted in sorted(self.recent.items())],
            "notes": self.notes,
        }

    def forward(self, source: str, series: str, found: Fetched, *, end: int, late: int) -> Batch:
        """The append for minutes [until, end); minutes more than `late` before the end are final afterwards."""
        final = max(self.until, end - late)
        counted, carry = whole(found.minutes, self.carry, final)
        cells = list(_changes(series, counted, self.recent))
        kept = {minute: one for minute, one in (self.recent | counted).items() if minute >= final}
        self.until, self.recent = final, kept
        if any(minute < final for minute in counted):
            self.carry = carry
        return Batch(
            source,
            cells,
            position=self.written(),
            mark=max(counted, default=None),
            read=sum(cell.total for cell in cells),
            rejected=found.rejected,
        )

    def backward(self, source: str, series: str, found: Fetched, *, start: int) -> Batch:
        """The append for the history in [start, since)."""
        counted, _ = whole(found.minutes, (0.0, 0.0))
        self.since = start
        cells = [Cell(series, minute, good, total) for minute, (good, total) in counted.items()]
        return Batch(
            source,
            cells,
            position=self.written(),
            mark=max(counted, default=None),
            read=sum(cell.total for cell in cells),
            rejected=found.rejected,
        )


def _changes(series: str, counted: Mapping[int, Counted], before: Mapping[int, Counted]) -> Iterable[Cell]:
    for minute, (good, total) in counted.items():
        old_good, old_total = before.get(minute, (0, 0))
        if minute not in before or (good, total) != (old_good, old_total):
            yield Cell(series, minute, good - old_good, total - old_total)
