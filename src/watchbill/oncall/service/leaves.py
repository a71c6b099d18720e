"""Use cases of leave: who is away when, entered by hand or read from a calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Forbidden, Invalid, NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, LeaveId
from watchbill.oncall.arranged_ports import CalendarReader, Leaves
from watchbill.oncall.model.arranged import Leave, LeaveAdded, LeaveRemoved
from watchbill.oncall.rules.calendars import CalendarEvent, moments_of, person_of
from watchbill.people.model import Actor, Person, Role
from watchbill.people.service import PeopleService

__all__ = ["LeaveService", "LeavesRead"]

LONGEST = timedelta(days=366)
READ_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class LeavesRead:
    """What reading a calendar came to; `unmatched` are titles of events about nobody who is known."""

    added: tuple[Leave, ...]
    removed: tuple[Leave, ...]
    kept: int
    unmatched: tuple[str, ...]


@dataclass(eq=False, kw_only=True)
class LeaveService:
    """Leave within one transaction."""

    leaves: Leaves
    people: PeopleService
    reader: CalendarReader
    events: EventSink
    ids: Ids
    clock: Clock

    def add(self, person: str, start: datetime, end: datetime, who: Actor, *, note: str = "") -> Leave:
        """Note that somebody will be away; people write down their own, editors anybody's."""
        if end <= self.clock.now():
            raise Invalid("end", "lies in the past")
        return self._add(self._may(person, who), start, end, who, note=note, source="")

    def remove(self, leave: str, who: Actor) -> Leave:
        """They will not be away after all."""
        found = self.leaves.get(LeaveId(leave))
        if found is None:
            raise NotFound("leave", leave)
        self._may(found.person, who)
        return self._remove(found, who)

    def between(self, start: datetime, end: datetime, people: Sequence[str] | None = None) -> Sequence[Leave]:
        """Leave that overlaps [start, end), by start."""
        return self.leaves.between(people, start, end)

    def read(self, text: str, who: Actor, *, name: str, person: str | None = None, dry_run: bool = False) -> LeavesRead:
        """Make the leave of a calendar ours: new events are added, those that went are removed. Reading twice changes nothing.

        `name` tells calendars apart; `person`: all events are about this one, else each names its own.
        """
        who.require(Role.EDITOR if person is None else Role.RESPONDER)
        whose = self._may(person, who) if person else None
        now = self.clock.now()
        wanted: dict[tuple[str, datetime, datetime], CalendarEvent] = {}
        unmatched: list[str] = []
        for event in self.reader.events(text, now, now + READ_AHEAD):
            about = whose or person_of(event, self.people.persons())
            if about is None:
                unmatched.append(event.summary or event.uid)
                continue
            wanted.setdefault((about.name, *moments_of(event, about.timezone)), event)
        source = f"calendar:{name}"
        known = {
            (one.person, one.start, one.end): one
            for one in self.leaves.between([whose.name] if whose else None, now, now + READ_AHEAD)
            if one.source == source
        }
        gone = [leave for key, leave in known.items() if key not in wanted]
        fresh = [
            self._leave(key[0], key[1], key[2], who, note=event.summary, source=source)
            for key, event in wanted.items()
            if key not in known
        ]
        if not dry_run:
            for leave in gone:
                self._remove(leave, who)
            for leave in fresh:
                self._save(leave, who)
        return LeavesRead(tuple(fresh), tuple(gone), len(wanted) - len(fresh), tuple(dict.fromkeys(unmatched)))

    def _may(self, person: str, who: Actor) -> Person:
        found = self.people.person(person)
        if found.name != who.name and not who.role.covers(Role.EDITOR):
            raise Forbidden(f"{who.name} cannot write down the leave of {found.name}", hint="an editor can")
        return found

    def _add(self, person: Person, start: datetime, end: datetime, who: Actor, *, note: str, source: str) -> Leave:
        return self._save(self._leave(person.name, start, end, who, note=note, source=source), who)

    def _leave(self, person: str, start: datetime, end: datetime, who: Actor, *, note: str, source: str) -> Leave:
        if end - start > LONGEST:
            raise Invalid("end", "a leave lasts a year at most", hint="take the person off the schedule instead")
        return Leave(self.ids.new(LeaveId), person, start, end, note[:200], source, self.clock.now(), who.name)

    def _save(self, leave: Leave, who: Actor) -> Leave:
        self.leaves.add(leave)
        event = LeaveAdded(leave.id, leave.person, leave.start, leave.end, who.name)
        self.events.publish(event, subject=leave.id, cause=None)
        return leave

    def _remove(self, leave: Leave, who: Actor) -> Leave:
        self.leaves.remove(leave.id)
        self.events.publish(LeaveRemoved(leave.id, leave.person, who.name), subject=leave.id, cause=None)
        return leave
