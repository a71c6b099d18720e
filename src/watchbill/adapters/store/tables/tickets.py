"""Tickets, and the alerts that belong to them."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant

__all__ = ["ticket_alerts", "tickets"]

tickets = Table(
    "tickets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("alert", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("service", Text),
    Column("runbook", Text),
    Column("alerts", Integer, nullable=False),
    Column("firing", Integer, nullable=False),
    Column("last_alert_at", Instant),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    Column("note", Text, nullable=False),
    Index(None, "service", "number"),
)
# A group has one open ticket at most: two workers cannot open two.
_OPEN = text("status = 'open'")
Index("uq_tickets_open", tickets.c.group_key, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)

ticket_alerts = Table(
    "ticket_alerts",
    metadata,
    Column("ticket", Text, ForeignKey("tickets.id"), nullable=False),
    Column("alert", Text, nullable=False, index=True),
    Column("joined_at", Instant, nullable=False),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("ticket", "alert"),
)
