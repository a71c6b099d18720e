"""The incidents service: the list of all that can be done with incidents, each done by the class that knows how."""

from collections.abc import Iterator, Mapping, Sequence

from watchbill.incidents.model import Assignment, Audience, Incident, IncidentRole, MailState, TimelineEntry
from watchbill.incidents.ports import Search
from watchbill.incidents.rules.briefing import standing
from watchbill.incidents.rules.export import TimelineFormat, timeline_file
from watchbill.incidents.service.acting import Acted
from watchbill.incidents.service.counting import Counting
from watchbill.incidents.service.declaring import Declaring
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.ending import Ending
from watchbill.incidents.service.following import Following
from watchbill.incidents.service.looking import Looking
from watchbill.incidents.service.mailing import Mailing
from watchbill.incidents.service.merging import Merging
from watchbill.incidents.service.notes import Notes, Tasks
from watchbill.incidents.service.reminding import Reminding
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.taking import Taking
from watchbill.incidents.service.telling import Telling
from watchbill.incidents.service.timers import Timers
from watchbill.incidents.service.triage import Triage
from watchbill.kernel.ids import AlertId, IncidentId, UpdateId

__all__ = ["IncidentService"]

_MOST_ALERTS = 1_000


class IncidentService:
    """Incidents within one transaction. The verbs are methods of the classes above, gathered under one name."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._store = desk, desk.store
        book, timers = Book(desk), Timers(desk)
        seats = Seats(desk, book, timers)
        taking, triage = Taking(desk, book, seats), Triage(desk, book, timers, seats)
        telling = Telling(desk, book, timers, seats)
        declaring, ending = Declaring(desk, book, timers, seats, taking), Ending(desk, book, timers, seats, telling)
        merging, notes, tasks = Merging(desk, book, timers, taking, triage), Notes(desk, book), Tasks(desk, book)
        looking = Looking(desk, telling, ending)

        # Begin
        self.declare = declaring.declare
        self.declare_for_alert = declaring.declare_for_alert
        self.open_alike = declaring.open_alike
        # Take, triage, command
        self.acknowledge = taking.acknowledge
        self.assess = triage.assess
        self.go_on = triage.go_on
        self.assign = seats.assign
        self.take_away = seats.take_away
        # Tell and write down
        self.preview = telling.preview
        self.tell = telling.tell
        self.templates = telling.templates
        self.note, self.quote, self.remark = notes.note, notes.quote, notes.remark
        self.add_task, self.tick = tasks.add, tasks.tick
        # End
        self.mitigate = ending.mitigate
        self.note_cause = ending.note_cause
        self.resolve = ending.resolve
        self.close = ending.close
        self.reopen = ending.reopen
        self.merge = merging.merge
        self.unmerge = merging.unmerge
        self.relate = merging.relate
        # Look
        self.find = book.find
        self.room = looking.room
        self.similar = looking.similar
        self.metrics = Counting(desk).metrics
        self.earlier = looking.earlier
        self.changes = looking.changes
        # What comes due, and what happens elsewhere (rows of reactions.py)
        self.reminding = Reminding(desk, book, timers, seats, triage)
        self.following = Following(desk, book, timers, taking)
        self.acted = Acted(desk, book)
        self.mailing = Mailing(desk, book)

    def readers(self, incident: Incident, audience: Audience) -> dict[str, str]:
        """Each address that an update for that audience would be mailed to, with its list."""
        return self.mailing.readers(incident, audience)

    def mailed(self, incident: IncidentId) -> Mapping[UpdateId, Mapping[MailState, int]]:
        """How many mails of each update of an incident are in each state."""
        return self._desk.mails.states(incident)

    def list(self, search: Search) -> Sequence[Incident]:
        """Incidents, newest first."""
        return self._store.find(search)

    def newest(self) -> int:
        """The number of the newest incident, 0 where there is none."""
        return self._store.newest_number() or 0

    def open(self, service: str | None = None) -> Sequence[Incident]:
        """All whose emergency goes on, newest first; of that service if one is named."""
        return self._store.open(service)

    def roles(self, incident: IncidentId) -> Sequence[Assignment]:
        """Who holds roles now, earliest first."""
        return self._store.roles(incident)

    def corrections(self, incident: IncidentId) -> Mapping[int, int]:
        """Which entry each superseded entry was corrected by."""
        return self._store.corrections(incident)

    def export(self, incident: Incident, form: TimelineFormat, *, current: bool = False) -> str:
        """The whole timeline as a file; `current`: without what was corrected or withdrawn."""
        entries = list(self._whole(incident.id))
        wanted = standing(entries) if current else entries
        return timeline_file(incident, wanted, self._store.corrections(incident.id), form)

    def _whole(self, incident: IncidentId) -> Iterator[TimelineEntry]:
        after = 0
        while rows := self._store.timeline(incident, after=after):
            yield from rows
            after = rows[-1].sequence

    def commanders(self, incidents: Sequence[IncidentId]) -> dict[IncidentId, str]:
        """Who commands each of these incidents."""
        return dict(self._store.roles_of(incidents, IncidentRole.IC))

    def alerts_of(self, incident: IncidentId) -> Sequence[AlertId]:
        """Alerts that are attached to it now, the worst first, at most a thousand."""
        return self._store.alerts(incident, limit=_MOST_ALERTS)

    def timeline(self, incident: IncidentId, *, after: int = 0, limit: int = 10_000) -> Sequence[TimelineEntry]:
        """Entries after a sequence number, in order."""
        return self._store.timeline(incident, after=after, limit=limit)
