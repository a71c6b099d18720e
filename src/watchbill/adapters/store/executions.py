"""Executions over one connection."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from watchbill.adapters.store.tables.execution import executions
from watchbill.execution.model import Execution, ExecutionKind, ExecutionStatus
from watchbill.kernel.ids import ExecutionId

__all__ = ["ExecutionRecords"]

_COLUMNS = [one.name for one in fields(Execution)]
_OPEN = [ExecutionStatus.PROPOSED, ExecutionStatus.QUEUED, ExecutionStatus.STARTED]
table = executions.c


class ExecutionRecords:
    """execution.ports.Executions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, execution: Execution) -> None:
        """Save a new one."""
        self._connection.execute(insert(executions).values(_row(execution)))

    def save(self, execution: Execution) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(executions).where(table.id == execution.id).values(_row(execution)))

    def get(self, execution: ExecutionId, *, lock: bool = False) -> Execution | None:
        """One by id."""
        found = select(executions).where(table.id == execution)
        return next(iter(self._all(found.with_for_update() if lock else found)), None)

    def take(self, worker: str, *, at: datetime, until: datetime, limit: int) -> Sequence[Execution]:
        """Locked rows are passed over, so that two workers never take the same one."""
        queued = select(executions).where(table.status == ExecutionStatus.QUEUED).order_by(table.id).limit(limit)
        ids = [one.id for one in self._all(queued.with_for_update(skip_locked=True))]
        if not ids:
            return []
        values = {"status": ExecutionStatus.STARTED, "worker": worker, "started_at": at, "lease_until": until}
        self._connection.execute(update(executions).where(table.id.in_(ids)).values(values))
        return self._all(select(executions).where(table.id.in_(ids)).order_by(table.id))

    def renew(self, ids: Sequence[ExecutionId], worker: str, until: datetime) -> Sequence[Execution]:
        """Only what is still this worker's."""
        ours = (table.id.in_(ids), table.worker == worker, table.status == ExecutionStatus.STARTED)
        self._connection.execute(update(executions).where(*ours).values(lease_until=until))
        return self._all(select(executions).where(*ours))

    def lost(self, before: datetime) -> Sequence[Execution]:
        """Locked."""
        started = select(executions).where(table.status == ExecutionStatus.STARTED, table.lease_until < before)
        return self._all(started.with_for_update(skip_locked=True))

    def find(
        self,
        *,
        incident: str | None = None,
        run: str | None = None,
        open_only: bool = False,
        limit: int = 100,
        before: str | None = None,
    ) -> Sequence[Execution]:
        """Newest first."""
        found = select(executions).order_by(table.id.desc()).limit(limit)
        if incident is not None:
            found = found.where(table.incident == incident)
        if run is not None:
            found = found.where(table.run == run)
        if open_only:
            found = found.where(table.status.in_(_OPEN))
        if before is not None:
            found = found.where(table.id < before)
        return self._all(found)

    def _all(self, found: Select[Any]) -> list[Execution]:  # Any: a row of the table
        return [_execution(row._asdict()) for row in self._connection.execute(found)]


def _row(execution: Execution) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(execution, name) for name in _COLUMNS}
    return row | {"argv": list(execution.argv), "values": dict(execution.values)}


def _execution(row: dict[str, Any]) -> Execution:  # Any: one of each column's type
    typed = {
        "id": ExecutionId(row["id"]),
        "kind": ExecutionKind(row["kind"]),
        "status": ExecutionStatus(row["status"]),
        "argv": tuple(row["argv"]),
    }
    return Execution(**(row | typed))
