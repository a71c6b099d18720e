"""Status pages: what was published, who hears of it, what visitors reported."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = ["bulletins", "status_reports", "subscribers"]

bulletins = Table(
    "bulletins",
    metadata,
    Column("id", Text, primary_key=True),
    Column("page", Text, nullable=False),
    Column("incident", Text, nullable=False, index=True),
    Column("stage", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("services", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "page", "at"),
)

subscribers = Table(
    "status_subscribers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("page", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    Column("ended_why", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Index(None, "page", "created_at"),
)
# An address hears once: two requests at a time cannot make two subscribers of it.
_LIVE = text("ended_at IS NULL")
Index(
    "uq_status_subscribers_live",
    subscribers.c.page,
    subscribers.c.via,
    subscribers.c.address,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)

status_reports = Table(
    "status_reports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("page", Text, nullable=False),
    Column("service", Text),
    Column("text", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "at"),
)
