"""Devices that take pages, receipts of them, and codes that prove contacts."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant

revision = "0016"
down_revision = "0015"

_THERE = sa.text("gone_at IS NULL")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "devices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.Column("gone_because", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index(op.f("ix_devices_person"), "devices", ["person"], unique=False)
    op.create_index(
        "uq_devices_endpoint", "devices", ["endpoint"], unique=True, sqlite_where=_THERE, postgresql_where=_THERE
    )
    op.create_table(
        "contact_proofs",
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_contact_proofs")),
    )
    op.create_index(op.f("ix_contact_proofs_person"), "contact_proofs", ["person"], unique=False)
    op.add_column("deliveries", sa.Column("shown_at", Instant(), nullable=True))
