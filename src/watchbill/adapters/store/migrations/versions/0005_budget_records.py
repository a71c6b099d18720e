"""Budget records."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import BigInt, Instant, Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "budget_adjustments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slo", sa.Text(), nullable=False),
        sa.Column("start", Instant(), nullable=False),
        sa.Column("end", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_adjustments")),
    )
    op.create_index("ix_budget_adjustments_slo", "budget_adjustments", ["slo"], unique=False)
    op.create_table(
        "budget_duties",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slo", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("episode", Instant(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.Column("details", Json, nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_duties")),
    )
    op.create_index(
        "ix_budget_duties_open",
        "budget_duties",
        ["slo"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_index("ix_budget_duties_slo_id", "budget_duties", ["slo", "id"], unique=False)
    op.create_table(
        "budget_snapshots",
        sa.Column("slo", sa.Text(), nullable=False),
        sa.Column("week", Instant(), nullable=False),
        sa.Column("remaining_pct", sa.Text(), nullable=True),
        sa.Column("consumed_pct", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("bad", BigInt, nullable=False),
        sa.Column("total", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("slo", "week", name=op.f("pk_budget_snapshots")),
    )
    op.create_index("ix_budget_snapshots_week", "budget_snapshots", ["week"], unique=False)
    op.create_table(
        "gate_decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("ask", Json, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("left", Json, nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_decisions")),
    )
    op.create_index("ix_gate_decisions_service_id", "gate_decisions", ["service", "id"], unique=False)
    op.create_table(
        "slo_agreements",
        sa.Column("slo", sa.Text(), nullable=False),
        sa.Column("stakeholder", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("slo", "stakeholder", name=op.f("pk_slo_agreements")),
    )
    op.create_table(
        "slo_reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slo", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("remaining_pct", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slo_reviews")),
    )
    op.create_index("ix_slo_reviews_slo_at", "slo_reviews", ["slo", "at"], unique=False)
    # ### end Alembic commands ###
