"""Change events over one connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select

from watchbill.adapters.store.tables.resources import changes
from watchbill.catalog.model import Change, ChangeKind, Risk
from watchbill.kernel.ids import ChangeId

__all__ = ["ChangeStore"]


class ChangeStore:
    """The catalog's Changes over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, change: Change) -> None:
        """Save a change."""
        row = {column.name: getattr(change, column.name) for column in changes.columns}
        self._connection.execute(insert(changes), row | {"kind": change.kind.value, "risk": change.risk.value})

    def get(self, change_id: str) -> Change | None:
        """The change of that id, or None."""
        row = self._connection.execute(select(changes).where(changes.c.id == change_id)).one_or_none()
        return None if row is None else _change(row)

    def find(
        self,
        *,
        services: Sequence[str] | None,
        since: datetime | None,
        until: datetime | None,
        limit: int,
        before: tuple[datetime, str] | None = None,
    ) -> list[Change]:
        """Changes with since <= at < until, newest first; `before` is (at, id) of the last row of the page before."""
        found = select(changes).order_by(changes.c.at.desc(), changes.c.id.desc()).limit(limit)
        if services is not None:
            found = found.where(changes.c.service.in_(services))
        if since is not None:
            found = found.where(changes.c.at >= since)
        if until is not None:
            found = found.where(changes.c.at < until)
        if before is not None:
            at, last = before
            found = found.where(or_(changes.c.at < at, and_(changes.c.at == at, changes.c.id < last)))
        return [_change(row) for row in self._connection.execute(found)]


def _change(row: Row[Any]) -> Change:  # Any: SQLAlchemy's row of a table
    return Change(
        id=ChangeId(row.id),
        service=row.service,
        kind=ChangeKind(row.kind),
        at=row.at,
        summary=row.summary,
        recorded_by=row.recorded_by,
        version=row.version,
        author=row.author,
        risk=Risk(row.risk),
        rollback_plan=row.rollback_plan,
        url=row.url,
        cause=row.cause,
    )
