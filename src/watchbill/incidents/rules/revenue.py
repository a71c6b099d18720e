"""What an incident costs a minute: the house's figure times the share that fails."""

from dataclasses import replace
from fractions import Fraction

from watchbill.incidents.model import Impact
from watchbill.incidents.rules.severity import CORE_DOWN_FROM
from watchbill.kernel.units import Money

__all__ = ["revenue_lost", "with_revenue"]


def with_revenue(impact: Impact, per_minute: Money | None, bad_ratio: Fraction | None) -> Impact:
    """The impact with the revenue that is being lost, where the house says what a minute of this service is worth.

    Half of it failing means that revenue is lost, unless somebody has said that it is not. An unknown share counts as all.
    """
    if per_minute is None or impact.revenue is False:
        return impact
    fails = bad_ratio is not None and bad_ratio >= CORE_DOWN_FROM
    if not (impact.revenue or fails):
        return impact
    return replace(impact, revenue=True, revenue_per_minute=per_minute.times(1 if bad_ratio is None else bad_ratio))


def revenue_lost(per_minute: Money | None, consumed_minutes: Fraction | None) -> Money | None:
    """What was lost in that many minutes; None where either is not known."""
    return None if per_minute is None or consumed_minutes is None else per_minute.times(consumed_minutes)
