"""Burn rates and what is left of a budget, in exact fractions. Nothing here rounds; rounding is for eyes."""

from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from watchbill.slo.model import BurnTier, NoData, Verdict

__all__ = ["TierFacts", "burn_rate", "can_fire", "detects_in", "exhausts_in", "remaining_pct", "stands", "tier_bound", "tier_facts"]  # fmt: skip


def burn_rate(bad_ratio: Fraction | None, allowed: Fraction) -> Fraction | None:
    """How many times faster than allowed the budget is spent: observed / allowed (playbook ph. 3: 0.5 % / 0.1 % = 5x)."""
    return None if bad_ratio is None else bad_ratio / allowed


def remaining_pct(bad_ratio: Fraction | None, allowed: Fraction) -> Fraction | None:
    """100 x (1 - bad / allowed bad) over the window; below 0 once more was spent than there was."""
    return None if bad_ratio is None else 100 * (1 - bad_ratio / allowed)


def exhausts_in(rate: Fraction, period: timedelta) -> timedelta:
    """How long a full budget lasts at that rate: period / rate (28 d / 14.4 = 46.7 h, not the playbook's 2 hours)."""
    return _seconds(Fraction(int(period.total_seconds())) / rate)


def detects_in(
    tier: BurnTier, allowed: Fraction, period: timedelta, failing: Fraction = Fraction(1)
) -> timedelta | None:
    """How long after its start a failure of that share shows: long window x rate x allowed / share.

    99.9 %, 14.4x over 1 h: 3600 s x 14.4 x 0.001 / 1 = 51.84 s for a full outage, 172.8 s when 30 % fail.
    None where that failure can never exceed the rate.
    """
    bound = tier_bound(tier, allowed, period)
    if failing <= bound:
        return None
    return _seconds(Fraction(int(tier.long_window.total_seconds())) * bound / failing)


def tier_bound(tier: BurnTier, allowed: Fraction, period: timedelta) -> Fraction:
    """The share of bad events above which a window burns faster than the tier's rate."""
    return tier.rate(period) * allowed


def can_fire(tier: BurnTier, allowed: Fraction, period: timedelta) -> bool:
    """Whether any failure exceeds the rate: even when everything fails, the burn is only 1 / (1 - target)."""
    return tier_bound(tier, allowed, period) < 1


class TierFacts(NamedTuple):
    """What follows from a tier, a promise and its period alone."""

    rate: Fraction
    exhausts_in: timedelta
    detects_outage_in: timedelta | None


@lru_cache(maxsize=4096)
def tier_facts(tier: BurnTier, allowed: Fraction, period: timedelta) -> TierFacts:
    """Rate, exhaustion time and detection time; kept, because every status of every list shows them."""
    rate = tier.rate(period)
    return TierFacts(rate, exhausts_in(rate, period), detects_in(tier, allowed, period))


def stands(short: Verdict, long: Verdict, *, firing: bool, no_data: NoData) -> bool:
    """Whether a tier fires now: both windows strictly above the rate; it resolves when either no longer is.

    A window without any events says nothing: what fired fires on, what did not stays calm. With `ignore` it counts as calm;
    with `bad` the bound itself already counted missing minutes as failed.
    """
    if Verdict.UNKNOWN in {short, long} and no_data is not NoData.IGNORE:
        calm = {short, long} & {Verdict.FEW, Verdict.BELOW, Verdict.EQUAL}
        return firing and not calm
    return short is Verdict.ABOVE and long is Verdict.ABOVE


def _seconds(exact: Fraction) -> timedelta:
    """Rounded to the microsecond, the finest that a timedelta can say."""
    return timedelta(microseconds=round(exact * 1_000_000))
