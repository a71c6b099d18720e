"""Final schedules of one range together: each computed once, secondaries kept apart from the primaries they back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from watchbill.oncall.model import Override, Schedule, Shift
from watchbill.oncall.rules.final import final

__all__ = ["Rosters", "related"]


class Rosters:
    """The final schedules over [start, end). Asking for one computes those it depends on, and keeps them."""

    def __init__(
        self, schedules: Mapping[str, Schedule], overrides: Iterable[Override], start: datetime, end: datetime
    ) -> None:
        self._schedules = schedules
        self._start, self._end = start, end
        self._overrides: dict[str, list[Override]] = defaultdict(list)
        for override in overrides:
            self._overrides[override.schedule].append(override)
        self._backs = _backs(schedules.values())
        self._found: dict[str, list[Shift]] = {}
        self._asked: list[str] = []

    def final(self, name: str) -> list[Shift]:
        """The final schedule of that name; empty for one that does not exist."""
        if name not in self._schedules:
            return []
        if name not in self._found:
            self._asked.append(name)
            # Schedules that name each other as secondary would wait for each other: whoever was asked first leads.
            leaders = [leader for leader in self._backs.get(name, ()) if leader not in self._asked]
            primaries = [self.final(leader) for leader in leaders]
            self._asked.pop()
            shifts = final(
                self._schedules[name], self._overrides.get(name, ()), self._start, self._end, primaries=primaries
            )
            if self._asked:  # part of somebody else's answer: within a ring it depends on who was asked first
                return shifts
            self._found[name] = shifts
        return self._found[name]


def related(schedules: Mapping[str, Schedule], name: str) -> set[str]:
    """The schedule, its secondary, and all whose shifts these two depend on: the names whose overrides matter."""
    backs = _backs(schedules.values())
    found: set[str] = set()
    waiting = [name]
    if name in schedules and schedules[name].secondary:
        waiting.append(schedules[name].secondary or name)
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += backs.get(current, ())
    return found


def _backs(schedules: Iterable[Schedule]) -> dict[str, Sequence[str]]:
    """Secondary to the schedules that name it, by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for schedule in schedules:
        if schedule.secondary:
            found[schedule.secondary].append(schedule.name)
    return {name: sorted(leaders) for name, leaders in found.items()}
