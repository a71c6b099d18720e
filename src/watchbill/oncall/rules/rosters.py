"""Final schedules of one range together: each computed once, secondaries kept apart from the primaries they back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from watchbill.oncall.model import Override, Schedule, Shift
from watchbill.oncall.model.arranged import Swap
from watchbill.oncall.rules.final import final

__all__ = ["Book", "Rosters"]


class Book:
    """All schedules by name, and who is whose secondary."""

    def __init__(self, schedules: Iterable[Schedule]) -> None:
        self.schedules: Mapping[str, Schedule] = {schedule.name: schedule for schedule in schedules}
        backed: dict[str, list[str]] = defaultdict(list)
        for schedule in self.schedules.values():
            if schedule.secondary:
                backed[schedule.secondary].append(schedule.name)
        self.backed_by: Mapping[str, Sequence[str]] = {name: sorted(leaders) for name, leaders in backed.items()}

    def related(self, name: str) -> set[str]:
        """The schedule, its secondary, and all whose shifts these two depend on: the names whose overrides matter."""
        found: set[str] = set()
        schedule = self.schedules.get(name)
        waiting = [name, schedule.secondary] if schedule and schedule.secondary else [name]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting += self.backed_by.get(current, ())
        return found


class Rosters:
    """The final schedules over [start, end). Asking for one computes those it depends on, and keeps them."""

    def __init__(
        self,
        book: Book,
        overrides: Mapping[str, Sequence[Override]],
        start: datetime,
        end: datetime,
        *,
        swaps: Mapping[str, Sequence[Swap]] = MappingProxyType({}),
    ) -> None:
        self._book = book
        self._overrides, self._swaps = overrides, swaps
        self._start, self._end = start, end
        self._found: dict[str, list[Shift]] = {}

    def final(self, name: str) -> list[Shift]:
        """The final schedule of that name; empty for one that does not exist."""
        if name not in self._found:
            self._found[name] = self._compute(name, frozenset())
        return self._found[name]

    def _compute(self, name: str, asked: frozenset[str]) -> list[Shift]:
        schedule = self._book.schedules.get(name)
        if schedule is None:
            return []
        asked |= {name}
        # Schedules that name each other as secondary would wait for each other: whoever was asked for leads.
        leaders = [leader for leader in self._book.backed_by.get(name, ()) if leader not in asked]
        primaries = [self._found.get(leader) or self._compute(leader, asked) for leader in leaders]
        made, agreed = self._overrides.get(name, ()), self._swaps.get(name, ())
        return final(schedule, made, self._start, self._end, primaries=primaries, swaps=agreed)
