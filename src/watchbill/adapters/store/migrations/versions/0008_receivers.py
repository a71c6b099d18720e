"""Groups and logs of the receivers of an Alertmanager file."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant, Json

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "receiver_groups",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("flushed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receiver_groups")),
    )
    op.create_table(
        "receiver_members",
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=16), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("group", "fingerprint", name=op.f("pk_receiver_members")),
    )
    op.create_index(op.f("ix_receiver_members_fingerprint"), "receiver_members", ["fingerprint"], unique=False)
    op.create_table(
        "receiver_notifications",
        sa.Column("group", sa.String(length=32), nullable=False),
        sa.Column("integration", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("firing", Json, nullable=False),
        sa.Column("resolved", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("forget_at", Instant(), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("group", "integration", name=op.f("pk_receiver_notifications")),
    )
    op.create_table(
        "receiver_log",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("integration", sa.Text(), nullable=False),
        sa.Column("firing", Json, nullable=False),
        sa.Column("resolved", Json, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("forget_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", "integration", name=op.f("pk_receiver_log")),
    )
    op.create_index(op.f("ix_receiver_log_forget_at"), "receiver_log", ["forget_at"], unique=False)
