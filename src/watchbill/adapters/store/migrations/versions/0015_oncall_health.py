"""Shifts as they were stood, hand-overs, and the question after a shift."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant, Json

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=True),
        sa.Column("outgoing", sa.Text(), nullable=False),
        sa.Column("incoming", sa.Text(), nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("texts", Json, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=True),
        sa.Column("signed_at", Instant(), nullable=True),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sa.UniqueConstraint("shift", name=op.f("uq_handoffs_shift")),
    )
    op.create_index(op.f("ix_handoffs_schedule_id"), "handoffs", ["schedule", "id"], unique=False)
    op.create_table(
        "kept_shifts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_shifts")),
        sa.UniqueConstraint("schedule", "starts_at", name=op.f("uq_kept_shifts_schedule_starts_at")),
    )
    op.create_index(op.f("ix_kept_shifts_ends_at"), "kept_shifts", ["ends_at"], unique=False)
    op.create_index(
        "uq_kept_shifts_running",
        "kept_shifts",
        ["schedule"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "shift_satisfaction",
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("schedule", "month", "score", name=op.f("pk_shift_satisfaction")),
    )
    op.create_table(
        "shift_surveys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_surveys")),
    )
    op.create_index(op.f("ix_shift_surveys_person_id"), "shift_surveys", ["person", "id"], unique=False)
