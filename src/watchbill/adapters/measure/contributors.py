"""Where bad events came from, kept by the minute: a counts store of its own beside the main one.

Evidence and not account: it lies apart, so that a column with many values costs a tick nothing, and of each dimension of an
SLI only so many values are kept by name. A block that is read again after a crash is recognised by where it began, so that
nothing is counted twice; what was appended to it meanwhile may be missing here, never in the counts themselves.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.measure.formats import Format
from watchbill.adapters.measure.reading.groups import Grouped, Grouping
from watchbill.slo.model import Contributor, group_of, series_of

__all__ = ["DIMENSIONS", "OTHER", "Contributors", "dimensions_of"]

DIMENSIONS = ("path", "status", "method", "host", "region", "dependency")
OTHER = "(other)"
_MOST_VALUES = 50  # by name, of one dimension of one SLI
_ID = re.compile(r"/(?:\d+|[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?=/|$)")


def dimensions_of(selections: int, log_format: Format) -> tuple[Grouping, ...]:
    """The bad events of each selection, by each dimension that the format can tell."""
    every = (Grouping(place, (name,), bad_only=True) for place in range(selections) for name in DIMENSIONS)
    return tuple(one for one in every if not one.missing(log_format))


class Contributors:
    """Takes what was read and answers for any span."""

    def __init__(self, store: CountsStore) -> None:
        self._store = store

    def take(self, slis: Sequence[tuple[str, str]], groups: Grouped, timely: range) -> None:
        """Keep the bad events of a block with one sync: each SLI, in the order of the selections, and its name for the block."""
        found = (self._batch(sli, block, place, groups, timely) for place, (sli, block) in enumerate(slis))
        batches = [one for one in found if one is not None]
        if batches:
            self._store.append_all(batches)

    def forget(self, sli: str) -> None:
        """Take back everything of one SLI: it is counted anew."""
        cells = [cell for series in self._store.groups(sli) for cell in self._store.undoing(series)]
        self._store.append(Batch(f"contributors:{sli}", cells, reset=True))

    def _batch(self, sli: str, block: str, selection: int, groups: Grouped, timely: range) -> Batch | None:
        bad: Counter[tuple[str, str, int]] = Counter()
        for (number, minute, (value,)), total in groups.of(selection, bad_only=True):
            if minute in timely and value:
                dimension = groups.groupings[number].columns[0]
                bad[dimension, _ID.sub("/:id", value) if dimension == "path" else value, minute] += total
        if not bad:
            return None
        known = self._known(sli)
        cells = [
            Cell(series_of(sli, ((dimension, self._named(known, dimension, value)),)), minute, 0, count)
            for (dimension, value, minute), count in bad.items()
        ]
        return Batch(f"contributors:{sli}", cells, batch=block)

    def worst(self, sli: str, start: datetime, end: datetime, total: int, limit: int) -> Sequence[Contributor]:
        """The worst value of each dimension first, then the second of each, and so on; worst first among equals."""
        by_dimension: dict[str, list[Contributor]] = {}
        for dimension, values in self._known(sli).items():
            for value in values:
                found = self._store.between(series_of(sli, ((dimension, value),)), start, end)
                if found.total:
                    by_dimension.setdefault(dimension, []).append(Contributor(dimension, value, found.total, total))
        ranked = [
            (rank, -one.bad, one)
            for found_ in by_dimension.values()
            for rank, one in enumerate(sorted(found_, key=lambda one: (-one.bad, one.value)))
        ]
        return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])][:limit]

    def checkpoint(self) -> None:
        """Bring everything to disk."""
        self._store.checkpoint()

    def _known(self, sli: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for series in self._store.groups(sli):
            for dimension, value in group_of(series, sli):
                found.setdefault(dimension, set()).add(value)
        return found

    @staticmethod
    def _named(known: dict[str, set[str]], dimension: str, value: str) -> str:
        values = known.setdefault(dimension, set())
        if value not in values and len(values) >= _MOST_VALUES:
            value = OTHER
        values.add(value)
        return value
