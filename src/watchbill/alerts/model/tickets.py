"""Tickets: what nobody is woken for and somebody has to look at on the next business day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.alerts.model.severity import Severity
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId, TicketId

__all__ = ["Ticket", "TicketClosed", "TicketOpened", "TicketStatus"]


class TicketStatus(StrEnum):
    """Where a ticket stands. Only a person closes one: an alert that ended by itself may still want a look."""

    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One for each notification group of P2 alerts. `alert` is the first, `firing` how many of its alerts still fire."""

    id: TicketId
    number: int
    status: TicketStatus
    group_key: str
    title: str
    severity: Severity
    alert: AlertId
    opened_at: datetime
    due_on: date
    service: str | None = None
    runbook: str | None = None
    alerts: int = 1
    firing: int = 1
    last_alert_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    note: str = ""

    @property
    def reference(self) -> str:
        """How people call it."""
        return f"TKT-{self.number}"


@dataclass(frozen=True)
class TicketOpened(Event):
    """A P2 alert wants somebody's attention. Subject: the ticket; cause: the alert."""

    kind: ClassVar[str] = "ticket.opened"
    ticket: TicketId
    number: int
    title: str
    service: str | None
    alert: AlertId
    due_on: date


@dataclass(frozen=True)
class TicketClosed(Event):
    """Somebody dealt with it. Subject: the ticket."""

    kind: ClassVar[str] = "ticket.closed"
    ticket: TicketId
    number: int
    by: str
    note: str = ""
