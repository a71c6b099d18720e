"""The incident desk: ports and neighbours of the use cases, and the book-keeping that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.catalog.service import CatalogService
from watchbill.incidents.mail_ports import Communication, Mails
from watchbill.incidents.model import (
    Incident,
    NoteKind,
    Phase,
    PhaseChanged,
    Source,
    TimelineAppended,
    TimelineEntry,
)
from watchbill.incidents.ports import AlertRecords, Incidents, Measurements, Pager, Words
from watchbill.incidents.rules.naming import reference_number
from watchbill.incidents.rules.phases import Milestone, after
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids, IncidentId, TimelineId
from watchbill.kernel.jobs import Jobs
from watchbill.people.model import Actor, Role
from watchbill.people.service import PeopleService

__all__ = ["WATCHBILL", "Book", "Desk"]

WATCHBILL = Actor("watchbill", Role.ADMIN, "watchbill")  # who acts when a rule or a timer does


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ports and neighbours, by name. `address` makes a link to an incident's page; empty where none is known."""

    store: Incidents
    measurements: Measurements
    pager: Pager
    words: Words
    communication: Communication
    mails: Mails
    alerts: AlertRecords
    catalog: CatalogService
    people: PeopleService
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock
    public_url: str = ""

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.clock.now()

    def person_or_none(self, name: str) -> str | None:
        """The handle, where it is a person's; programs and owners of data directories hold no roles."""
        try:
            return self.people.person(name).name
        except NotFound:
            return None


class Book:
    """Finds incidents and writes their timelines. Whoever changes an incident passes the newest state on and saves it at the end."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, reference: str, *, lock: bool = False) -> Incident:
        """The incident of `12`, `INC-12` or its id; raises NotFound. `lock`: other transactions that change it wait."""
        number = reference_number(reference)
        found = (
            self._desk.store.get(IncidentId(reference), lock=lock)
            if number is None
            else self._desk.store.numbered(number)
        )
        if found is None:
            newest = self._desk.store.newest_number()
            hint = f"the newest is INC-{newest}" if newest else "there are no incidents yet"
            raise NotFound("incident", reference, hint=hint)
        return self.locked(found.id) if lock and number is not None else found

    def locked(self, incident: IncidentId) -> Incident:
        """The newest state, locked until the transaction ends."""
        found = self._desk.store.get(incident, lock=True)
        if found is None:
            raise NotFound("incident", incident)
        return found

    def write(  # noqa: PLR0913 - an entry has that many parts, each by its keyword
        self,
        incident: Incident,
        source: Source,
        text: str,
        *,
        by: str = WATCHBILL.name,
        at: datetime | None = None,
        kind: NoteKind | None = None,
        supersedes: int | None = None,
        withdrawn: bool = False,
        cause: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> Incident:
        """Append an entry with the next sequence number; the incident with that number, still to be saved."""
        entry = TimelineEntry(
            id=self._desk.ids.new(TimelineId),
            incident=incident.id,
            sequence=incident.sequence + 1,
            at=at or self._desk.now,
            recorded_at=self._desk.now,
            source=source,
            text=text,
            author=by,
            kind=kind,
            supersedes=supersedes,
            withdrawn=withdrawn,
            cause=cause,
            data=data or {},
        )
        self._desk.store.append(entry)
        event = TimelineAppended(incident.id, entry.sequence, source, kind, by)
        self._desk.events.publish(event, subject=incident.id, cause=cause)
        return replace(incident, sequence=entry.sequence)

    def reach(self, incident: Incident, milestone: Milestone, by: str) -> Incident:
        """Go on to the phase that follows from a milestone, where that is a step."""
        return self.go_to(incident, after(incident.phase, milestone), by)

    def go_to(self, incident: Incident, phase: Phase, by: str) -> Incident:
        """Go on to a phase, and say so; staying is fine."""
        if phase is incident.phase:
            return incident
        self._desk.events.publish(PhaseChanged(incident.id, incident.phase, phase, by), subject=incident.id, cause=None)
        moved = self.write(
            incident, Source.STATE, f"{incident.phase} \N{RIGHTWARDS ARROW} {phase}", by=by, data={"phase": phase}
        )
        return replace(moved, phase=phase)

    def save(self, incident: Incident) -> Incident:
        """Write the new state over the old."""
        self._desk.store.save(incident)
        return incident
