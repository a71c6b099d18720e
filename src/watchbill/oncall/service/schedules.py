"""Use cases of schedules: who stands watch, the final schedule of any range, gaps, overrides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from watchbill.catalog.service import CatalogService
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, OverrideId
from watchbill.oncall.arranged_ports import Swaps
from watchbill.oncall.model import Gap, Override, OverrideAdded, OverrideRemoved, Schedule, Shift, Watch
from watchbill.oncall.model.arranged import Swap
from watchbill.oncall.ports import Overrides, ScheduleDefinitions
from watchbill.oncall.rules.final import gaps, standing_at
from watchbill.oncall.rules.rosters import Book, Rosters
from watchbill.people.model import Actor
from watchbill.people.service import PeopleService

__all__ = ["NewOverride", "ScheduleService"]

# How far ahead a change is looked for, nearest first: most answers are found in the first day.
_AHEAD = (timedelta(days=1), timedelta(days=8), timedelta(days=35), timedelta(days=366))
MAX_RANGE = timedelta(days=400)
MAX_OVERRIDE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class NewOverride:
    """An override as it is asked for; `start` None means now."""

    schedule: str
    person: str
    end: datetime
    start: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """What people arranged, by schedule."""

    overrides: dict[str, list[Override]]
    swaps: dict[str, list[Swap]]


@dataclass(eq=False, kw_only=True)
class ScheduleService:
    """Schedules within one transaction."""

    definitions: ScheduleDefinitions
    overrides: Overrides
    swaps: Swaps
    catalog: CatalogService
    people: PeopleService
    events: EventSink
    ids: Ids
    clock: Clock

    def list(self) -> Sequence[Schedule]:
        """All schedules, by name."""
        return self.definitions.list()

    def find(self, name: str) -> Schedule:
        """The schedule of that name; raises NotFound with the nearest name."""
        found = self.definitions.get(name)
        if found is None:
            raise NotFound("schedule", name, known=[schedule.name for schedule in self.definitions.list()])
        return found

    def final(self, schedule: str, start: datetime, end: datetime) -> Sequence[Shift]:
        """Who stands watch over [start, end), clipped to it; raises Invalid for a range of more than 400 days."""
        _checked_range(start, end)
        name = self.find(schedule).name
        return self._rosters(self._book.related(name), start, end).final(name)

    def finals(self, start: datetime, end: datetime) -> Mapping[str, Sequence[Shift]]:
        """The final schedules of all, by name, over one range."""
        _checked_range(start, end)
        rosters = self._rosters(None, start, end)
        return {name: rosters.final(name) for name in self._book.schedules}

    def gaps(self, schedule: str, start: datetime, end: datetime) -> Sequence[Gap]:
        """When nobody stands watch within [start, end), of the hours that the schedule promises to cover."""
        return gaps(self.final(schedule, start, end), start, end, self.find(schedule))

    def on_call(self, schedule: str, at: datetime | None = None, *, service: str | None = None) -> Watch:
        """Who stands watch at that moment (now), and until when; raises NotFound for an unknown schedule."""
        at = at or self.clock.now()
        found = self.find(schedule)
        made = self._made(self._book.related(found.name), at, at + _AHEAD[-1])
        return self._watch(found, made, at, service)

    def for_service(self, service: str, at: datetime | None = None) -> Watch | None:
        """Who stands watch over a service (name or alias); None where it names no rotation, or one that does not exist."""
        found = self.catalog.find(service)
        if not found.oncall_rotation or self.definitions.get(found.oncall_rotation) is None:
            return None
        return self.on_call(found.oncall_rotation, at, service=found.name)

    def services_of(self, schedule: str) -> Sequence[str]:
        """The services that this schedule watches over, by name."""
        return [service.name for service in self.catalog.list() if service.oncall_rotation == schedule]

    def now(self, at: datetime | None = None) -> Sequence[Watch]:
        """Who stands watch on every schedule; the service is named where a schedule watches over exactly one."""
        at = at or self.clock.now()
        made = self._made(None, at, at + _AHEAD[-1])
        watched: dict[str, list[str]] = defaultdict(list)
        for service in self.catalog.list():
            watched[service.oncall_rotation or ""].append(service.name)
        return [
            self._watch(schedule, made, at, watched[name][0] if len(watched[name]) == 1 else None)
            for name, schedule in self._book.schedules.items()
        ]

    def following(self, schedule: str, at: datetime | None = None, *, person: str | None = None) -> Shift | None:
        """The next shift that begins after the moment (of that person, where one is named), within a year."""
        at = at or self.clock.now()
        for ahead in _AHEAD:
            rows = self.final(schedule, at, at + ahead)
            current = standing_at(rows, at)
            later = [row for row in rows if row is not current and person in {None, row.person}]
            if later and (later[0].end < at + ahead or ahead == _AHEAD[-1]):
                return later[0]
        return None

    def list_overrides(self, schedule: str, start: datetime, end: datetime) -> Sequence[Override]:
        """Overrides of the file, then those people made, that overlap [start, end)."""
        found = self.find(schedule)
        written = [one for one in found.overrides if one.start < end and one.end > start]
        return [*written, *self.overrides.between([found.name], start, end)]

    def override(self, new: NewOverride, who: Actor) -> Override:
        """Let a known person stand watch instead; raises Invalid for a span that is over, empty or longer than a year."""
        now = self.clock.now()
        start = new.start or now
        if new.end <= max(start, now):
            raise Invalid("end", "lies before the start or in the past", hint="an override ends in the future")
        if new.end - start > MAX_OVERRIDE:
            raise Invalid("end", "an override lasts a year at most", hint="change the schedule instead")
        override = Override(
            schedule=self.find(new.schedule).name,
            start=start,
            end=new.end,
            person=self.people.person(new.person).name,
            id=self.ids.new(OverrideId),
            created_at=now,
            created_by=who.name,
            reason=new.reason,
        )
        assert override.id is not None
        self.overrides.add(override)
        event = OverrideAdded(override.id, override.schedule, override.person, override.start, override.end, who.name)
        self.events.publish(event, subject=override.id, cause=None)
        return override

    def remove_override(self, override: str, who: Actor) -> Override:
        """Let the layers count again; raises NotFound, and Conflict for one that is over (it is history)."""
        found = self.overrides.get(OverrideId(override))
        if found is None or found.id is None:
            raise NotFound("override", override, hint="those written in a file are removed there")
        now = self.clock.now()
        if found.end <= now:
            raise Conflict("the override is over", hint="what happened is not undone")
        self.overrides.remove(found.id, at=now, by=who.name)
        self.events.publish(OverrideRemoved(found.id, found.schedule, who.name), subject=found.id, cause=None)
        return found

    @cached_property
    def _book(self) -> Book:
        return Book(self.definitions.list())

    def _made(self, names: set[str] | None, start: datetime, end: datetime) -> _Made:
        """What people arranged for these schedules (None: for all) within [start, end)."""
        asked = sorted(names) if names is not None else None
        found = _Made(defaultdict(list), defaultdict(list))
        for override in self.overrides.between(asked, start, end):
            found.overrides[override.schedule].append(override)
        for swap in self.swaps.accepted(asked, start, end):
            found.swaps[swap.schedule].append(swap)
        return found

    def _rosters(self, names: set[str] | None, start: datetime, end: datetime) -> Rosters:
        made = self._made(names, start, end)
        return Rosters(self._book, made.overrides, start, end, swaps=made.swaps)

    def _watch(self, schedule: Schedule, made: _Made, at: datetime, service: str | None) -> Watch:
        primary = secondary = None
        for ahead in _AHEAD:
            rosters = Rosters(self._book, made.overrides, at, at + ahead, swaps=made.swaps)
            rows = rosters.final(schedule.name)
            second_rows = rosters.final(schedule.secondary) if schedule.secondary else []
            primary, secondary = _person(rows, at), _person(second_rows, at)
            until = _first(_changes_at(rows, at, at + ahead), _changes_at(second_rows, at, at + ahead))
            if until is not None:
                return Watch(schedule.name, service, primary, secondary, until)
        return Watch(schedule.name, service, primary, secondary, None)


def _checked_range(start: datetime, end: datetime) -> None:
    if end <= start:
        raise Invalid("end", "lies before the start")
    if end - start > MAX_RANGE:
        raise Invalid("end", "a range covers 400 days at most")


def _person(rows: Sequence[Shift], at: datetime) -> str | None:
    row = standing_at(rows, at)
    return row.person if row else None


def _changes_at(rows: Sequence[Shift], at: datetime, horizon: datetime) -> datetime | None:
    """The first moment after `at` from which somebody else, or nobody, stands watch; None: not before the horizon."""
    person, until = _person(rows, at), at
    for row in rows:
        if row.end <= until:
            continue
        if row.start > until:  # a gap begins at `until`
            if person is not None:
                return until
            if row.start > at:
                return row.start
        if row.person != person:
            return row.start
        until = row.end
    return until if person is not None and until < horizon else None


def _first(*moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)
