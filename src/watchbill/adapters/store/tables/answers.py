"""Answers that were given to requests with an Idempotency-Key, so that a retry gets the first one again."""

from sqlalchemy import Column, LargeBinary, String, Table

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant

__all__ = ["answers"]

answers = Table(
    "answers",
    metadata,
    Column("actor", String, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False, index=True),
)
