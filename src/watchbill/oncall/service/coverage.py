"""Use cases of cover: what is missing ahead, and telling the team of it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from watchbill.kernel.clock import Clock
from watchbill.kernel.events import Event, EventSink
from watchbill.oncall.arranged_ports import Alarms, Leaves
from watchbill.oncall.model import Schedule
from watchbill.oncall.rules.coverage import Missing, MissingKind, is_same, missing
from watchbill.oncall.rules.final import gaps
from watchbill.oncall.service.schedules import ScheduleService
from watchbill.people.service import PeopleService

__all__ = ["AHEAD", "CoverageMissing", "CoverageService"]

AHEAD = timedelta(days=14)
_NAMED = 5  # as many are spelled out in a message


@dataclass(frozen=True)
class CoverageMissing(Event):
    """Within the next two weeks nobody would come for a while, and it was not known before. Subject: the schedule's name."""

    kind: ClassVar[str] = "coverage.missing"
    schedule: str
    start: datetime
    end: datetime
    told: tuple[str, ...]
    text: str


@dataclass(eq=False, kw_only=True)
class CoverageService:
    """Cover within one transaction."""

    schedules: ScheduleService
    leaves: Leaves
    alarms: Alarms
    people: PeopleService
    events: EventSink
    clock: Clock

    def missing(self, start: datetime, end: datetime, schedule: str | None = None) -> Sequence[Missing]:
        """When nobody would come within [start, end), of one schedule or of all, by start."""
        leaves = self.leaves.between(None, start, end)
        if schedule is None:
            finals = self.schedules.finals(start, end)
        else:
            finals = {(name := self.schedules.find(schedule).name): self.schedules.final(name, start, end)}
        found: list[Missing] = []
        for name, shifts in finals.items():
            found += missing(name, shifts, gaps(shifts, start, end, self.schedules.find(name)), leaves)
        return sorted(found, key=lambda one: (one.start, one.schedule))

    def moves(self) -> bool:
        """Whether `look` would find anything to write down."""
        now = self.clock.now()
        found, told = self.missing(now, now + AHEAD), self.alarms.told()
        known = [next((old for old in told if is_same(old, one)), None) for one in found]
        lasts = all(old is not None and one.end <= old.end for old, one in zip(known, found, strict=True))
        return not lasts or any(not any(is_same(old, one) for one in found) for old in told)

    def look(self) -> int:
        """Tell each team what is newly missing in the next two weeks, all of a schedule in one message; how much is new.

        What was told is not told again while it lasts; what was repaired and breaks again is.
        """
        now = self.clock.now()
        found = self.missing(now, now + AHEAD)
        told = list(self.alarms.told())
        for old in told:
            if not any(is_same(old, one) for one in found):
                self.alarms.forget(old)
        fresh = [one for one in found if self._is_new(one, told, now)]
        for schedule in self.schedules.list():
            mine = [one for one in fresh if one.schedule == schedule.name]
            if mine:
                self._tell(schedule, mine)
        return len(fresh)

    def _is_new(self, one: Missing, told: Sequence[Missing], now: datetime) -> bool:
        known = next((old for old in told if is_same(old, one)), None)
        if known is None:
            return self.alarms.keep(one, now)
        if one.end > known.end:
            self.alarms.extend(known, one.end)
        return False

    def _tell(self, schedule: Schedule, found: Sequence[Missing]) -> None:
        event = CoverageMissing(
            schedule.name, found[0].start, found[-1].end, tuple(self._team(schedule)), self._words(schedule, found)
        )
        self.events.publish(event, subject=schedule.name, cause=None)

    def _team(self, schedule: Schedule) -> Sequence[str]:
        """The teams whose services it watches over; of a schedule without any, those who take turns."""
        owners = {one.owner_team for one in self.schedules.catalog.list() if one.oncall_rotation == schedule.name}
        members = [person for team in self.people.teams() if team.name in owners for person in team.members]
        return list(dict.fromkeys(members or schedule.people))

    def _words(self, schedule: Schedule, found: Sequence[Missing]) -> str:
        names = {one.name: one.display_name for one in self.people.persons()}

        def said(one: Missing) -> str:
            start, end = one.start.astimezone(schedule.zone), one.end.astimezone(schedule.zone)
            who = "nobody" if one.kind is MissingKind.GAP else f"{names.get(one.person, one.person)}, who is on leave,"
            return f"{who} from {start:%a %d %b %H:%M} to {end:%a %d %b %H:%M}"

        more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        listed = "; ".join(said(one) for one in found[:_NAMED])
        return f"The watch of {schedule.name} is held by {listed}{more} ({schedule.zone.key} time). An override or a swap covers it."
