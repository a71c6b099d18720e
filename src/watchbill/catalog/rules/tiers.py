"""What a tier stands for, as one literal table: the defaults that other domains read."""

from dataclasses import dataclass
from datetime import timedelta

from watchbill.catalog.model import Tier
from watchbill.kernel.units import Ratio

__all__ = ["TIER_DEFAULTS", "TIER_ORDER", "TierDefaults"]


@dataclass(frozen=True, slots=True)
class TierDefaults:
    """What a service of the tier gets where nobody said otherwise."""

    suggested_target: Ratio
    review_cadence: str
    escalate_after: timedelta  # the wait between escalation steps
    meaning: str


# Targets: tier defaults of the target guide (playbook ph. 2); four nines are for payments and auth.
TIER_DEFAULTS: dict[Tier, TierDefaults] = {
    Tier.CRITICAL: TierDefaults(
        Ratio.percent("99.99"), "monthly", timedelta(minutes=5), "customers cannot use the product without it"
    ),
    Tier.IMPORTANT: TierDefaults(
        Ratio.percent("99.95"), "monthly", timedelta(minutes=10), "customers notice within minutes"
    ),
    Tier.STANDARD: TierDefaults(
        Ratio.percent("99.9"), "quarterly", timedelta(minutes=15), "a usual production service"
    ),
    Tier.EXPERIMENTAL: TierDefaults(
        Ratio.percent("99"), "quarterly", timedelta(minutes=30), "internal tools and things that are tried out"
    ),
}
# Most important first: how lists are sorted.
TIER_ORDER: dict[Tier, int] = {tier: place for place, tier in enumerate(TIER_DEFAULTS)}
