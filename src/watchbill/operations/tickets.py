"""Operations on tickets: what nobody was woken for and somebody has to look at."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity
from watchbill.alerts.model.tickets import Ticket, TicketStatus
from watchbill.alerts.ports import TicketSearch
from watchbill.bootstrap import Services
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = ["DoneTicket", "ListTickets", "NamedTicket", "TicketView", "done", "list_all", "show"]


class ListTickets(BaseModel):
    """Input of `ticket.list`: open ones unless another status is asked for."""

    model_config = ConfigDict(extra="forbid")

    status: TicketStatus | None = TicketStatus.OPEN
    service: str | None = Field(default=None, max_length=64)
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, pattern=r"^\d{1,9}$")


class NamedTicket(BaseModel):
    """Which ticket: `7`, `TKT-7` or its id."""

    model_config = ConfigDict(extra="forbid")

    id: str


class DoneTicket(NamedTicket):
    """Input of `ticket.done`."""

    note: str = Field(default="", max_length=2_000)


class TicketView(BaseModel):
    """One ticket."""

    id: str
    number: int
    status: TicketStatus
    title: str
    severity: Severity
    service: str | None
    alert: str
    alerts: int
    firing: int
    opened_at: datetime
    last_alert_at: datetime | None
    due_on: date
    overdue: bool
    runbook: str | None
    closed_at: datetime | None
    closed_by: str | None
    note: str


def list_all(s: Services, who: Actor, given: ListTickets) -> Page[TicketView]:
    """Tickets, newest first."""
    before = int(given.cursor) if given.cursor else None
    found = s.tickets.list(TicketSearch(given.status, given.service, before, given.limit + 1))
    rows = [_view(s, one) for one in found[: given.limit]]
    return Page(items=rows, next=str(rows[-1].number) if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedTicket) -> TicketView:
    """One ticket."""
    return _view(s, s.tickets.find(given.id))


def done(s: Services, who: Actor, given: DoneTicket) -> TicketView:
    """Somebody dealt with it."""
    return _view(s, s.tickets.done(given.id, by=who.name, note=given.note))


def _view(s: Services, one: Ticket) -> TicketView:
    today = s.now.astimezone(s.people.organisation().timezone).date()
    return TicketView(
        id=one.id,
        number=one.number,
        status=one.status,
        title=one.title,
        severity=one.severity,
        service=one.service,
        alert=one.alert,
        alerts=one.alerts,
        firing=one.firing,
        opened_at=one.opened_at,
        last_alert_at=one.last_alert_at,
        due_on=one.due_on,
        overdue=one.status is TicketStatus.OPEN and today > one.due_on,
        runbook=one.runbook,
        closed_at=one.closed_at,
        closed_by=one.closed_by,
        note=one.note,
    )
