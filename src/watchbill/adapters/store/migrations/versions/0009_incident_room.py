"""Drills that call people, and indexes for incidents with ten thousand alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Forward. Drills from before called nobody."""
    op.add_column("incidents", sa.Column("drill_calls", sa.Boolean(), nullable=False, server_default=sa.false()))
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
