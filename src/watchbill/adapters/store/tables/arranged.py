"""Shift swaps, leave, calendar feeds, and the gaps that people have been told of."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant

__all__ = ["calendar_feeds", "coverage_alarms", "leaves", "swaps"]

swaps = Table(
    "swaps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("taker", Text),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("back_starts_at", Instant),
    Column("back_ends_at", Instant),
    # From the first to the last moment that it touches, so that what overlaps a range is one look at an index.
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("answered_at", Instant),
    Column("answered_by", Text),
    Index(None, "status", "last_at"),
    Index(None, "schedule", "last_at"),
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Index(None, "ends_at"),
    Index(None, "person", "ends_at"),
)

calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("about", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", Instant),
    Index(None, "about", "name"),
)

# What is missing ahead and has been told of. A row goes when the trouble goes, so that a new one is told of again.
coverage_alarms = Table(
    "coverage_alarms",
    metadata,
    Column("schedule", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("told_at", Instant, nullable=False),
    PrimaryKeyConstraint("schedule", "kind", "person", "starts_at"),
)
