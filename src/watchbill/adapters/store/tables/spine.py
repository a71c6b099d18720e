"""Tables that every domain stands on: what happened (events), what is due (jobs), who did it (audit)."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Instant, Json

__all__ = ["audit", "events", "jobs", "pauses"]

# Append-only. `tx` is PostgreSQL's transaction number: positions are given before commit, so a reader that follows them
# must not step past a transaction that is still open (see records.py). SQLite has one writer and leaves it empty.
events = Table(
    "events",
    metadata,
    Column("position", BigInt, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("subject", Text, nullable=False),
    Column("cause", Text),
    Column("payload", Json, nullable=False),
    Column("tx", BigInt),
    Index(None, "subject", "position"),
    Index(None, "cause"),
    Index(None, "kind", "position"),
    sqlite_autoincrement=True,
)

# `fence` rises with every claim and every change from outside, so that a worker whose lease ran out cannot finish the job.
# `attempts` is counted at the claim, before the work, so that a job that kills its worker is parked as well.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("payload", Json, nullable=False),
    Column("claimed_by", Text),
    Column("lease_until", Instant),
    Column("fence", BigInt, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("parked_at", Instant),
    Column("last_error", Text),
    UniqueConstraint("kind", "key"),
    CheckConstraint("priority BETWEEN 0 AND 9", name="priority"),
)
# The queue proper: only what still waits, in the order in which it is taken.
_OPEN = text("done_at IS NULL AND parked_at IS NULL")
Index(
    "ix_jobs_open", jobs.c.lane, jobs.c.priority, jobs.c.due_at, jobs.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN
)
Index("ix_jobs_done_at", jobs.c.done_at)

# Append-only; each row's hash covers its own fields and the hash of the row before it.
audit = Table(
    "audit",
    metadata,
    Column("sequence", BigInt, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Json, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index(None, "subject"),
)

# What rests, by name, until a person says otherwise: deliveries after a restore.
pauses = Table(
    "pauses",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
)
