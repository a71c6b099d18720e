"""Walks through runbooks over one connection."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from watchbill.adapters.store.tables.execution import runbook_runs
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.kernel.ids import RunbookRunId
from watchbill.oncall.model import Confirmed, Runbook, RunbookRun, RunOutcome

__all__ = ["RunbookRunRecords"]

table = runbook_runs.c
_PLAIN = (
    "started_at", "started_by", "incident", "incident_number", "service", "rehearsal", "escalate_at", "escalated_at",
    "escalation", "ended_at", "ended_by", "note",
)  # fmt: skip


class RunbookRunRecords:
    """oncall.run_ports.RunbookRuns."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: RunbookRun) -> None:
        """Save a new one."""
        self._connection.execute(insert(runbook_runs).values(_row(run)))

    def save(self, run: RunbookRun) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(runbook_runs).where(table.id == run.id).values(_row(run)))

    def get(self, run: RunbookRunId, *, lock: bool = False) -> RunbookRun | None:
        """One by id."""
        found = select(runbook_runs).where(table.id == run)
        row = self._connection.execute(found.with_for_update() if lock else found).one_or_none()
        return None if row is None else _run(row)

    def find(self, *, incident: str | None = None, runbook: str | None = None, limit: int = 50) -> Sequence[RunbookRun]:
        """Newest first."""
        found = select(runbook_runs).order_by(table.id.desc()).limit(limit)
        if incident is not None:
            found = found.where(table.incident == incident)
        if runbook is not None:
            found = found.where(table.runbook == runbook)
        return [_run(row) for row in self._connection.execute(found)]

    def last_used(self) -> Mapping[str, datetime]:
        """One row a runbook; rehearsals are no use."""
        newest = select(table.runbook, func.max(table.started_at, type_=table.started_at.type))
        rows = self._connection.execute(newest.where(table.rehearsal.is_(False)).group_by(table.runbook))
        return {row[0]: row[1] for row in rows}


def _row(run: RunbookRun) -> dict[str, object]:
    plain: dict[str, object] = {name: getattr(run, name) for name in _PLAIN}
    return plain | {
        "id": run.id,
        "runbook": run.runbook.name,
        "definition": to_builtins(run.runbook),
        "values": dict(run.values),
        "confirmed": to_builtins(run.confirmed),
        "outcome": run.outcome,
    }


def _run(row: Row[Any]) -> RunbookRun:  # Any: one of each column's type
    known = row._asdict()
    return RunbookRun(
        id=RunbookRunId(row.id),
        runbook=from_builtins(row.definition, Runbook),
        values=known["values"],
        confirmed=tuple(from_builtins(one, Confirmed) for one in row.confirmed),
        outcome=RunOutcome(row.outcome) if row.outcome else None,
        **{name: known[name] for name in _PLAIN},
    )
