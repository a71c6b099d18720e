"""Groups of alerts that receivers of an Alertmanager file are told of, what is being told, and what was."""

from sqlalchemy import Boolean, Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = ["receiver_groups", "receiver_log", "receiver_members", "receiver_notifications"]

# `id` sums up route and key; `version` is that of the file by which it was made.
receiver_groups = Table(
    "receiver_groups",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("route", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("labels", Json, nullable=False),
    Column("version", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("flushed", Boolean, nullable=False),
)

receiver_members = Table(
    "receiver_members",
    metadata,
    Column("group", String(32), nullable=False),
    Column("fingerprint", String(16), nullable=False),
    Column("joined_at", Instant, nullable=False),
    PrimaryKeyConstraint("group", "fingerprint"),
    Index(None, "fingerprint"),
)

# What is on its way to an integration; it is gone when it was taken or given up.
receiver_notifications = Table(
    "receiver_notifications",
    metadata,
    Column("group", String(32), nullable=False),
    Column("integration", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("firing", Json, nullable=False),
    Column("resolved", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("forget_at", Instant, nullable=False),
    Column("data", Json, nullable=False),
    Column("attempts", Integer, nullable=False),
    PrimaryKeyConstraint("group", "integration"),
)

# What each integration was told last about a group, by the SHA-256 of the group's key; it outlives the group.
receiver_log = Table(
    "receiver_log",
    metadata,
    Column("key", String(64), nullable=False),
    Column("integration", Text, nullable=False),
    Column("firing", Json, nullable=False),
    Column("resolved", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("forget_at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("key", "integration"),
)
