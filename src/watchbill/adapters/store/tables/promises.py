"""What is remembered about promises from tick to tick: tiers that fire, and the standing of budgets."""

from sqlalchemy import Boolean, Column, PrimaryKeyConstraint, Table, Text

from watchbill.adapters.store.metadata import metadata
from watchbill.adapters.store.types import Instant, Json

__all__ = ["budget_standings", "tier_standings"]

# A row while a tier (or the alarm about missing data) fires, with what its alert was last sent with.
tier_standings = Table(
    "tier_standings",
    metadata,
    Column("slo", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("since", Instant, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("labels", Json, nullable=False),
    Column("annotations", Json, nullable=False),
    Column("cause", Text),
    PrimaryKeyConstraint("slo", "tier"),
)

# A row for each budget that ever left `healthy`; no row means healthy and not frozen.
budget_standings = Table(
    "budget_standings",
    metadata,
    Column("slo", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("state_since", Instant, nullable=False),
    Column("frozen", Boolean, nullable=False),
    Column("frozen_since", Instant),
)
