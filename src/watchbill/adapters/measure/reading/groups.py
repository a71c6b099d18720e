"""Counts of an SLI by the values of some columns (`group_by: [region]`), in the same pass as the whole.

The rows of an answer whose `part` is BY_GROUP + n belong to the n-th grouping: slot is the minute, label the values in the
order of the columns, n all events and `events` the good ones. A value that is missing is the empty text.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from watchbill.adapters.measure.formats import Format, Need
from watchbill.adapters.measure.predicates import quoted
from watchbill.adapters.measure.predicates.columns import canonical
from watchbill.adapters.measure.reading.engine import Answer

__all__ = ["BY_GROUP", "MOST_GROUPS", "Grouped", "Grouping", "groupings_of"]

BY_GROUP = 1_000
_BETWEEN = "\x1f"  # between values of a label: no value holds it (it is cut out)
_VALUE_LENGTH = 100
MOST_GROUPS = 200  # of one SLI in one block; what comes after is counted in the whole only
_MOST_BAD = 20_000  # values of bad events in one block: ids in paths become one value only afterwards


@dataclass(frozen=True, slots=True)
class Grouping:
    """By which columns the events of which selection (its position) are counted."""

    selection: int
    columns: tuple[str, ...]
    bad_only: bool = False  # only events that are not good

    @property
    def need(self) -> Need:
        """The columns that it reads."""
        known = {name: canonical(name) for name in self.columns}
        return Need(
            frozenset(column for column in known.values() if column is not None),
            frozenset(name for name, column in known.items() if column is None),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The columns as SQL names them."""
        found = []
        for name in self.columns:
            column = canonical(name)
            found.append(quoted(name, own=True) if column is None else quoted(column))
        return tuple(found)

    @property
    def label(self) -> str:
        """SQL: the values of an event that counts."""
        values = ", ".join(
            f"replace(left(coalesce(CAST({name} AS VARCHAR), ''), {_VALUE_LENGTH}), chr(31), '')" for name in self.names
        )
        bad = f" AND NOT w{self.selection}" if self.bad_only else ""
        return f"CASE WHEN c{self.selection}{bad} THEN concat_ws(chr(31), {values}) END"

    def missing(self, log_format: Format) -> list[str]:
        """Columns that the format does not have; with JSON lines any name may be a field."""
        gives = log_format.gives
        if gives is None:
            return []
        known = {name: canonical(name) for name in self.columns}
        return [
            name
            for name, column in known.items()
            if (name not in log_format.own if column is None else column not in gives)
        ]


def groupings_of(asked: Sequence[Sequence[tuple[str, ...]]], log_format: Format) -> tuple[Grouping, ...]:
    """Every grouping that the format can tell; `asked` are those of each selection."""
    wanted = (Grouping(place, columns) for place, each in enumerate(asked) for columns in each)
    return tuple(one for one in wanted if not one.missing(log_format))


class Grouped:
    """Adds up what the answers say about groups: (grouping, minute, values) to good and total."""

    def __init__(self, groupings: Sequence[Grouping]) -> None:
        self.groupings = groupings
        self._seen: list[set[tuple[str, ...]]] = [set() for _ in groupings]
        self.good: Counter[tuple[int, int, tuple[str, ...]]] = Counter()
        self.total: Counter[tuple[int, int, tuple[str, ...]]] = Counter()

    def of(self, selection: int, *, bad_only: bool) -> Iterator[tuple[tuple[int, int, tuple[str, ...]], int]]:
        """What was counted for one selection: ((grouping, minute, values), all events)."""
        for key, total in self.total.items():
            grouping = self.groupings[key[0]]
            if (grouping.selection, grouping.bad_only) == (selection, bad_only):
                yield key, total

    def add_all(self, other: "Grouped") -> None:
        """Add the groups of another log that was counted by the same groupings."""
        for key, total in other.total.items():
            self._add(key, total, other.good[key])

    def take(self, answer: Answer) -> None:
        """Add the rows of an answer."""
        for place in range(len(self.groupings)):
            rows = np.asarray(answer["part"]) == BY_GROUP + place
            columns = (answer[name][rows] for name in ("slot", "label", "n", "events"))
            for minute, label, total, good in zip(*columns, strict=True):
                self._add((place, int(minute), tuple(str(label).split(_BETWEEN))), int(total), int(good))

    def _add(self, key: tuple[int, int, tuple[str, ...]], total: int, good: int) -> None:
        seen, most = self._seen[key[0]], _MOST_BAD if self.groupings[key[0]].bad_only else MOST_GROUPS
        if key[2] not in seen and len(seen) >= most:
            return
        seen.add(key[2])
        self.total[key] += total
        self.good[key] += good
