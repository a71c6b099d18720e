"""Executions, and walks through runbooks."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import BigInt, Instant, Json

revision = "0011"
down_revision = "0010"

_OPEN = sa.text("status IN ('proposed', 'queued', 'started')")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "executions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("argv", Json, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("acts", sa.Boolean(), nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("incident", sa.Text(), nullable=True),
        sa.Column("run", sa.Text(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("mitigation", sa.Text(), nullable=True),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("if_unexpected", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("pid", sa.Integer(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("exit_code", sa.Integer(), nullable=True),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("output_bytes", BigInt, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("matched", sa.Boolean(), nullable=True),
        sa.Column("stop_asked_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
    )
    op.create_index("ix_executions_incident", "executions", ["incident", "id"])
    op.create_index("ix_executions_run", "executions", ["run", "id"])
    op.create_index("ix_executions_open", "executions", ["status", "id"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "runbook_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("runbook", sa.Text(), nullable=False),
        sa.Column("definition", Json, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=True),
        sa.Column("incident_number", sa.Integer(), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("values", Json, nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("confirmed", Json, nullable=False),
        sa.Column("escalate_at", Instant(), nullable=True),
        sa.Column("escalated_at", Instant(), nullable=True),
        sa.Column("escalation", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runbook_runs")),
    )
    op.create_index("ix_runbook_runs_runbook", "runbook_runs", ["runbook", "started_at"])
    op.create_index("ix_runbook_runs_incident", "runbook_runs", ["incident", "id"])
