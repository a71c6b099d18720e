"""How an incident begins: declared by a person, or for an alert."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watchbill.alerts.model import Alert, AlertNotice
from watchbill.incidents.errors import SimilarOpen
from watchbill.incidents.model import (
    AlertAttached,
    Assessment,
    DetectedBy,
    Impact,
    Incident,
    IncidentDeclared,
    Phase,
    Severity,
    SimilarIncident,
    Source,
    Status,
)
from watchbill.incidents.ports import Attached
from watchbill.incidents.rules.cadence import next_update_at
from watchbill.incidents.rules.naming import channel_name, read_text, title_line
from watchbill.incidents.rules.similar import open_alike
from watchbill.incidents.service.assessing import Assessing
from watchbill.incidents.service.desk import WATCHBILL, Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.snapshot import snapshot_words
from watchbill.incidents.service.taking import Taking
from watchbill.incidents.service.timers import Timers
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import AlertId, IncidentId
from watchbill.people.model import Actor

__all__ = ["Declaring", "NewIncident"]

# When alerts have declared five incidents within a minute, all further ones of the next hour are one: a common cause is
# likelier than six emergencies, and nobody can command six.
STORM_INCIDENTS, STORM_WITHIN, STORM_LASTS = 5, timedelta(minutes=1), timedelta(hours=1)
STORM_TITLE = "Alert storm: many services at once"


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is declared. `read_text`: look for a severity and a service in the title where none is given.

    `confirmed`: declare although something similar is open. `started_at` None: data may tell. `drill_calls`: the drill calls
    people as well. `alert`: what made somebody declare it; it belongs to the incident, and tells its service.
    """

    title: str
    severity: Severity | None = None
    service: str | None = None
    detected_by: DetectedBy = DetectedBy.MANUAL_CHECK
    impact: Impact = field(default_factory=Impact)
    started_at: datetime | None = None
    drill: bool = False
    read_text: bool = False
    confirmed: bool = False
    drill_calls: bool = False
    alert: AlertId | None = None


class Declaring:
    """Declares, and attaches alerts to what is open already."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, seats: Seats, taking: Taking) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._seats = seats
        self._taking = taking
        self._assessing = Assessing(desk)

    def declare(self, new: NewIncident, who: Actor, *, cause: str | None = None) -> Incident:
        """Declare by hand. Raises SimilarOpen where something alike is open and nobody confirmed, NotFound for an unknown service."""
        now = self._desk.now
        if new.started_at is not None and new.started_at > now:
            raise Invalid("started_at", "lies in the future")
        alert = self._alert(new.alert) if new.alert is not None else None
        if alert is not None:
            new = replace(new, service=new.service or alert.service, detected_by=DetectedBy.ALERT)
        new = self._read(replace(new, title=title_line(new.title)))
        self._desk.store.one_declaration_at_a_time()
        alike = [] if new.confirmed else self.open_alike(new.title, new.service)
        if alert is not None:
            self._require_free(alert)
        if alike:
            raise SimilarOpen(alike)
        if alert is None:
            return self._begin(new, who.name, now, cause)
        began = self._begin(new, who.name, min(alert.starts_at, now), cause or alert.id, alert.id)
        return self.attach(began.id, alert, alert.id)

    def open_alike(self, title: str, service: str | None) -> Sequence[SimilarIncident]:
        """Open incidents that a declaration may mean."""
        return open_alike(self._desk.store.open(service), service, title, self._desk.now)

    def declare_for_alert(self, recorded: Recorded) -> Incident | None:
        """A page-worthy alert: attach it to the open incident of its service; else declare one where its route says so.

        None where neither is to be done. Running it again changes nothing: an attached alert is not new.
        """
        notice = recorded.event
        assert isinstance(notice, AlertNotice)
        if not notice.status.is_firing or notice.silenced_by or not notice.severity.pages:
            return None
        current = self._desk.alerts.get(notice.alert)
        if current is not None and (not current.is_firing or current.silenced_by):
            return None  # it ended, or was silenced, before its turn came
        if notice.declare_incident:
            self._desk.store.one_declaration_at_a_time()
        target = self._target(notice)
        if target is not None:
            return self.attach(target.id, notice, recorded.subject)
        if not notice.declare_incident:
            return None
        storm = self._storm()
        if storm is not None:
            return self.attach(storm.id, notice, recorded.subject)
        detected = min(notice.starts_at, self._desk.now)
        is_storm = self._declared_just_now() >= STORM_INCIDENTS
        title, service = (STORM_TITLE, None) if is_storm else (_title(notice), notice.service)
        new = NewIncident(title, service=service, detected_by=DetectedBy.ALERT)
        incident = self._begin(new, WATCHBILL.name, detected, recorded.subject, notice.alert)
        crashpoint("incident.declared")
        return self.attach(incident.id, notice, recorded.subject)

    def _alert(self, alert: AlertId) -> Alert:
        found = self._desk.alerts.get(alert)
        if found is None:
            raise NotFound("alert", alert, hint="`watchbill alerts list` shows them")
        return found

    def _require_free(self, alert: Alert) -> None:
        """An alert belongs to one open incident at most."""
        for held in self._desk.store.holding([alert.id]):
            if held.is_open:
                raise Conflict(
                    f"the alert belongs to {held.name} {held.title!r} already",
                    hint=f"join it: watchbill incident ack {held.number}",
                )

    def _storm(self) -> Incident | None:
        """The storm that goes on: declared by watchbill within the hour, and still open."""
        since = self._desk.now - STORM_LASTS
        storms = (one for one in self._desk.store.open() if one.title == STORM_TITLE and one.declared_at > since)
        return next(storms, None)

    def _declared_just_now(self) -> int:
        since = self._desk.now - STORM_WITHIN
        own = (one for one in self._desk.store.open() if one.declared_by == WATCHBILL.name)
        return sum(one.declared_at > since for one in own)

    def attach(self, incident_id: IncidentId, notice: AlertNotice | Alert, cause: str) -> Incident:
        """Let an alert belong to an incident; whoever has acknowledged it already has the incident as well."""
        incident = self._book.locked(incident_id)
        now = self._desk.now
        alert = notice.id if isinstance(notice, Alert) else notice.alert
        if not self._desk.store.attach(Attached(incident.id, alert, notice.name, now)):
            return incident
        self._desk.events.publish(AlertAttached(incident.id, alert), subject=incident.id, cause=cause)
        text = f"{notice.severity} alert: {notice.title}" + (f" ({notice.service})" if notice.service else "")
        incident = self._book.write(incident, Source.ALERT, text, at=min(notice.starts_at, now), cause=alert)
        taken = self._desk.pager.taken(alert)
        if taken is not None:
            incident = self._taking.taken(incident, taken.by, taken.at, cause=alert)
        return self._book.save(incident)

    def _target(self, notice: AlertNotice) -> Incident | None:
        """The open incident that holds the alert, else the worst (then newest) open one of its service, or of the same words."""
        held = [one for one in self._desk.store.holding([notice.alert]) if one.is_open]
        if held:
            return held[0]
        open_ones = [one for one in self._desk.store.open(notice.service) if not one.drill]
        if notice.service is None:
            open_ones = [one.incident for one in open_alike(open_ones, None, notice.title, self._desk.now)]
        return min(open_ones, key=lambda one: (one.severity.rank, -one.number), default=None)

    def _read(self, new: NewIncident) -> NewIncident:
        """The service by its proper name, and what the title says where that was asked for."""
        severity, service = new.severity, new.service
        if new.read_text:
            names = {name: one.name for one in self._desk.catalog.list() for name in (one.name, *one.aliases)}
            said = read_text(new.title, names)
            severity = severity or said.severity
            service = service or (names[said.service] if said.service else None)
        return replace(new, severity=severity, service=self._desk.catalog.find(service).name if service else None)

    def _begin(
        self, new: NewIncident, by: str, detected: datetime, cause: str | None, alert: AlertId | None = None
    ) -> Incident:
        now = self._desk.now
        impact = self._assessing.complete(new.impact, new.service)
        assessment = self._assessing.assess(impact, new.service)
        severity = assessment.severity if new.severity is None else self._assessing.raised(new.severity, impact)
        incident = Incident(
            id=self._desk.ids.new(IncidentId),
            number=self._desk.store.next_number(),
            title=new.title,
            channel=channel_name(new.title, now),
            severity=severity,
            phase=Phase.DETECT,
            status=Status.OPEN,
            detected_by=new.detected_by,
            declared_by=by,
            declared_at=now,
            detected_at=detected,
            service=new.service,
            services=(new.service,) if new.service else (),
            provisional=new.severity is None and assessment.provisional,
            drill=new.drill,
            drill_calls=new.drill and new.drill_calls,
            impact=impact,
            started_at=new.started_at
            or (self._desk.measurements.onset(new.service, detected) if new.service else None),
            next_update_at=next_update_at(severity, now),
            cause=cause,
        )
        self._desk.store.add(incident)
        self._publish(incident, cause, alert)
        incident = self._first_entries(incident, new, assessment)
        watch = self._desk.pager.on_watch(incident.service, now)
        incident = self._seats.seat_watch(incident, watch, by)
        self._timers.start(incident)
        return self._book.save(incident)

    def _publish(self, incident: Incident, cause: str | None, alert: AlertId | None) -> None:
        event = IncidentDeclared(
            incident=incident.id,
            number=incident.number,
            title=incident.title,
            severity=incident.severity,
            provisional=incident.provisional,
            service=incident.service,
            detected_by=incident.detected_by,
            declared_by=incident.declared_by,
            drill=incident.drill,
            alert=alert,
        )
        self._desk.events.publish(event, subject=incident.id, cause=cause)

    def _first_entries(self, incident: Incident, new: NewIncident, assessment: Assessment) -> Incident:
        by = incident.declared_by
        drill = "Drill declared" if incident.drill else "Declared"
        incident = self._book.write(incident, Source.STATE, f"{drill}: {incident.title}", by=by)
        if incident.started_at is not None and incident.started_at < incident.detected_at:
            how = "said when it was declared" if new.started_at else "by the SLO's counts"
            incident = self._book.write(incident, Source.METRICS, f"It began to hurt ({how})", at=incident.started_at)
        text, why, by_hand = _first_severity(incident, new.severity, assessment, by)
        data = {"severity": incident.severity, "why": why, "by_hand": by_hand}
        incident = self._book.write(incident, Source.SEVERITY, text, by=by, data=data)
        words = snapshot_words(self._desk, incident)
        return self._book.write(incident, Source.METRICS, words) if words else incident


def _first_severity(
    incident: Incident, wanted: Severity | None, assessment: Assessment, by: str
) -> tuple[str, str, bool]:
    """The first severity as the timeline tells it, its reason, and whether a person chose it."""
    severity = incident.severity
    if wanted is None:
        return f"{severity}: {assessment.sentence}", assessment.sentence, False
    if severity is wanted:
        return f"{severity}: set by {by}", "when it was declared", True
    triggers = ", ".join(str(reason.trigger) for reason in assessment.reasons)
    why = f"{wanted} was named, and a trigger raises it ({triggers})"
    return f"{severity} instead of {wanted}, because a trigger applies ({triggers})", why, False


def _title(notice: AlertNotice) -> str:
    """What the incident is called for good: the words of a burn alert say how it stands at a moment, and grow stale."""
    if notice.slo is not None and notice.service is not None:
        return f"{notice.service} breaks its promise ({notice.slo})"
    return title_line(notice.title)
