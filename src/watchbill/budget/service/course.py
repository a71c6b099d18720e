"""A budget over time: the burn-down of its window, and what each day took."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from watchbill.budget.model import DaySpend, Point
from watchbill.budget.rules.burndown import burn_down, days_of
from watchbill.kernel.instants import floor_hour, floor_minute
from watchbill.slo.model import Rolling, Slo, SloStatus
from watchbill.slo.rules.burn import remaining_pct
from watchbill.slo.service import SloService

__all__ = ["burndown", "spent_by_day"]

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)


def burndown(slos: SloService, status: SloStatus, points: int) -> list[Point]:
    """What was left over the window, oldest first; the last point is what is left now."""
    slo = status.slo
    end = floor_minute(status.at) + _MINUTE
    minutes = max(1, (end - status.start) // _MINUTE)
    step = -(-minutes // points)
    shown = -(-minutes // step)
    window = shown if isinstance(slo.window, Rolling) else None
    history = shown if window is None else 2 * shown
    ends = [end - (shown - 1 - number) * step * _MINUTE for number in range(shown)]
    if slo.composite is not None:
        left = [_left(slos, slo, moment) for moment in ends]
    else:
        buckets = slos.counts.series(slos.budget_series(slo), end - history * step * _MINUTE, end, step)
        left = burn_down(buckets, shown, window=window, allowed=slo.allowed)
    left[-1] = status.remaining_pct
    return [Point(min(moment, status.at), pct) for moment, pct in zip(ends, left, strict=True)]


def spent_by_day(
    slos: SloService, slo: Slo, span: tuple[datetime, datetime], total: int, zone: ZoneInfo
) -> list[DaySpend]:
    """Every local day of a window of `total` events so far with its share of the budget, oldest first, by whole hours."""
    if not total:
        return []
    first, last = floor_hour(span[0]), floor_hour(span[1] - _MINUTE) + _HOUR
    bad = slos.counts.bad_by_hour(slos.budget_series(slo), first, last)
    budget, spent, at = slo.allowed * total, [], 0
    for day, hours in days_of(first, last, zone):
        lost = sum(bad[at : at + hours])
        spent.append(DaySpend(day, lost, 100 * lost / budget))
        at += hours
    return spent


def _left(slos: SloService, slo: Slo, end: datetime) -> Fraction | None:
    """What was left at the end of that minute; of composites, whose ratios do not add up over time."""
    start = slo.window.start(end - _MINUTE)
    found = slos.counts.between(slos.budget_series(slo), start, end)
    return remaining_pct(found.bad_ratio(slo.no_data), slo.allowed)
