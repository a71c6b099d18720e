"""Operations on alerts: list and show them, send one, acknowledge, resolve, and say whether there was anything to do."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import AlertStatus, Severity
from watchbill.bootstrap import Services
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


def list_all(s: Services, who: Actor, given: ListAlerts) -> Page[AlertView]: ...
def show(s: Services, who: Actor, given: NamedAlert) -> AlertDetailView: ...
def send(s: Services, who: Actor, given: SendAlert) -> SentView: ...
def acknowledge(s: Services, who: Actor, given: AckAlert) -> AlertDetailView: ...
def resolve(s: Services, who: Actor, given: NamedAlert) -> AlertDetailView: ...
def actionable(s: Services, who: Actor, given: RateAlert) -> AlertDetailView: ...
