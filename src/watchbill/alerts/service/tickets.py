"""Tickets within one transaction: opened for P2 alerts, closed by people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from watchbill.alerts.model import AlertNotice, Severity
from watchbill.alerts.model.tickets import Ticket, TicketClosed, TicketOpened, TicketStatus
from watchbill.alerts.ports import Holidays, Tickets, TicketSearch
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import EventSink, Recorded
from watchbill.kernel.ids import Ids, TicketId
from watchbill.kernel.workdays import LOOK_AHEAD, due_on
from watchbill.people.service import PeopleService

__all__ = ["TicketService"]

_NEXT_BUSINESS_DAY = 1  # playbook ph. 4, alert severity guide: P2


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketService:
    """One open ticket for each notification group."""

    store: Tickets
    people: PeopleService
    holidays: Holidays
    events: EventSink
    ids: Ids
    clock: Clock

    def alert_began(self, recorded: Recorded) -> Ticket | None:
        """A P2 alert that nothing silences opens a ticket, or belongs to the one of its group that is open."""
        notice = recorded.event
        assert isinstance(notice, AlertNotice)
        if notice.severity is not Severity.P2 or notice.silenced_by or not notice.status.is_firing:
            return None
        now = self.clock.now()
        found = self.store.open_of(notice.group_key)
        if found is not None:
            if self.store.attach(found.id, notice.alert, now):
                found = replace(found, alerts=found.alerts + 1, firing=found.firing + 1, last_alert_at=now)
                self.store.save(found)
            return found
        ticket = Ticket(
            id=self.ids.new(TicketId),
            number=self.store.next_number(),
            status=TicketStatus.OPEN,
            group_key=notice.group_key,
            title=notice.title,
            severity=notice.severity,
            alert=notice.alert,
            opened_at=now,
            due_on=self._due(),
            service=notice.service,
            runbook=notice.runbook,
            last_alert_at=now,
        )
        self.store.add(ticket)
        self.store.attach(ticket.id, notice.alert, now)
        event = TicketOpened(ticket.id, ticket.number, ticket.title, ticket.service, ticket.alert, ticket.due_on)
        self.events.publish(event, subject=ticket.id, cause=notice.alert)
        return ticket

    def alert_ended(self, recorded: Recorded) -> None:
        """The ticket stays open, and says that the alert is over."""
        notice = recorded.event
        assert isinstance(notice, AlertNotice)
        for ticket in self.store.end(notice.alert, self.clock.now()):
            self.store.save(replace(ticket, firing=ticket.firing - 1))

    def done(self, reference: str, *, by: str, note: str = "") -> Ticket:
        """Somebody dealt with it; again changes nothing."""
        ticket = self.find(reference)
        if ticket.status is TicketStatus.DONE:
            return ticket
        closed = replace(ticket, status=TicketStatus.DONE, closed_at=self.clock.now(), closed_by=by, note=note)
        self.store.save(closed)
        self.events.publish(TicketClosed(ticket.id, ticket.number, by, note), subject=ticket.id, cause=None)
        return closed

    def find(self, reference: str) -> Ticket:
        """The ticket of `7`, `TKT-7` or its id; raises NotFound."""
        text = reference.upper().removeprefix("TKT-")
        found = self.store.numbered(int(text)) if text.isdecimal() else self.store.get(TicketId(reference))
        if found is None:
            raise NotFound("ticket", reference, hint="`watchbill ticket list` shows the open ones")
        return found

    def list(self, search: TicketSearch) -> Sequence[Ticket]:
        """Tickets, newest first."""
        return self.store.find(search)

    def _due(self) -> date:
        house = self.people.organisation()
        today = self.clock.now().astimezone(house.timezone).date()
        holidays = self.holidays.between(house.holidays, today, today + LOOK_AHEAD)
        return due_on(today, house.business_days, holidays, _NEXT_BUSINESS_DAY)
