"""Counts that several nodes share (PostgreSQL only): the minutes that may still change, sources, and a log for the nodes' copies.

Written and read by `adapters.measure.counts.postgresql`; on one node the counts lie in files and these tables stay empty.
"""

from sqlalchemy import Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import BigInt, Json

__all__ = ["count_batches", "count_log", "count_marks", "count_minutes", "count_parts", "count_sources"]

# What is known of each source. `revision` rises with every append: a reader that saw an older one has been overtaken.
count_sources = Table(
    "count_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("position", Json, nullable=False),
    Column("mark", Integer),
    Column("read", BigInt, nullable=False),
    Column("rejected", BigInt, nullable=False),
    Column("late", BigInt, nullable=False),
    Column("revision", BigInt, nullable=False),
)

# Batch ids that were taken, with the minute, for 90 days.
count_batches = Table(
    "count_batches",
    metadata,
    Column("source", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("taken", Integer, nullable=False, index=True),
    PrimaryKeyConstraint("source", "batch"),
)

# Minutes that are not yet final (part -1), and those on their way to the metrics store (part: the series they go to).
count_minutes = Table(
    "count_minutes",
    metadata,
    Column("series", Text, nullable=False),
    Column("minute", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("good", BigInt, nullable=False),
    Column("total", BigInt, nullable=False),
    PrimaryKeyConstraint("series", "minute", "part"),
)

# The newest minute of each part of a series in the metrics store: within a part minutes only rise.
count_parts = Table(
    "count_parts",
    metadata,
    Column("series", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("newest", Integer, nullable=False),
    PrimaryKeyConstraint("series", "part"),
)

# What was appended, in order, for the copies that nodes evaluate on; kept for a day.
count_log = Table(
    "count_log",
    metadata,
    Column("seq", BigInt, primary_key=True, autoincrement=True),
    Column("taken", Integer, nullable=False, index=True),
    Column("cells", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

# `log_floor`: the newest entry of the log that was deleted; a copy that stands before it is made anew.
count_marks = Table(
    "count_marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInt, nullable=False),
)
