"""Incidents, and what hangs on them: services, alerts, relations, timeline, roles, updates, tasks."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, false, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = [
    "OPEN_NOW",
    "incident_alerts",
    "incident_mails",
    "incident_relations",
    "incident_roles",
    "incident_services",
    "incident_tasks",
    "incident_timeline",
    "incident_updates",
    "incidents",
]

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("detected_by", Text, nullable=False),
    Column("declared_by", Text, nullable=False),
    Column("declared_at", Instant, nullable=False),
    Column("detected_at", Instant, nullable=False),
    Column("service", Text),
    Column("services", Json, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("drill_calls", Boolean, nullable=False, server_default=false()),
    Column("impact", Json, nullable=False),
    Column("started_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("triaged_at", Instant),
    Column("mitigated_at", Instant),
    Column("mitigation", Text),
    Column("resolved_at", Instant),
    Column("resolved_by", Text),
    Column("root_cause", Text),
    Column("override", Text),
    Column("all_clear_at", Instant),
    Column("closed_at", Instant),
    Column("close_reason", Text),
    Column("merged_into", Text),
    Column("next_update_at", Instant),
    Column("reopened", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("cause", Text),
    Index(None, "declared_at", "number"),
    Index(None, "severity", "number"),
    Index(None, "status", "number"),
)
# What is going on: few, whatever the table's size. Queries say the very same words: SQLite does not see that bound values
# mean the index, and would read the whole table.
OPEN_NOW = text("status IN ('open', 'mitigated')")
Index("ix_incidents_open", incidents.c.number, sqlite_where=OPEN_NOW, postgresql_where=OPEN_NOW)

# Nearly all rows are merged into nothing; statistics over them would make the planner shun a full index.
_MERGED = text("merged_into IS NOT NULL")
Index("ix_incidents_merged_into", incidents.c.merged_into, sqlite_where=_MERGED, postgresql_where=_MERGED)

# The affected services once more, with the number, so that one service's incidents are read in order from one index.
incident_services = Table(
    "incident_services",
    metadata,
    Column("service", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    PrimaryKeyConstraint("service", "number"),
)

# `moved_to` is set where a merge gave the alert to another incident; the row stays as the trace of where it was.
incident_alerts = Table(
    "incident_alerts",
    metadata,
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("alert", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("attached_at", Instant, nullable=False),
    Column("moved_to", Text),
    PrimaryKeyConstraint("incident", "alert"),
)

# Each pair once, the lower id first.
incident_relations = Table(
    "incident_relations",
    metadata,
    Column("one", Text, ForeignKey("incidents.id"), nullable=False),
    Column("other", Text, ForeignKey("incidents.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("one", "other"),
)

# Append-only: there is no statement that changes or deletes a row.
incident_timeline = Table(
    "incident_timeline",
    metadata,
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("source", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("kind", Text),
    Column("supersedes", Integer),
    Column("withdrawn", Boolean, nullable=False),
    Column("cause", Text),
    Column("data", Json, nullable=False),
    PrimaryKeyConstraint("incident", "sequence"),
)

# Corrections are few, however long the timeline is; and so is what people say beside ten thousand alerts.
_CORRECTS = text("supersedes IS NOT NULL")
Index(
    "ix_incident_timeline_corrections",
    incident_timeline.c.incident,
    incident_timeline.c.supersedes,
    sqlite_where=_CORRECTS,
    postgresql_where=_CORRECTS,
)
Index(
    "ix_incident_timeline_source",
    incident_timeline.c.incident,
    incident_timeline.c.source,
    incident_timeline.c.sequence,
)

incident_roles = Table(
    "incident_roles",
    metadata,
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("assigned_at", Instant, nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("accepted_at", Instant),
    Column("ended_at", Instant),
    Column("turn", Integer, nullable=False),
    PrimaryKeyConstraint("incident", "turn"),
)

incident_updates = Table(
    "incident_updates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("gaps", Json, nullable=False),
    Column("drafted_at", Instant, nullable=False),
    Column("drafted_by", Text, nullable=False),
    Column("sent_at", Instant),
    Column("sent_by", Text),
    Index(None, "incident", "id"),
)

# One row an address and update; what came of it is kept, so that nobody has to guess who was told.
incident_mails = Table(
    "incident_mails",
    metadata,
    Column("id", Text, primary_key=True),
    Column("update", Text, ForeignKey("incident_updates.id"), nullable=False),
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("address", Text, nullable=False),
    Column("list", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("answered_at", Instant),
    Column("answer", Text, nullable=False),
    Index(None, "incident", "update", "state"),
)

incident_tasks = Table(
    "incident_tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident", Text, ForeignKey("incidents.id"), nullable=False),
    Column("phase", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("key", Text),
    Column("owner", Text),
    Column("done_at", Instant),
    Column("done_by", Text),
    Index(None, "incident", "id"),
)
