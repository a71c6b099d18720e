"""Definitions as documents, the version of them all, and change events."""

from sqlalchemy import Column, Index, Integer, Table, Text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Instant, Json

__all__ = ["changes", "resource_versions", "resources"]

# One row a resource. `origin` is the file it came from, NULL where it was made in the UI or over the API.
resources = Table(
    "resources",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("spec", Json, nullable=False),
    Column("origin", Text),
    Column("line", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

# At most one row: how often the definitions changed, and a digest that names exactly one state of them all.
resource_versions = Table(
    "resource_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInt, nullable=False),
    Column("digest", Text, nullable=False),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("summary", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("version", Text),
    Column("author", Text),
    Column("risk", Text, nullable=False),
    Column("rollback_plan", Text),
    Column("url", Text),
    Column("cause", Text),
    Index(None, "at", "id"),
    Index(None, "service", "at", "id"),
)
