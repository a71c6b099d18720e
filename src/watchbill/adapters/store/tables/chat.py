"""Chat: rooms, who is who, where pages stand, what is on timelines, what was heard, and what waits to be said."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = [
    "chat_codes",
    "chat_cursors",
    "chat_heard",
    "chat_lines",
    "chat_links",
    "chat_marks",
    "chat_messages",
    "chat_posts",
    "chat_rooms",
]

chat_rooms = Table(
    "chat_rooms",
    metadata,
    Column("incident", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("room", Text),
    Column("summary", Text),
    PrimaryKeyConstraint("incident", "provider"),
    UniqueConstraint("provider", "name"),
    Index(None, "provider", "room"),
)

chat_links = Table(
    "chat_links",
    metadata,
    Column("provider", Text, nullable=False),
    Column("user", Text, nullable=False),
    Column("person", Text, nullable=False, index=True),
    Column("linked_at", Instant, nullable=False),
    Column("linked_by", Text, nullable=False),
    PrimaryKeyConstraint("provider", "user"),
)

# One code a person at a time, by its SHA-256.
chat_codes = Table(
    "chat_codes",
    metadata,
    Column("person", Text, primary_key=True),
    Column("hash", Text, nullable=False, unique=True),
    Column("made_by", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

chat_messages = Table(
    "chat_messages",
    metadata,
    Column("delivery", Text, primary_key=True),
    Column("escalation", Text, nullable=False, index=True),
    Column("provider", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("person", Text, nullable=False),
    Index(None, "provider", "room", "message"),
)

chat_marks = Table(
    "chat_marks",
    metadata,
    Column("provider", Text, nullable=False),
    Column("room", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("incident", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("thread", Boolean, nullable=False),
    PrimaryKeyConstraint("provider", "room", "message"),
)

# What was taken in during the last days, so that what is told twice is done once.
chat_heard = Table(
    "chat_heard",
    metadata,
    Column("provider", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("provider", "event"),
)

chat_cursors = Table(
    "chat_cursors",
    metadata,
    Column("provider", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# A line is what keeps its posts in order: a room, or a channel of pages. Locked by whoever adds to it or takes from it.
chat_lines = Table(
    "chat_lines",
    metadata,
    Column("line", Text, primary_key=True),
    Column("last", Integer, nullable=False),
)

chat_posts = Table(
    "chat_posts",
    metadata,
    Column("line", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("provider", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("content", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    PrimaryKeyConstraint("line", "sequence"),
)
