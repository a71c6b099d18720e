"""Drills that call people, mails that carry updates, and indexes for incidents with ten thousand alerts."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Forward. Drills from before called nobody."""
    op.add_column("incidents", sa.Column("drill_calls", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "incident_mails",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("update", sa.Text(), nullable=False),
        sa.Column("incident", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident"], ["incidents.id"], name=op.f("fk_incident_mails_incident")),
        sa.ForeignKeyConstraint(["update"], ["incident_updates.id"], name=op.f("fk_incident_mails_update")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_mails")),
    )
    op.create_index(
        op.f("ix_incident_mails_incident_update_state"), "incident_mails", ["incident", "update", "state"], unique=False
    )
    corrects = sa.text("supersedes IS NOT NULL")
    op.create_index(
        op.f("ix_incident_timeline_corrections"),
        "incident_timeline",
        ["incident", "supersedes"],
        unique=False,
        sqlite_where=corrects,
        postgresql_where=corrects,
    )
    op.create_index(
        op.f("ix_incident_timeline_source"), "incident_timeline", ["incident", "source", "sequence"], unique=False
    )
