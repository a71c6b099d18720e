"""What rests until a person says otherwise. After a restore nothing leaves the house, so that nobody is paged for what is over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.spine import pauses

__all__ = ["Pause", "PauseStore"]

_SENDING = "sending"


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when, and why."""

    at: datetime
    reason: str


class PauseStore:
    """The pause of sending over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sending(self) -> Pause | None:
        """The pause of sending; None while pages leave."""
        wanted = select(pauses.c.at, pauses.c.reason).where(pauses.c.name == _SENDING)
        row = self._connection.execute(wanted).one_or_none()
        return Pause(row.at, row.reason) if row else None

    def stop_sending(self, reason: str, now: datetime) -> None:
        """Nothing leaves any more; an earlier pause keeps its time and reason."""
        statement = insert_into(self._connection, pauses).values(name=_SENDING, at=now, reason=reason)
        self._connection.execute(statement.on_conflict_do_nothing())

    def resume_sending(self) -> bool:
        """Pages leave again; False where nothing was paused."""
        return self._connection.execute(delete(pauses).where(pauses.c.name == _SENDING)).rowcount > 0
