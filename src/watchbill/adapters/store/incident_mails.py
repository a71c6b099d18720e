"""Mails that carry status updates, over one connection."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, func, insert, select, update

from watchbill.adapters.store.tables.incidents import incident_mails
from watchbill.incidents.model import Mail, MailState
from watchbill.kernel.ids import DeliveryId, IncidentId, UpdateId

__all__ = ["MailRecords"]


class MailRecords:
    """What incidents.ports.Mails asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mails: Sequence[Mail]) -> None:
        """Save new ones."""
        self._connection.execute(insert(incident_mails), [asdict(mail) for mail in mails])

    def get(self, mail: DeliveryId) -> Mail | None:
        """One by id."""
        found = select(incident_mails).where(incident_mails.c.id == mail)
        row = self._connection.execute(found).mappings().one_or_none()
        return Mail(**{**row, "state": MailState(row["state"])}) if row else None

    def save(self, mail: Mail) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(incident_mails).where(incident_mails.c.id == mail.id).values(asdict(mail)))

    def states(self, incident: IncidentId) -> Mapping[UpdateId, Mapping[MailState, int]]:
        """How many mails of each update of an incident are in each state."""
        table = incident_mails.c
        counted = select(table.update, table.state, func.count().label("count")).where(table.incident == incident)
        found: dict[UpdateId, dict[MailState, int]] = {}
        for row in self._connection.execute(counted.group_by(table.update, table.state)):
            found.setdefault(UpdateId(row.update), {})[MailState(row.state)] = row._mapping["count"]  # noqa: SLF001 - SQLAlchemy's documented name; `count` is a method of rows
        return found
