"""What was run for people: commands and webhooks of the allow-list, and walks through runbooks."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Instant, Json

__all__ = ["executions", "runbook_runs"]

executions = Table(
    "executions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("argv", Json, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("acts", Boolean, nullable=False),
    Column("values", Json, nullable=False),
    Column("incident", Text),
    Column("run", Text),
    Column("step", Text),
    Column("mitigation", Text),
    Column("expected", Text, nullable=False),
    Column("if_unexpected", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("worker", Text),
    Column("lease_until", Instant),
    Column("started_at", Instant),
    Column("pid", Integer),
    Column("ended_at", Instant),
    Column("exit_code", Integer),
    Column("output", Text, nullable=False),
    Column("output_bytes", BigInt, nullable=False),
    Column("answer", Text, nullable=False),
    Column("matched", Boolean),
    Column("stop_asked_by", Text),
    Index("ix_executions_incident", "incident", "id"),
    Index("ix_executions_run", "run", "id"),
)
# Those to which something is still going to happen: few, whatever the table's size.
_OPEN = text("status IN ('proposed', 'queued', 'started')")
Index("ix_executions_open", executions.c.status, executions.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)

# `definition` is the runbook as it stood when the walk began, `confirmed` what people said about its steps.
runbook_runs = Table(
    "runbook_runs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("runbook", Text, nullable=False),
    Column("definition", Json, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("incident", Text),
    Column("incident_number", Integer),
    Column("service", Text),
    Column("values", Json, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("confirmed", Json, nullable=False),
    Column("escalate_at", Instant),
    Column("escalated_at", Instant),
    Column("escalation", Text),
    Column("ended_at", Instant),
    Column("ended_by", Text),
    Column("outcome", Text),
    Column("note", Text, nullable=False),
    Index("ix_runbook_runs_runbook", "runbook", "started_at"),
    Index("ix_runbook_runs_incident", "incident", "id"),
)
