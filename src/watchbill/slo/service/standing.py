"""How one promise stands at a moment: counts over its windows, burn rates, tiers and trust in the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.instants import floor_minute
from watchbill.slo.model import (
    BurnTier,
    DataStatus,
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

__all__ = ["BURN_WINDOWS", "RECENT_MINUTES", "Standing", "glance", "judge", "nothing_known"]

# Command contract: the burn rates that every answer shows (`rules.plan.SHOWN_MINUTES` keeps them ready).
BURN_WINDOWS: Mapping[str, int] = {"1h": 60, "6h": 360, "24h": 1440}
RECENT_MINUTES = 5  # what "now" means in sentences
_MINUTE = timedelta(minutes=1)


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
