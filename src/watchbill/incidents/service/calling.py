"""Who stands watch over a service, and how to reach people: this domain's Pager over on-call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchbill.alerts.model import Severity as AlertSeverity
from watchbill.incidents.model import Incident, Severity
from watchbill.incidents.ports import Subjects, Taken, Watch
from watchbill.incidents.service.desk import WATCHBILL
from watchbill.kernel.errors import NotFound
from watchbill.kernel.ids import AlertId, EscalationId
from watchbill.oncall.model import EscalationStatus
from watchbill.oncall.ports import Escalations
from watchbill.oncall.service import NewPage, PagingService, ScheduleService
from watchbill.people.model import Actor

__all__ = ["OncallPager"]

_LOOKED_UP = 100  # alerts of one group belong to one incident, so that not all of a storm need to be asked
# How urgently a person is called for an incident.
_URGENCY = {
    Severity.SEV1: AlertSeverity.P0,
    Severity.SEV2: AlertSeverity.P0,
    Severity.SEV3: AlertSeverity.P1,
    Severity.SEV4: AlertSeverity.P1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OncallPager:
    """Translates between incidents and escalations."""

    schedules: ScheduleService
    paging: PagingService
    escalations: Escalations

    def on_watch(self, service: str | None, at: datetime) -> Watch | None:
        """Who stands watch over the service; None where nobody is named."""
        if service is None:
            return None
        try:
            found = self.schedules.for_service(service, at)
        except NotFound:  # an incident outlives the catalog's entry
            return None
        return None if found is None else Watch(found.schedule, found.primary, found.secondary, found.until)

    def taken(self, alert: AlertId) -> Taken | None:
        """Who has acknowledged the call for an alert; None where nobody has."""
        found = self.paging.escalation_of(alert)
        if found is None or found.acknowledged_by is None or found.acknowledged_at is None:
            return None
        return Taken(found.acknowledged_by, found.acknowledged_at)

    def about(self, escalation: EscalationId) -> Subjects:
        """What the call is about; nothing for a test or a page that people sent."""
        found = self.paging.escalation_of(escalation)
        if found is None:
            return Subjects()
        return Subjects(found.incident, tuple(self.escalations.alerts(found.id, limit=_LOOKED_UP)))

    def awaits(self, alerts: Sequence[AlertId]) -> bool:
        """Whether a call for one of the alerts may be about to begin."""
        return any(self.escalations.is_awaited(alert) for alert in alerts)

    def call(self, incident: Incident, alerts: Sequence[AlertId], *, cause: str) -> bool:
        """Call the service's on-call, unless a call for the incident or one of its alerts is not over yet."""
        for subject in (incident.id, *alerts):
            running = self.paging.escalation_of(subject)
            if running is not None and running.status is not EscalationStatus.RESOLVED:
                return False
        title = f"{incident.mark}{incident.severity} {incident.name}: {incident.title}"
        drill = " It is a drill: practise what you would do." if incident.drill else ""
        sentence = f"{incident.declared_by} declared {incident.name}. Acknowledge to take it.{drill}"
        new = NewPage(title, sentence, _URGENCY[incident.severity], incident.service)
        return self.paging.page_for_incident(incident.id, new, cause=cause) is not None

    def remind(self, person: str, incident: Incident, text: str) -> bool:
        """Call one person because something of the incident waits for them; False where they cannot be reached."""
        new = NewPage(
            f"{incident.mark}{incident.name}: {text}",
            f"{incident.severity}, {incident.title}",
            AlertSeverity.P1,
            incident.service,
            to=(person,),
        )
        try:
            self.paging.send(new, WATCHBILL)
        except NotFound:
            return False
        return True

    def acknowledge(self, incident: Incident, alerts: Sequence[AlertId], who: Actor) -> None:
        """Stop the running calls for the incident and its alerts: somebody has it."""
        for subject in (incident.id, *alerts):
            if self.paging.escalation_of(subject) is not None:
                self.paging.acknowledge(subject, who)

    def stand_down(self, incident: Incident, who: Actor) -> None:
        """Nobody is called for the incident any more; calls for alerts that still fire go on."""
        if self.paging.escalation_of(incident.id) is not None:
            self.paging.resolve(incident.id, who)
