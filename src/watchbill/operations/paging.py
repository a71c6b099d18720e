"""Operations on pages and escalations: send and test, see what was tried, acknowledge and hand on."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity
from watchbill.bootstrap import Services
from watchbill.oncall.model import DeliveryStatus, EscalationKind, EscalationStatus, PageStatus
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = [
    "AcknowledgePage",
    "AttemptView",
    "DeliveryView",
    "EscalationDetailView",
    "EscalationView",
    "ListEscalations",
    "ListPages",
    "PageDetailView",
    "PageRow",
    "PolicyStepView",
    "ReassignPage",
    "SendPage",
    "SnoozePage",
    "Target",
    "TestPage",
    "acknowledge",
    "add_responder",
    "decline",
    "escalate",
    "escalations",
    "list_all",
    "not_actionable",
    "reassign",
    "resolve",
    "send",
    "show",
    "show_escalation",
    "snooze",
    "test",
]


class SendPage(BaseModel):
    """Input of `page.send`: to targets (`person:ann`, `schedule:payments-primary`, `team:payments`; a bare name is a person) or by a policy."""

    model_config = ConfigDict(extra="forbid")

    to: list[str] = Field(default_factory=list, max_length=20)
    policy: str | None = None
    title: str = Field(min_length=1, max_length=200)
    message: str = Field(default="", max_length=2000)
    severity: Literal["P0", "P1"] = "P1"
    service: str | None = None


class TestPage(BaseModel):
    """Input of `page.test`: try out a person's pager, over every contact (`all_channels`) or as a real page would go."""

    model_config = ConfigDict(extra="forbid")

    person: str
    all_channels: bool = False


class Target(BaseModel):
    """An input that names one record: a page, an escalation, an alert or an incident, by id."""

    model_config = ConfigDict(extra="forbid")

    id: str


class AcknowledgePage(Target):
    """Input of `page.ack`."""


class SnoozePage(Target):
    """Input of `page.snooze`."""

    minutes: int = Field(default=15, ge=1, le=24 * 60)


class ReassignPage(Target):
    """Input of `page.reassign` and `page.add`: to whom, as in `page.send`."""

    to: list[str] = Field(min_length=1, max_length=20)


class ListPages(BaseModel):
    """Input of `page.list`: newest first."""

    model_config = ConfigDict(extra="forbid")

    person: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class ListEscalations(BaseModel):
    """Input of `escalation.list`: newest first; `open`: only those not resolved."""

    model_config = ConfigDict(extra="forbid")

    open: bool = False
    person: str | None = None
    service: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class AttemptView(BaseModel):
    """One try at a delivery and the provider's answer."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    code: int | None
    answer: str


class DeliveryView(BaseModel):
    """One page over one channel; the address is shortened to what its owner recognises."""

    id: str
    channel: str
    address: str
    status: DeliveryStatus
    due_at: datetime
    closed_at: datetime | None
    answer: str
    verified: bool
    attempts: list[AttemptView]


class PageRow(BaseModel):
    """One attempt to reach one person."""

    id: str
    escalation: str
    person: str
    reason: str
    status: PageStatus
    title: str
    severity: Severity
    service: str | None
    created_at: datetime
    closed_at: datetime | None


class PageDetailView(PageRow):
    """A page with everything that was tried for it."""

    escalation_status: EscalationStatus
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    deliveries: list[DeliveryView]


class EscalationView(BaseModel):
    """One walk through a policy, as a row."""

    id: str
    kind: EscalationKind
    status: EscalationStatus
    title: str
    sentence: str
    severity: Severity
    service: str | None
    policy: str
    alerts: list[str]
    firing: int
    incident: str | None
    started_at: datetime
    next_step_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    people: list[str]  # whom it has paged so far


class PolicyStepView(BaseModel):
    """One step of the policy as it was at the trigger."""

    notify: list[str]
    wait_seconds: int


class EscalationDetailView(EscalationView):
    """A walk with its policy as it was at the trigger, and every page, delivery and attempt."""

    round: int
    step: int
    repeat: int
    steps: list[PolicyStepView]
    fallback: list[str]
    runbook: str | None
    follows: str | None
    cause: str | None
    next_people: list[str]
    pages: list[PageDetailView]


def send(s: Services, who: Actor, given: SendPage) -> EscalationDetailView: ...
def test(s: Services, who: Actor, given: TestPage) -> EscalationDetailView: ...
def list_all(s: Services, who: Actor, given: ListPages) -> Page[PageRow]: ...
def show(s: Services, who: Actor, given: Target) -> PageDetailView: ...
def acknowledge(s: Services, who: Actor, given: AcknowledgePage) -> EscalationDetailView: ...
def escalate(s: Services, who: Actor, given: Target) -> EscalationDetailView: ...
def snooze(s: Services, who: Actor, given: SnoozePage) -> EscalationDetailView: ...
def reassign(s: Services, who: Actor, given: ReassignPage) -> EscalationDetailView: ...
def add_responder(s: Services, who: Actor, given: ReassignPage) -> EscalationDetailView: ...
def decline(s: Services, who: Actor, given: Target) -> EscalationDetailView: ...
def not_actionable(s: Services, who: Actor, given: Target) -> EscalationDetailView: ...
def resolve(s: Services, who: Actor, given: Target) -> EscalationDetailView: ...
def escalations(s: Services, who: Actor, given: ListEscalations) -> Page[EscalationView]: ...
def show_escalation(s: Services, who: Actor, given: Target) -> EscalationDetailView: ...
