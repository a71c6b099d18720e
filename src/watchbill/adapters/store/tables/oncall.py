"""Overrides, escalations with the alerts they hold, pages, deliveries with every attempt, and what is known about addresses."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = [
    "attempts",
    "contacts",
    "deliveries",
    "devices",
    "escalation_alerts",
    "escalations",
    "overrides",
    "pages",
    "proofs",
]

overrides = Table(
    "overrides",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("removed_at", Instant),
    Column("removed_by", Text),
    Index(None, "schedule", "ends_at"),
    Index(None, "ends_at"),
)

escalations = Table(
    "escalations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("group_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("service", Text),
    Column("runbook", Text),
    Column("policy", Json, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("cause", Text),
    Column("first_alert", Text),
    Column("alerts", Integer, nullable=False),
    Column("firing", Integer, nullable=False),
    Column("slos", Json, nullable=False),
    Column("incident", Text, index=True),
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("timers", Integer, nullable=False),
    Column("next_step_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("snoozed_until", Instant),
    Column("resolved_at", Instant),
    Column("follows", Text),
    Column("not_actionable_by", Text),
    Column("started_by", Text, nullable=False),
    Column("every_contact", Boolean, nullable=False),
    Index(None, "service", "id"),
    Index(None, "started_at"),
    Index(None, "group_key", "started_at"),
)
# A group has at most one walk that still looks for somebody: two workers cannot begin one for the same group.
_UNANSWERED = text("status IN ('open', 'exhausted')")
Index(
    "uq_escalations_unanswered",
    escalations.c.group_key,
    unique=True,
    sqlite_where=_UNANSWERED,
    postgresql_where=_UNANSWERED,
)
_UNRESOLVED = text("resolved_at IS NULL")
Index(
    "ix_escalations_unresolved",
    escalations.c.group_key,
    escalations.c.id,
    sqlite_where=_UNRESOLVED,
    postgresql_where=_UNRESOLVED,
)

escalation_alerts = Table(
    "escalation_alerts",
    metadata,
    Column("escalation", Text, ForeignKey("escalations.id"), nullable=False),
    Column("alert", Text, nullable=False, index=True),
    Column("joined_at", Instant, nullable=False),
    Column("ended_at", Instant),
    PrimaryKeyConstraint("escalation", "alert"),
)

pages = Table(
    "pages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("escalation", Text, ForeignKey("escalations.id"), nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("round", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Index(None, "escalation", "id"),
    Index(None, "person", "id"),
    Index(None, "created_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("page", Text, ForeignKey("pages.id"), nullable=False),
    Column("escalation", Text, ForeignKey("escalations.id"), nullable=False),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_tried_at", Instant),
    Column("closed_at", Instant),
    Column("answer", Text, nullable=False),
    Column("folded_into", Text),
    Column("shown_at", Instant),
    Index(None, "page", "rank"),
)
# Those to which anything is still going to happen: few, whatever the table's size.
_PENDING = text("status IN ('waiting', 'sending')")
Index(
    "ix_deliveries_pending",
    deliveries.c.channel,
    deliveries.c.address,
    deliveries.c.person,
    deliveries.c.due_at,
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)
_FOLDED = text("status = 'folded'")
Index("ix_deliveries_folded", deliveries.c.folded_into, sqlite_where=_FOLDED, postgresql_where=_FOLDED)

# One row a try. A row without an end belongs to a process that is at it, or that died.
attempts = Table(
    "delivery_attempts",
    metadata,
    Column("delivery", Text, ForeignKey("deliveries.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Text, nullable=False),
    Column("code", Integer),
    Column("answer", Text, nullable=False),
    PrimaryKeyConstraint("delivery", "number"),
)

contacts = Table(
    "contacts",
    metadata,
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("verified_at", Instant, nullable=False),
    PrimaryKeyConstraint("person", "channel", "address"),
)

# Browsers that take pages; one that is gone stays as a record, without the keys that reach it.
devices = Table(
    "devices",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("shown_at", Instant),
    Column("gone_at", Instant),
    Column("gone_because", Text, nullable=False),
)
_THERE = text("gone_at IS NULL")
Index("uq_devices_endpoint", devices.c.endpoint, unique=True, sqlite_where=_THERE, postgresql_where=_THERE)

# Codes that are under way: which delivery carries one, and how often a wrong one was given.
proofs = Table(
    "contact_proofs",
    metadata,
    Column("delivery", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
)
