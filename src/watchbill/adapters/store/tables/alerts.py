"""Tables of alerts: what came in (inbox), what became of it (alerts), what keeps alerts quiet (silences), how far the fold is."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Instant, Json

__all__ = ["alert_marks", "alerts", "inbox", "silences"]

# Append-only until tidied; a row is what one commit took in from all requests that waited (see inbox.py for the form of
# `payload`). Positions rise in the order of commits: writers on PostgreSQL queue on an advisory lock.
inbox = Table(
    "inbox",
    metadata,
    Column("position", BigInt, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("claims", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# One row an occurrence. Written by the fold alone, but for the two `actionable` columns, which people write. `latest` marks
# the newest occurrence of its fingerprint.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("fingerprint", String(16), nullable=False),
    Column("latest", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("service", Text),
    Column("name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("labels", Json, nullable=False),
    Column("annotations", Json, nullable=False),
    Column("targets", Json, nullable=False),
    Column("silenced_by", Json, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("ends_by_timeout", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("fired_at", Instant),
    Column("ever_fired", Boolean, nullable=False),
    Column("closed_at", Instant),
    Column("closed_by", Text),
    Column("runbook", Text),
    Column("generator_url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("cause", Text),
    Column("previous", Text),
    Column("routed_by", Text, nullable=False),
    Column("content", BigInt, nullable=False),
    Column("actionable", Boolean),
    Column("actionable_by", Text),
)
_FIRING = text("status = 'firing'")
_LATEST = text("latest")
Index("uq_alerts_latest", alerts.c.fingerprint, unique=True, sqlite_where=_LATEST, postgresql_where=_LATEST)
# What fires now, for the lists that people look at.
Index("ix_alerts_firing", alerts.c.id, sqlite_where=_FIRING, postgresql_where=_FIRING)
# What expires next; on SQLite the one owner knows that by heart, except right after its start.
Index("ix_alerts_due", alerts.c.ends_at, sqlite_where=_FIRING, postgresql_where=_FIRING)
Index("ix_alerts_service", alerts.c.service, alerts.c.id)

silences = Table(
    "silences",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("matchers", Json, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("annotations", Json, nullable=False),
)

# `fold`: the inbox position up to which alerts are folded, and when the fold last ticked. `silences`: counts their changes.
alert_marks = Table(
    "alert_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("number", BigInt, nullable=False),
    Column("at", Instant, nullable=False),
)
