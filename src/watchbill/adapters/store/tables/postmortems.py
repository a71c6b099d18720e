"""Postmortems with every version, and action items."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = ["action_items", "postmortem_versions", "postmortems"]

# An incident has at most one.
postmortems = Table(
    "postmortems",
    metadata,
    Column("id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("figures", Json, nullable=False),
    Column("judged", Json, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("incident", Text, ForeignKey("incidents.id"), unique=True),
    Column("slo", Text),
    Column("approvals", Json, nullable=False),
    Column("submitted_at", Instant),
    Column("final_at", Instant),
    Column("cause", Text),
    Index(None, "status", "id"),
)
_DEMANDED = text("slo IS NOT NULL AND status <> 'final'")
Index("ix_postmortems_demanded", postmortems.c.slo, sqlite_where=_DEMANDED, postgresql_where=_DEMANDED)

postmortem_versions = Table(
    "postmortem_versions",
    metadata,
    Column("postmortem", Text, ForeignKey("postmortems.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("figures", Json, nullable=False),
    Column("judged", Json, nullable=False),
    PrimaryKeyConstraint("postmortem", "number"),
)

action_items = Table(
    "action_items",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("description", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("postmortem", Text, ForeignKey("postmortems.id"), index=True),
    Column("incident", Text, ForeignKey("incidents.id")),
    Column("owner", Text),
    Column("deadline", Date),
    Column("ticket", Text),
    Column("done_at", Instant),
    Column("done_by", Text),
    Index(None, "status", "number"),
    Index(None, "owner", "number"),
)
# What may still become overdue: few, whatever the table's size.
_UNDONE = text("status <> 'done'")
Index("ix_action_items_undone", action_items.c.deadline, sqlite_where=_UNDONE, postgresql_where=_UNDONE)
