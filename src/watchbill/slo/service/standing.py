"""How one promise stands at a moment: counts over its windows, burn rates, tiers, trust in the data, and the forecast."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.instants import floor_hour, floor_minute
from watchbill.slo.model import (
    BurnTier,
    DataStatus,
    Forecast,
    Rolling,
    Slo,
    SloGlance,
    SloStatus,
    SourceState,
    TierStatus,
    WindowSum,
)
from watchbill.slo.ports import Counts
from watchbill.slo.rules.burn import burn_rate, remaining_pct, tier_facts
from watchbill.slo.rules.data import coverage_pct, data_status, trust
from watchbill.slo.rules.forecast import THAW_PCT, Course, minutes_to_exhaustion, minutes_to_recovery

__all__ = ["BURN_WINDOWS", "RECENT_MINUTES", "Standing", "forecast_of", "glance", "judge", "nothing_known"]

# Command contract: the burn rates that every answer shows (`rules.plan.SHOWN_MINUTES` keeps them ready).
BURN_WINDOWS: Mapping[str, int] = {"1h": 60, "6h": 360, "24h": 1440}
RECENT_MINUTES = 5  # what "now" means in sentences
_STEPS = 672  # of the history in a forecast, where hours would be too coarse
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_BY_HOURS = timedelta(days=14) // _MINUTE


@dataclass(frozen=True, slots=True)
class Standing:
    """A status with the window sums that it was made from, by minutes."""

    status: SloStatus
    sums: Mapping[int, WindowSum]

    def seen(self, tier: BurnTier) -> WindowSum:
        """The counts of a tier's short window."""
        return self.sums[tier.short_window // _MINUTE]

    @property
    def recent(self) -> WindowSum:
        """The counts of the last five minutes."""
        return self.sums.get(RECENT_MINUTES, WindowSum(RECENT_MINUTES, 0, 0, 0, 0))

    @property
    def burning(self) -> BurnTier | None:
        """The tier that fires and burns fastest over its short window."""
        firing = [tier for tier in self.status.tiers if tier.firing]
        return max(firing, key=lambda one: one.short_burn or 0).tier if firing else None


def judge(
    slo: Slo,
    counts: Counts,
    source: SourceState,
    *,
    at: datetime,
    firing: Mapping[str, datetime] | None,
    adjusted: str | None = None,
) -> Standing:
    """Everything about one promise at `at`. `firing`: since when which tiers fire; None looks back, and computes it.

    `adjusted`: the series of its budget, where something was taken out of it; tiers are judged by all that happened.
    """
    sums, window = _counted(slo, counts, at)
    unadjusted = None
    if adjusted is not None:
        unadjusted, window = window, counts.between(adjusted, slo.window.start(at), floor_minute(at) + _MINUTE)
    bad_ratio = window.bad_ratio(slo.no_data)
    status, reason = data_status(slo, window, source, at)
    burns = {minutes: burn_rate(found.bad_ratio(slo.no_data), slo.allowed) for minutes, found in sums.items()}
    return Standing(
        SloStatus(
            slo=slo,
            at=at,
            start=slo.window.start(at),
            end=slo.window.end(at),
            counts=window,
            bad_ratio=bad_ratio,
            remaining_pct=remaining_pct(bad_ratio, slo.allowed),
            burn_rates={name: burns[minutes] for name, minutes in BURN_WINDOWS.items()},
            tiers=tuple(_tier(tier, slo, at, burns, firing) for tier in slo.tiers),
            coverage_pct=coverage_pct(window),
            data_status=status,
            data_reason=reason,
            newest_at=source.newest_at,
            caught_up=source.caught_up,
            unadjusted=unadjusted,
        ),
        sums,
    )


def _counted(slo: Slo, counts: Counts, at: datetime) -> tuple[dict[int, WindowSum], WindowSum]:
    """Every window that a status shows, by minutes, and the budget's own."""
    tiers = (_minutes(window) for tier in slo.tiers for window in (tier.short_window, tier.long_window))
    asked = {RECENT_MINUTES, *BURN_WINDOWS.values(), *tiers}
    whole = _minutes(slo.window.length) if isinstance(slo.window, Rolling) else None
    minutes = sorted(asked if whole is None else {*asked, whole})
    sums = dict(zip(minutes, counts.sums(slo.series, minutes, at), strict=True))
    if whole is not None:
        return sums, sums[whole]
    return sums, counts.between(slo.series, slo.window.start(at), floor_minute(at) + _MINUTE)


def glance(
    slo: Slo,
    counts: Counts,
    source: SourceState,
    *,
    at: datetime,
    firing: Mapping[str, datetime],
    series: str,
) -> SloGlance:
    """What `judge` says of what is left, of the tiers that fire and of the data, for a fraction of its cost.

    `series`: the budget's own.
    """
    if isinstance(slo.window, Rolling):
        window = counts.sums(series, [_minutes(slo.window.length)], at)[0]
    else:
        window = counts.between(series, slo.window.start(at), floor_minute(at) + _MINUTE)
    left = remaining_pct(window.bad_ratio(slo.no_data), slo.allowed)
    burning = tuple(tier.name for tier in slo.tiers if tier.name in firing) if firing else ()
    return SloGlance(slo, left, trust(slo, window, source, at), burning)


def nothing_known(slo: Slo, at: datetime, reason: str) -> Standing:
    """The status of a promise that nothing measures."""
    whole = (min(slo.window.end(at), floor_minute(at) + _MINUTE) - slo.window.start(at)) // _MINUTE
    return Standing(
        SloStatus(
            slo=slo,
            at=at,
            start=slo.window.start(at),
            end=slo.window.end(at),
            counts=WindowSum(whole, 0, 0, 0, 0),
            bad_ratio=None,
            remaining_pct=None,
            burn_rates=dict.fromkeys(BURN_WINDOWS),
            tiers=tuple(_tier(tier, slo, at, {}, {}) for tier in slo.tiers),
            coverage_pct=Fraction(0),
            data_status=DataStatus.NO_DATA,
            data_reason=reason,
            newest_at=None,
            caught_up=False,
        ),
        {},
    )


def forecast_of(standing: Standing, counts: Counts, series: str | None = None) -> Forecast:
    """Where the budget is heading. What is carried forward: while tiers fire, what their short windows burn; else the last hour.

    `series`: the budget's own, where something was taken out of it. Of a composite it is an estimate: what its parts lost in
    each hour is scaled so that all hours together make the composite's own figure.
    """
    status, slo = standing.status, standing.status.slo
    if status.bad_ratio is None or status.remaining_pct is None or not status.counts.total:
        return Forecast(None, None, None, None, None)
    burn = _pace(standing)
    rates = sorted({rate for rate in (burn, *status.burn_rates.values()) if rate is not None})
    course = _course(status, counts, series or slo.series, with_history=_needs_history(status, rates))
    spent_at = {rate: _date(status, minutes_to_exhaustion(course, rate)) for rate in rates}
    recovers = None
    if status.remaining_pct < THAW_PCT:
        minutes = minutes_to_recovery(course)
        recovers = _date(status, minutes) or (None if isinstance(slo.window, Rolling) else status.end)
    return Forecast(
        exhausts_at=spent_at[burn] if burn is not None else None,
        earliest=spent_at[rates[-1]] if rates else None,
        latest=spent_at[rates[0]] if rates else None,
        recovers_at=recovers,
        burning=burn,
    )


def _pace(standing: Standing) -> Fraction | None:
    status = standing.status
    firing = [tier.short_burn for tier in status.tiers if tier.firing and tier.short_burn is not None]
    if firing:
        return max(firing)
    for name, minutes in BURN_WINDOWS.items():
        if standing.sums[minutes].total >= max(1, status.slo.min_events):
            return status.burn_rates[name]
    return None


def _needs_history(status: SloStatus, rates: list[Fraction]) -> bool:
    """Whether ageing out can matter: the budget must recover, or the fastest pace could spend what is left in one window."""
    assert status.remaining_pct is not None
    return status.remaining_pct < THAW_PCT or bool(rates and rates[-1] * 100 >= status.remaining_pct)


def _course(status: SloStatus, counts: Counts, series: str, *, with_history: bool) -> Course:
    slo, sums = status.slo, status.counts
    assert status.bad_ratio is not None
    bad = status.bad_ratio * sums.total  # with `no_data: bad` more than was counted
    if not isinstance(slo.window, Rolling):
        left = max(0, (status.end - floor_minute(status.at)) // _MINUTE - 1)
        return Course(slo.allowed, bad, sums.total, sums.covered or 1, None, left)
    ageing = _ageing(status, counts, series) if with_history else []
    return Course(slo.allowed, bad, sums.total, sums.covered or 1, sums.minutes, sums.minutes, ageing)


def _ageing(status: SloStatus, counts: Counts, series: str) -> list[tuple[int, int | Fraction]]:
    """The window's bad events in the order in which they leave it. Long windows go by whole hours, which stores keep ready."""
    start, end, minutes = status.start, status.end, status.counts.minutes
    if minutes < _BY_HOURS:
        step = max(1, minutes // _STEPS)
        ageing: list[tuple[int, int | Fraction]] = [
            (step, bucket.bad) for bucket in counts.series(series, start, end, step)
        ]
        if spare := len(ageing) * step - minutes:
            ageing[-1] = (step - spare, ageing[-1][1])
    else:
        first, last = floor_hour(start + _HOUR - _MINUTE), floor_hour(end)
        before, after = counts.between(series, start, first).bad, counts.between(series, last, end).bad
        hours = [(60, bad) for bad in counts.bad_by_hour(series, first, last)]
        ageing = [((first - start) // _MINUTE, before), *hours, ((end - last) // _MINUTE, after)]
    if status.slo.composite is not None and (pooled := sum(bad for _, bad in ageing)):
        assert status.bad_ratio is not None
        bad_in_all = status.bad_ratio * status.counts.total
        ageing = [(part, bad_in_all * bad / pooled) for part, bad in ageing]
    return [part for part in ageing if part[0]]


def _date(status: SloStatus, minutes: Fraction | None) -> datetime | None:
    return None if minutes is None else status.at + timedelta(seconds=round(minutes * 60))


def _tier(
    tier: BurnTier,
    slo: Slo,
    at: datetime,
    burns: Mapping[int, Fraction | None],
    firing: Mapping[str, datetime] | None,
) -> TierStatus:
    facts = tier_facts(tier, slo.allowed, slo.window.period(at))
    short, long = burns.get(_minutes(tier.short_window)), burns.get(_minutes(tier.long_window))
    above = short is not None and long is not None and short > facts.rate and long > facts.rate
    return TierStatus(
        tier=tier,
        rate=facts.rate,
        exhausts_in=facts.exhausts_in,
        detects_outage_in=facts.detects_outage_in,
        short_burn=short,
        long_burn=long,
        firing=above if firing is None else tier.name in firing,
        since=None if firing is None else firing.get(tier.name),
    )


def _minutes(span: timedelta) -> int:
    return span // _MINUTE
