"""What is known about people's addresses, over one connection."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.oncall import contacts

__all__ = ["ContactRecords"]


class ContactRecords:
    """What oncall.ports.Contacts asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def verified(self, person: str) -> Mapping[tuple[str, str], datetime]:
        """(channel, address) to when it was last proved."""
        query = select(contacts).where(contacts.c.person == person)
        return {(row.channel, row.address): row.verified_at for row in self._connection.execute(query)}

    def verify(self, person: str, channel: str, address: str, at: datetime) -> bool:
        """Note the proof; False where it was known already."""
        known = (channel, address) in self.verified(person)
        statement = insert_into(self._connection, contacts).values(
            person=person, channel=channel, address=address, verified_at=at
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["person", "channel", "address"], set_={"verified_at": statement.excluded.verified_at}
            )
        )
        return not known
