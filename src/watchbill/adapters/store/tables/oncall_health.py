"""Shifts as they were stood, hand-overs, the question after a shift, and answers that lead back to nobody."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = ["handoffs", "kept_shifts", "satisfaction", "surveys"]

kept_shifts = Table(
    "kept_shifts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    UniqueConstraint("schedule", "starts_at"),
    Index(None, "ends_at"),
)
# One shift of a schedule goes on at a time, whoever else keeps records.
_RUNNING = text("ends_at IS NULL")
Index("uq_kept_shifts_running", kept_shifts.c.schedule, unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("shift", Text),
    Column("outgoing", Text, nullable=False),
    Column("incoming", Text),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("texts", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("edited_at", Instant),
    Column("signed_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", Text),
    Column("reminders", Integer, nullable=False),
    Index(None, "schedule", "id"),
    UniqueConstraint("shift"),
)

# Whether somebody answered is known, so that they are not asked again; not what, and not when.
surveys = Table(
    "shift_surveys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answered", Boolean, nullable=False),
    Index(None, "person", "id"),
)

# A count, not rows of answers: there is nothing here that could be joined with a person.
satisfaction = Table(
    "shift_satisfaction",
    metadata,
    Column("schedule", Text, nullable=False),
    Column("month", Date, nullable=False),
    Column("score", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    PrimaryKeyConstraint("schedule", "month", "score"),
)
