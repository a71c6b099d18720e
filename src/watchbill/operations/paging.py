"""Operations on pages and escalations: send and test, see what was tried, acknowledge and hand on."""

from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity
from watchbill.bootstrap import Services
from watchbill.kernel.ids import PageId
from watchbill.oncall.service import NewPage
from watchbill.operations.page import Page
from watchbill.operations.paging_views import (
    AttemptView,
    DeliveryView,
    EscalationDetailView,
    EscalationView,
    PageDetailView,
    PageRow,
    PolicyStepView,
    escalation_detail,
    escalation_rows,
    page_detail,
    page_row,
)
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


def send(s: Services, who: Actor, given: SendPage) -> EscalationDetailView:
    """Page people because a person says so."""
    new = NewPage(
        title=given.title,
        sentence=given.message,
        severity=Severity(given.severity),
        service=s.catalog.find(given.service).name if given.service else None,
        policy=given.policy,
        to=tuple(given.to),
    )
    return escalation_detail(s, s.paging.send(new, who).id)


def test(s: Services, who: Actor, given: TestPage) -> EscalationDetailView:
    """Try out a person's pager."""
    return escalation_detail(s, s.paging.test(given.person, who, all_channels=given.all_channels).id)


def list_all(s: Services, who: Actor, given: ListPages) -> Page[PageRow]:
    """Pages, newest first."""
    found = s.paging.pages(person=given.person, before=given.cursor, limit=given.limit + 1)
    rows = [page_row(page, escalation) for page, escalation in found[: given.limit]]
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: Target) -> PageDetailView:
    """One page with every attempt at it."""
    return page_detail(s, s.paging.page(PageId(given.id)))


def acknowledge(s: Services, who: Actor, given: AcknowledgePage) -> EscalationDetailView:
    """Somebody has it."""
    return escalation_detail(s, s.paging.acknowledge(given.id, who).id)


def escalate(s: Services, who: Actor, given: Target) -> EscalationDetailView:
    """Call the next in line now."""
    return escalation_detail(s, s.paging.escalate(given.id, who).id)


def snooze(s: Services, who: Actor, given: SnoozePage) -> EscalationDetailView:
    """Acknowledge for a while."""
    return escalation_detail(s, s.paging.snooze(given.id, who, timedelta(minutes=given.minutes)).id)


def reassign(s: Services, who: Actor, given: ReassignPage) -> EscalationDetailView:
    """Call others instead."""
    return escalation_detail(s, s.paging.reassign(given.id, who, given.to).id)


def add_responder(s: Services, who: Actor, given: ReassignPage) -> EscalationDetailView:
    """Call others as well."""
    return escalation_detail(s, s.paging.add_responder(given.id, who, given.to).id)


def decline(s: Services, who: Actor, given: Target) -> EscalationDetailView:
    """Not me."""
    return escalation_detail(s, s.paging.decline(given.id, who).id)


def not_actionable(s: Services, who: Actor, given: Target) -> EscalationDetailView:
    """There was nothing to do about it."""
    return escalation_detail(s, s.paging.not_actionable(given.id, who).id)


def resolve(s: Services, who: Actor, given: Target) -> EscalationDetailView:
    """It is over."""
    return escalation_detail(s, s.paging.resolve(given.id, who).id)


def escalations(s: Services, who: Actor, given: ListEscalations) -> Page[EscalationView]:
    """Escalations, newest first."""
    found = s.paging.escalations(
        unresolved=True if given.open else None,
        person=given.person,
        service=given.service,
        before=given.cursor,
        limit=given.limit + 1,
    )
    rows = escalation_rows(s, found[: given.limit])
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show_escalation(s: Services, who: Actor, given: Target) -> EscalationDetailView:
    """One escalation by its id, or by that of a page, an alert or an incident in it."""
    return escalation_detail(s, s.paging.find(given.id).id)
