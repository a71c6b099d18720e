"""Counts that several nodes share."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import BigInt, Json

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "count_batches",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "batch", name=op.f("pk_count_batches")),
    )
    op.create_index(op.f("ix_count_batches_taken"), "count_batches", ["taken"])
    op.create_table(
        "count_log",
        sa.Column("seq", BigInt, autoincrement=True, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_count_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_count_log_taken"), "count_log", ["taken"])
    op.create_table(
        "count_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_count_marks")),
    )
    op.create_table(
        "count_minutes",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("good", BigInt, nullable=False),
        sa.Column("total", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("series", "minute", "part", name=op.f("pk_count_minutes")),
    )
    op.create_table(
        "count_parts",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "part", name=op.f("pk_count_parts")),
    )
    op.create_table(
        "count_sources",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("position", Json, nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("read", BigInt, nullable=False),
        sa.Column("rejected", BigInt, nullable=False),
        sa.Column("late", BigInt, nullable=False),
        sa.Column("revision", BigInt, nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_count_sources")),
    )
