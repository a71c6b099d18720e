"""Tickets for P2 alerts."""

import sqlalchemy as sa
from alembic import op

from watchbill.adapters.store.types import Instant

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "tickets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("runbook", sa.Text(), nullable=True),
        sa.Column("alerts", sa.Integer(), nullable=False),
        sa.Column("firing", sa.Integer(), nullable=False),
        sa.Column("last_alert_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
    )
    op.create_index(op.f("ix_tickets_service_number"), "tickets", ["service", "number"], unique=False)
    is_open = sa.text("status = 'open'")
    op.create_index(
        "uq_tickets_open", "tickets", ["group_key"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "ticket_alerts",
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("alert", sa.Text(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.id"], name=op.f("fk_ticket_alerts_ticket")),
        sa.PrimaryKeyConstraint("ticket", "alert", name=op.f("pk_ticket_alerts")),
    )
    op.create_index(op.f("ix_ticket_alerts_alert"), "ticket_alerts", ["alert"], unique=False)
