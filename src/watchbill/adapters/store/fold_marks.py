"""How far the fold is and when it last ticked: one row, which on PostgreSQL is also the lock of whoever folds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.inbox import FOLD_MARK
from watchbill.adapters.store.tables.alerts import alert_marks

__all__ = ["FoldMark", "FoldMarks"]


@dataclass(frozen=True, slots=True)
class FoldMark:
    """The inbox position up to which alerts are folded, and when the fold last said that it is alive."""

    position: int
    ticked_at: datetime


class FoldMarks:
    """The mark over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self) -> FoldMark | None:
        """The mark; None before the first fold of all."""
        return self._found(lock=False)

    def take(self, now: datetime) -> FoldMark | None:
        """The mark, locked until the end of the transaction; None where another process holds it. Made on first use."""
        found = self._found(lock=True)
        if found is None and self.read() is None:
            first = insert_into(self._connection, alert_marks).values(name=FOLD_MARK, number=0, at=now)
            self._connection.execute(first.on_conflict_do_nothing())
            found = self._found(lock=True)
        return found

    def write(self, mark: FoldMark) -> None:
        """Move the mark."""
        statement = insert_into(self._connection, alert_marks).values(
            name=FOLD_MARK, number=mark.position, at=mark.ticked_at
        )
        changes = {"number": statement.excluded.number, "at": statement.excluded.at}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changes))

    def tick(self, now: datetime) -> None:
        """Say that the fold is alive."""
        self._connection.execute(update(alert_marks).where(alert_marks.c.name == FOLD_MARK).values(at=now))

    def _found(self, *, lock: bool) -> FoldMark | None:
        wanted = select(alert_marks.c.number, alert_marks.c.at).where(alert_marks.c.name == FOLD_MARK)
        if lock:
            wanted = wanted.with_for_update(skip_locked=True)
        row = self._connection.execute(wanted).one_or_none()
        return FoldMark(row.number, row.at) if row else None
