"""Postmortems with every version, what is said about them, and action items with the issues that mirror them."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, event, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.tables.full_text import index_texts
from watchbill.adapters.store.types import Instant, Json

__all__ = [
    "action_items",
    "action_links",
    "postmortem_comments",
    "postmortem_meetings",
    "postmortem_texts",
    "postmortem_versions",
    "postmortems",
]

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

postmortem_comments = Table(
    "postmortem_comments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("postmortem", Text, ForeignKey("postmortems.id"), nullable=False, index=True),
    Column("field", Text),
    Column("text", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("settled_by", Text),
)

postmortem_meetings = Table(
    "postmortem_meetings",
    metadata,
    Column("postmortem", Text, ForeignKey("postmortems.id"), primary_key=True),
    Column("held_at", Instant, nullable=False),
    Column("attendees", Json, nullable=False),
    Column("minutes", Json, nullable=False),
    Column("decisions", Json, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("changed_by", Text, nullable=False),
)

# All words of a postmortem, its action items and comments, for search; `number` is what SQLite's index refers to.
postmortem_texts = Table(
    "postmortem_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("postmortem", Text, ForeignKey("postmortems.id"), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
)
event.listen(postmortem_texts, "after_create", index_texts)

# The issue elsewhere that mirrors an action item; `base` is what both sides were when they last agreed.
action_links = Table(
    "action_links",
    metadata,
    Column("action", Text, ForeignKey("action_items.id"), primary_key=True),
    Column("tracker", Text, nullable=False),
    Column("issue", Text),
    Column("url", Text),
    Column("base", Json),
    Column("fault", Text, nullable=False),
    Column("linked_at", Instant, nullable=False),
    Column("synced_at", Instant),
)
