"""Somebody has it: acknowledging an incident, from the incident itself or through the pages of its alerts."""

from dataclasses import replace
from datetime import datetime

from watchbill.incidents.model import Incident, IncidentAcknowledged, Source
from watchbill.incidents.rules.phases import Milestone, require_open
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.people.model import Actor

__all__ = ["Taking"]


class Taking:
    """Acknowledges, once; further people who show up take the next seat."""

    def __init__(self, desk: Desk, book: Book, seats: Seats) -> None:
        self._desk = desk
        self._book = book
        self._seats = seats

    def acknowledge(self, reference: str, who: Actor) -> Incident:
        """Somebody has it: nobody else is called. The same person again changes nothing."""
        incident = self._book.find(reference, lock=True)
        require_open(incident, "acknowledging")
        incident = self._book.save(self.taken(incident, who.name, self._desk.now))
        self._desk.pager.acknowledge(incident, self._desk.store.called_for(incident.id), who)
        return incident

    def taken(self, incident: Incident, by: str, at: datetime, *, cause: str | None = None) -> Incident:
        """The incident with the fact that somebody has it, still to be saved."""
        if not incident.is_open or self._has_shown_up(incident, by):
            return incident
        first = incident.acknowledged_at is None
        text = f"{by} acknowledged it" if first else f"{by} joins"
        incident = self._book.write(incident, Source.ACK, text, by=by, at=at, cause=cause)
        if first:
            incident = replace(incident, acknowledged_at=at, acknowledged_by=by)
            self._desk.events.publish(IncidentAcknowledged(incident.id, by), subject=incident.id, cause=cause)
            incident = self._book.reach(incident, Milestone.ACKNOWLEDGED, by)
        person = self._desk.person_or_none(by)
        return self._seats.seat_who_showed_up(incident, person) if person is not None else incident

    def _has_shown_up(self, incident: Incident, by: str) -> bool:
        return self._desk.store.has_written(incident.id, by, Source.ACK)
