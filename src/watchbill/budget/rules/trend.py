"""Weekly snapshots and the arrows that compare with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from watchbill.budget.model import Snapshot

__all__ = ["STEADY_POINTS", "Trend", "trend", "trend_of", "week_start"]

STEADY_POINTS = Fraction(1)  # a budget that moved by a point or less stands still


class Trend(StrEnum):
    """Which way a budget went since the snapshot."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


def week_start(at: datetime, zone: ZoneInfo) -> datetime:
    """Local midnight of the Monday of that week, in UTC."""
    local = at.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    return datetime(monday.year, monday.month, monday.day, tzinfo=zone).astimezone(at.tzinfo)


def trend(now: Fraction | None, before: Fraction | None) -> Trend | None:
    """None where either is not known."""
    if now is None or before is None:
        return None
    moved = now - before
    if abs(moved) <= STEADY_POINTS:
        return Trend.FLAT
    return Trend.UP if moved > 0 else Trend.DOWN


def trend_of(now: Fraction | None, snapshots: Sequence[Snapshot]) -> Trend | None:
    """Compared with the newest snapshot."""
    newest = max(snapshots, key=lambda one: one.week, default=None)
    return trend(now, newest.remaining_pct) if newest else None
