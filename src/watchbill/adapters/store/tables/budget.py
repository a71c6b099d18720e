"""What people decide about budgets, and what budgets ask of them: decisions, adjustments, duties, reviews, snapshots."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Instant, Json

__all__ = [
    "budget_adjustments",
    "budget_duties",
    "budget_snapshots",
    "gate_decisions",
    "slo_agreements",
    "slo_reviews",
]

# Append-only. `ask` is what was asked for, `left` what was left of each budget as text.
gate_decisions = Table(
    "gate_decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("service", Text, nullable=False),
    Column("ask", Json, nullable=False),
    Column("by", Text, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("state", Text),
    Column("frozen", Boolean, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("left", Json, nullable=False),
    Column("policy", Text, nullable=False),
    Index("ix_gate_decisions_service_id", "service", "id"),
)

# Taken out of a budget; a row that was withdrawn stays.
budget_adjustments = Table(
    "budget_adjustments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("slo", Text, nullable=False),
    Column("start", Instant, nullable=False),
    Column("end", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", Instant),
    Index("ix_budget_adjustments_slo", "slo"),
)

# Steps of escalations, daily reviews and lists of changes; `done_at` ends a row.
budget_duties = Table(
    "budget_duties",
    metadata,
    Column("id", Text, primary_key=True),
    Column("slo", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("episode", Instant, nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    Column("told", Json, nullable=False),
    Column("details", Json),
    Column("done_at", Instant),
    Column("done_by", Text),
    Column("outcome", Text, nullable=False),
    Index("ix_budget_duties_slo_id", "slo", "id"),
    Index(
        "ix_budget_duties_open",
        "slo",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

slo_reviews = Table(
    "slo_reviews",
    metadata,
    Column("id", Text, primary_key=True),
    Column("slo", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("target", Text, nullable=False),  # exact fraction
    Column("remaining_pct", Text),  # exact fraction
    Index("ix_slo_reviews_slo_at", "slo", "at"),
)

slo_agreements = Table(
    "slo_agreements",
    metadata,
    Column("slo", Text, nullable=False),
    Column("stakeholder", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("note", Text, nullable=False),
    PrimaryKeyConstraint("slo", "stakeholder"),
)

# How each budget stood when a week began.
budget_snapshots = Table(
    "budget_snapshots",
    metadata,
    Column("slo", Text, nullable=False),
    Column("week", Instant, nullable=False),
    Column("remaining_pct", Text),
    Column("consumed_pct", Text),
    Column("state", Text),
    Column("frozen", Boolean, nullable=False),
    Column("bad", BigInt, nullable=False),
    Column("total", BigInt, nullable=False),
    PrimaryKeyConstraint("slo", "week"),
    Index("ix_budget_snapshots_week", "week"),
)
