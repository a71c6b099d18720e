"""Operations on alerts: list and show them, send one, acknowledge, resolve, and say whether there was anything to do."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Alert, AlertStatus, Severity
from watchbill.alerts.ports import AlertQuery
from watchbill.bootstrap import Services
from watchbill.kernel.ids import AlertId
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = [
    "AckAlert",
    "AlertDetailView",
    "AlertEventView",
    "AlertTargetView",
    "AlertView",
    "ListAlerts",
    "NamedAlert",
    "RateAlert",
    "SendAlert",
    "SentView",
    "acknowledge",
    "actionable",
    "alert_view",
    "list_all",
    "resolve",
    "send",
    "show",
]


class ListAlerts(BaseModel):
    """Input of `alerts.list`: newest first."""

    model_config = ConfigDict(extra="forbid")

    status: AlertStatus | None = None
    severity: Severity | None = None
    service: str | None = None
    name: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class NamedAlert(BaseModel):
    """An input that names one alert: its id, or a fingerprint (the newest occurrence is meant)."""

    model_config = ConfigDict(extra="forbid")

    id: str


class AckAlert(NamedAlert):
    """Input of `alerts.ack`."""


class RateAlert(NamedAlert):
    """Input of `alerts.actionable`: was there anything to do about it?"""

    actionable: bool = False
    note: str = Field(default="", max_length=1000)


class SendAlert(BaseModel):
    """Input of `alerts.send`: labels as Alertmanager takes them (`name` becomes `alertname`); `resolved` ends it."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    summary: str | None = Field(default=None, max_length=2000)
    service: str | None = None
    severity: str | None = None
    generator_url: str = Field(default="", max_length=2000)
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    resolved: bool = False


class AlertView(BaseModel):
    """One alert, as a row. `ends_at` of a firing one says how long its sender's word holds."""

    id: str
    fingerprint: str
    status: AlertStatus
    severity: Severity
    service: str | None
    name: str
    title: str
    summary: str
    labels: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    silenced_by: list[str]
    runbook: str | None
    actionable: bool | None


class AlertTargetView(BaseModel):
    """One place that the alert goes to, and why the route says so."""

    route: str
    escalation_policy: str | None
    group_key: str
    declares_incident: bool


class AlertEventView(BaseModel):
    """One line of the alert's own history."""

    at: datetime
    kind: str
    text: str


class AlertDetailView(AlertView):
    """One alert with everything around it."""

    annotations: dict[str, str]
    generator_url: str
    source: str
    cause: str | None
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    previous: str | None
    actionable_by: str | None
    targets: list[AlertTargetView]
    timeline: list[AlertEventView]
    escalation: str | None
    escalation_status: str | None
    acknowledged_by: str | None
    incident: str | None
    incident_number: int | None
    runbook_name: str | None


class SentView(BaseModel):
    """What `alerts.send` took in; it is an alert as soon as the fold has passed it (`GET /api/v1/alerts/FINGERPRINT`)."""

    fingerprint: str
    labels: dict[str, str]
    accepted: bool = True


def list_all(s: Services, who: Actor, given: ListAlerts) -> Page[AlertView]:
    """Alerts, newest first."""
    query = AlertQuery(
        status=given.status,
        severity=given.severity,
        service=given.service,
        name=given.name,
        limit=given.limit + 1,
        before=AlertId(given.cursor) if given.cursor else None,
    )
    found = s.alerts.list(query)
    rows = [alert_view(alert) for alert in found[: given.limit]]
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedAlert) -> AlertDetailView:
    """One alert with everything around it."""
    return _detail(s, s.alerts.get(given.id))


def send(s: Services, who: Actor, given: SendAlert) -> SentView:
    """Take an alert in by the inbox that every sender's alerts go through."""
    labels = dict(given.labels)
    labels |= {name: value for name, value in _labels_of(given).items() if value}
    annotations = given.annotations | ({"summary": given.summary} if given.summary else {})
    ends_at = s.now if given.resolved and given.ends_at is None else given.ends_at
    print_of = s.alerts.receive_internal(
        labels,
        annotations,
        starts_at=given.starts_at,
        ends_at=ends_at,
        generator_url=given.generator_url,
        source=f"{who.via}:{who.name}",
    )
    return SentView(fingerprint=print_of, labels=labels)


def acknowledge(s: Services, who: Actor, given: AckAlert) -> AlertDetailView:
    """Nobody else is called for it."""
    alert = s.alerts.get(given.id)
    s.paging.acknowledge(alert.id, who)
    return _detail(s, alert)


def resolve(s: Services, who: Actor, given: NamedAlert) -> AlertDetailView:
    """Take in that it is over; the fold, a moment later, makes it so."""
    return _detail(s, s.alerts.resolve(given.id, by=who.name))


def actionable(s: Services, who: Actor, given: RateAlert) -> AlertDetailView:
    """Note whether there was anything to do about it."""
    return _detail(s, s.alerts.rate(given.id, actionable=given.actionable, by=who.name, note=given.note))


def _labels_of(given: SendAlert) -> dict[str, str | None]:
    return {"alertname": given.name, "service": given.service, "severity": given.severity}


def alert_view(alert: Alert) -> AlertView:
    """An alert as a row."""
    return AlertView(**_row(alert))


def _row(alert: Alert) -> dict[str, Any]:  # Any: the fields of AlertView, each with its own type
    return {
        "id": alert.id,
        "fingerprint": alert.fingerprint,
        "status": alert.status,
        "severity": alert.severity,
        "service": alert.service,
        "name": alert.name,
        "title": alert.title,
        "summary": alert.summary,
        "labels": dict(alert.labels),
        "starts_at": alert.starts_at,
        "ends_at": alert.ends_at,
        "silenced_by": list(alert.silenced_by),
        "runbook": alert.runbook,
        "actionable": alert.actionable,
    }


def _detail(s: Services, alert: Alert) -> AlertDetailView:
    escalation = s.paging.escalation_of(alert.id)
    runbook = s.runbooks.for_alert(alert.name, named=alert.runbook)
    events = s.records.events(subject=alert.id, limit=_EVENTS)
    return AlertDetailView(
        **_row(alert),
        annotations=dict(alert.annotations),
        generator_url=alert.generator_url,
        source=alert.source,
        cause=alert.cause,
        opened_at=alert.opened_at,
        updated_at=alert.updated_at,
        closed_at=alert.closed_at,
        closed_by=alert.closed_by,
        previous=alert.previous,
        actionable_by=alert.actionable_by,
        targets=[
            AlertTargetView(
                route=target.route,
                escalation_policy=target.escalation_policy,
                group_key=target.group_key,
                declares_incident=target.declares_incident,
            )
            for target in alert.targets
        ],
        timeline=[
            AlertEventView(
                at=one.recorded.at,
                kind=one.recorded.event.kind,
                text=_WORDS.get(one.recorded.event.kind, one.recorded.event.kind),
            )
            for one in events
        ],
        escalation=escalation.id if escalation else None,
        escalation_status=escalation.status if escalation else None,
        acknowledged_by=escalation.acknowledged_by if escalation else None,
        incident=escalation.incident if escalation else None,
        incident_number=None,
        runbook_name=runbook.name if runbook else None,
    )


_EVENTS = 200
_WORDS = {
    "alert.opened": "It began",
    "alert.changed": "Its severity, service or target changed",
    "alert.routed": "Another route took it as well",
    "alert.acknowledged": "Its sender says that somebody has it",
    "alert.noted": "Its sender added a remark",
    "alert.resolved": "It is over",
    "alert.silenced": "A silence covers it",
    "alert.unsilenced": "No silence covers it any more",
    "alert.rated": "Somebody said whether there was anything to do",
}
