"""What operations on pages answer: escalations, pages, deliveries and attempts as JSON has them."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from watchbill.alerts.model import Severity
from watchbill.bootstrap import Services
from watchbill.kernel.ids import EscalationId
from watchbill.oncall.model import (
    Delivery,
    DeliveryStatus,
    Escalation,
    EscalationKind,
    EscalationStatus,
    Page,
    PageStatus,
    PageView,
)
from watchbill.oncall.rules.contact_plan import shown_address

__all__ = [
    "AttemptView",
    "DeliveryView",
    "EscalationDetailView",
    "EscalationView",
    "PageDetailView",
    "PageRow",
    "PolicyStepView",
    "escalation_detail",
    "escalation_rows",
    "page_detail",
    "page_row",
]

_SHOWN_ALERTS = 100


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
    alert_count: int
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

    alerts: list[str]  # the first hundred
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


def page_row(page: Page, escalation: Escalation) -> PageRow:
    """One page in a list."""
    return PageRow(
        id=page.id,
        escalation=page.escalation,
        person=page.person,
        reason=page.reason,
        status=page.status,
        title=escalation.title,
        severity=escalation.severity,
        service=escalation.service,
        created_at=page.created_at,
        closed_at=page.closed_at,
    )


def page_detail(s: Services, view: PageView) -> PageDetailView:
    """A page with its deliveries and attempts."""
    return PageDetailView(
        **page_row(view.page, view.escalation).model_dump(),
        escalation_status=view.escalation.status,
        acknowledged_by=view.escalation.acknowledged_by,
        acknowledged_at=view.escalation.acknowledged_at,
        deliveries=[_delivery(s, view, delivery) for delivery in view.deliveries],
    )


def escalation_rows(s: Services, found: Sequence[Escalation]) -> list[EscalationView]:
    """Escalations in a list."""
    people = s.paging.people_of([escalation.id for escalation in found])
    return [_escalation(escalation, people.get(escalation.id, ())) for escalation in found]


def escalation_detail(s: Services, identifier: EscalationId) -> EscalationDetailView:
    """A walk with everything in it."""
    escalation = s.paging.escalation(identifier)
    views = s.paging.pages_of(identifier)
    policy = escalation.policy
    return EscalationDetailView(
        **_escalation(escalation, list(dict.fromkeys(view.page.person for view in views))).model_dump(),
        alerts=list(s.paging.alerts_of(identifier, limit=_SHOWN_ALERTS)),
        round=escalation.round,
        step=escalation.step,
        repeat=policy.repeat,
        steps=[
            PolicyStepView(notify=list(map(str, step.notify)), wait_seconds=int(step.wait.total_seconds()))
            for step in policy.steps
        ],
        fallback=list(map(str, policy.fallback)),
        runbook=escalation.runbook,
        follows=escalation.follows,
        cause=escalation.cause,
        next_people=list(s.paging.next_people(escalation)),
        pages=[page_detail(s, view) for view in views],
    )


def _escalation(escalation: Escalation, people: Sequence[str]) -> EscalationView:
    return EscalationView(
        id=escalation.id,
        kind=escalation.kind,
        status=escalation.status,
        title=escalation.title,
        sentence=escalation.sentence,
        severity=escalation.severity,
        service=escalation.service,
        policy=escalation.policy.name,
        alert_count=escalation.alerts,
        firing=escalation.firing,
        incident=escalation.incident,
        started_at=escalation.started_at,
        next_step_at=escalation.next_step_at,
        acknowledged_at=escalation.acknowledged_at,
        acknowledged_by=escalation.acknowledged_by,
        snoozed_until=escalation.snoozed_until,
        resolved_at=escalation.resolved_at,
        people=list(people),
    )


def _delivery(s: Services, view: PageView, delivery: Delivery) -> DeliveryView:
    return DeliveryView(
        id=delivery.id,
        channel=delivery.channel,
        address=shown_address(delivery.channel, delivery.address),
        status=delivery.status,
        due_at=delivery.due_at,
        closed_at=delivery.closed_at,
        answer=delivery.answer,
        verified=s.paging.is_proved(view.page.person, delivery.channel, delivery.address),
        attempts=[
            AttemptView(
                number=attempt.number,
                started_at=attempt.started_at,
                ended_at=attempt.ended_at,
                outcome=attempt.outcome,
                code=attempt.code,
                answer=attempt.answer,
            )
            for attempt in view.attempts
            if attempt.delivery == delivery.id
        ],
    )
