"""Tickets over one connection."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from watchbill.adapters.store.dialects import insert_into, is_postgresql
from watchbill.adapters.store.tables.tickets import ticket_alerts, tickets
from watchbill.alerts.model import Severity
from watchbill.alerts.model.tickets import Ticket, TicketStatus
from watchbill.alerts.ports import TicketSearch
from watchbill.kernel.ids import AlertId, TicketId

__all__ = ["TicketRecords"]

_LOCK = 0x746B74  # "tkt": the advisory lock under which tickets get their numbers


class TicketRecords:
    """alerts.ports.Tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self) -> int:
        """One more than the newest; other transactions that ask wait until this one ends."""
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        newest: int | None = self._connection.execute(select(func.max(tickets.c.number))).scalar()
        return (newest or 0) + 1

    def add(self, ticket: Ticket) -> None:
        """Save a new one."""
        self._connection.execute(insert(tickets).values(asdict(ticket)))

    def save(self, ticket: Ticket) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(asdict(ticket)))

    def get(self, ticket: TicketId) -> Ticket | None:
        """One by id."""
        return self._one(select(tickets).where(tickets.c.id == ticket))

    def numbered(self, number: int) -> Ticket | None:
        """One by number."""
        return self._one(select(tickets).where(tickets.c.number == number))

    def open_of(self, group_key: str) -> Ticket | None:
        """The open one of a group, locked."""
        found = select(tickets).where(tickets.c.group_key == group_key, tickets.c.status == TicketStatus.OPEN)
        return self._one(found.with_for_update())

    def attach(self, ticket: TicketId, alert: AlertId, at: datetime) -> bool:
        """Note that an alert belongs to it; False where that is known."""
        values = {"ticket": ticket, "alert": alert, "joined_at": at}
        statement = insert_into(self._connection, ticket_alerts).values(values).on_conflict_do_nothing()
        return self._connection.execute(statement.returning(ticket_alerts.c.alert)).first() is not None

    def end(self, alert: AlertId, at: datetime) -> Sequence[Ticket]:
        """Note that an alert ended; the tickets, locked, in which it still fired."""
        ended = (
            update(ticket_alerts)
            .where(ticket_alerts.c.alert == alert, ticket_alerts.c.ended_at.is_(None))
            .values(ended_at=at)
            .returning(ticket_alerts.c.ticket)
        )
        held = list(self._connection.execute(ended).scalars())
        return self._all(select(tickets).where(tickets.c.id.in_(held)).with_for_update()) if held else []

    def find(self, search: TicketSearch) -> Sequence[Ticket]:
        """Those that are searched for, newest first."""
        found = select(tickets).order_by(tickets.c.number.desc()).limit(search.limit)
        if search.status is not None:
            found = found.where(tickets.c.status == search.status)
        if search.service is not None:
            found = found.where(tickets.c.service == search.service)
        if search.before is not None:
            found = found.where(tickets.c.number < search.before)
        return self._all(found)

    def _one(self, query: Select[Any]) -> Ticket | None:  # Any: the columns of the table
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[Ticket]:  # Any: as above
        return [
            Ticket(**(dict(row) | {"severity": Severity(row["severity"]), "status": TicketStatus(row["status"])}))
            for row in self._connection.execute(query).mappings()
        ]
