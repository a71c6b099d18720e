"""What happens elsewhere and belongs into the timeline of an incident: alerts that end, pages, acknowledgements, changes, budgets."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watchbill.alerts.model import AlertResolved
from watchbill.budget.model import BudgetExhausted
from watchbill.catalog.model import ChangeRecorded
from watchbill.incidents.model import Incident, IncidentDeclared, Severity, SeverityChanged, Source
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.taking import Taking
from watchbill.incidents.service.timers import CALL_DUE, Timers
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import AlertId, EscalationId, IncidentId
from watchbill.kernel.jobs import Job
from watchbill.oncall.model import EscalationAcknowledged, EscalationExhausted, PageDelivered, PageFailed

__all__ = ["Following"]

_CALLED_FOR = frozenset({Severity.SEV1, Severity.SEV2})
# The page of an alert and the incident that it declares are worked side by side: the incident calls only when it is sure that
# the alert did not, so that nobody gets two messages for one thing. After a death the alert's turn may take a lease longer.
_LOOK_AGAIN, _CALL_ANYWAY, _ASKED_ABOUT = timedelta(seconds=1), timedelta(seconds=30), 20


class Following:
    """The reactions' side of incidents. Each runs once for an event; what is over or unknown is left alone."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, taking: Taking) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._taking = taking

    def alert_resolved(self, recorded: Recorded) -> None:
        """An alert of an open incident ended; when it was the last, the SLIs are watched for the half hour of quiet."""
        notice = recorded.event
        assert isinstance(notice, AlertResolved)
        for incident in self._open(self._desk.store.holding([notice.alert])):
            self._book.save(self._note_end(incident, notice))

    def acknowledged(self, recorded: Recorded) -> None:
        """Whoever answers a page about an incident or one of its alerts has the incident."""
        event = recorded.event
        assert isinstance(event, EscalationAcknowledged)
        for incident in self._about(event.escalation):
            self._book.save(self._taking.taken(incident, event.by, recorded.at, cause=event.escalation))

    def page_delivered(self, recorded: Recorded) -> None:
        """A person was reached."""
        event = recorded.event
        assert isinstance(event, PageDelivered)
        text = f"{event.person} was paged by {event.channel}" + (
            f" (attempt {event.attempts})" if event.attempts > 1 else ""
        )
        self._write(event.escalation, text, recorded)

    def page_failed(self, recorded: Recorded) -> None:
        """A person could not be reached."""
        event = recorded.event
        assert isinstance(event, PageFailed)
        self._write(event.escalation, f"{event.person} could not be reached: {event.reason}", recorded)

    def page_exhausted(self, recorded: Recorded) -> None:
        """Nobody answered at all."""
        event = recorded.event
        assert isinstance(event, EscalationExhausted)
        last = f", {', '.join(event.fallback)} called last" if event.fallback else ""
        self._write(event.escalation, f"Nobody answered{last}", recorded)

    def changed(self, recorded: Recorded) -> None:
        """Something was changed on an affected service, or on one that it calls: perhaps the cause, perhaps the cure."""
        event = recorded.event
        assert isinstance(event, ChangeRecorded)
        for incident in self._open(self._desk.store.open()):
            if event.service in self._concerned(incident):
                text = f"{event.service}: {event.change_kind}, {event.risk} risk: {event.summary}"
                self._book.save(
                    self._book.write(
                        incident, Source.CHANGE, text, at=min(event.at, self._desk.now), cause=event.change
                    )
                )

    def budget_spent(self, recorded: Recorded) -> None:
        """The budget of an affected service was spent."""
        event = recorded.event
        assert isinstance(event, BudgetExhausted)
        for incident in self._open(self._desk.store.open(event.service)):
            text = f"The error budget of {event.slo} is spent"
            self._book.save(self._book.write(incident, Source.METRICS, text, at=recorded.at, cause=recorded.id))

    def call_watch(self, recorded: Recorded) -> None:
        """A SEV1 or SEV2, declared or raised, calls the service's watch, unless somebody has it or a call is under way."""
        event = recorded.event
        assert isinstance(event, IncidentDeclared | SeverityChanged)
        if event.severity not in _CALLED_FOR:
            return
        about = event.alert if isinstance(event, IncidentDeclared) else None
        self._call(event.incident, about, asked_at=recorded.at, cause=recorded.id)

    def call_due(self, job: Job) -> None:
        """The call waited for one of its alert; look again."""
        alert = job.payload.get("alert")
        self._call(
            IncidentId(job.payload["incident"]),
            AlertId(alert) if alert else None,
            asked_at=datetime.fromisoformat(job.payload["asked_at"]),
            cause=job.payload["cause"],
        )

    def _call(self, incident_id: IncidentId, about: AlertId | None, *, asked_at: datetime, cause: str) -> None:
        for incident in self._open([self._book.locked(incident_id)]):
            if not incident.calls_people or incident.acknowledged_at is not None:
                continue
            alerts = list(self._desk.store.called_for(incident.id))
            alerts += [about] if about is not None and about not in alerts else []
            newest = self._desk.store.alerts(incident.id, limit=_ASKED_ABOUT)
            if self._desk.now - asked_at < _CALL_ANYWAY and self._desk.pager.awaits([*alerts, *newest]):
                payload = {"alert": about, "asked_at": asked_at.isoformat(), "cause": cause}
                self._timers.set(CALL_DUE, incident, self._desk.now + _LOOK_AGAIN, **payload)
            elif self._desk.pager.call(incident, alerts, cause=incident.id):
                self._book.save(self._book.write(incident, Source.PAGE, "The watch is being called", cause=cause))

    def _note_end(self, incident: Incident, notice: AlertResolved) -> Incident:
        by = f" by {notice.by}" if notice.by else ""
        text = f"Alert {notice.status}{by}: {notice.title}"
        at = min(notice.ends_at, self._desk.now)
        noted = self._book.write(incident, Source.ALERT, text, at=at, cause=notice.alert)
        if incident.mitigated_at is not None or self._desk.store.is_firing(incident.id):
            return noted
        self._timers.wait_for_quiet(incident)
        hint = "No alert fires any more. Has the damage stopped?"
        return self._book.write(noted, Source.ALERT, hint, cause=notice.alert)

    def _write(self, escalation: EscalationId, text: str, recorded: Recorded) -> None:
        for incident in self._about(escalation):
            self._book.save(self._book.write(incident, Source.PAGE, text, at=recorded.at, cause=recorded.subject))

    def _about(self, escalation: EscalationId) -> list[Incident]:
        subjects = self._desk.pager.about(escalation)
        found = list(self._desk.store.holding(subjects.alerts)) if subjects.alerts else []
        if subjects.incident is not None:
            found.append(self._book.locked(subjects.incident))
        return self._open(found)

    def _open(self, found: Iterable[Incident]) -> list[Incident]:
        """The newest state of each that is open, locked, in the order of their numbers."""
        ids = {one.id: one.number for one in found if one.is_open}
        locked = [self._book.locked(one) for one in sorted(ids, key=lambda one: ids[one])]
        return [one for one in locked if one.is_open]

    def _concerned(self, incident: Incident) -> set[str]:
        concerned = set(incident.services)
        for service in incident.services:
            try:
                concerned |= {edge.callee for edge in self._desk.catalog.upstream(service)}
            except NotFound:  # an incident outlives the catalog's entry
                continue
        return concerned
