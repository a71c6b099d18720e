"""Dependency arithmetic, and what a tier stands for."""

import pytest

from watchbill.catalog.model import Tier
from watchbill.catalog.rules.promise import promise
from watchbill.catalog.rules.tiers import TIER_DEFAULTS, TIER_ORDER
from watchbill.kernel.units import Ratio, pct_text


def test_hard_dependencies_multiply() -> None:
    """Two at 99.9 % allow 99.8001 %, exactly; a promise of 99.9 % on them is more than can be kept."""
    targets = {"a": Ratio.percent("99.9"), "b": Ratio.percent("99.9")}

    found = promise(Ratio.percent("99.9"), ["a", "b"], targets)

    assert found.allowed == Ratio.percent("99.8001")
    assert found.tighter_than_possible
    assert found.sentence == "it promises 99.9 %, more than it can keep: its hard dependencies allow at most 99.8001 %"


def test_a_promise_that_equals_the_limit_can_be_kept() -> None:
    """The edge belongs to the promise."""
    found = promise(Ratio.percent("99.9"), ["a"], {"a": Ratio.percent("99.9")})

    assert not found.tighter_than_possible
    assert found.sentence == "it promises 99.9 %, which they allow: its hard dependencies allow at most 99.9 %"


def test_dependencies_that_promise_nothing_are_named_and_not_guessed_at() -> None:
    """Unknown is not 100 %, and not zero."""
    found = promise(None, ["a", "bank"], {"a": Ratio.percent("99.9"), "bank": None})

    assert found.allowed == Ratio.percent("99.9")
    assert found.unknown == ("bank",)
    assert found.sentence == "its hard dependencies allow at most 99.9 %; bank promises nothing"


def test_without_known_dependencies_nothing_limits() -> None:
    """None, because nothing is known."""
    found = promise(Ratio.percent("99.9"), [], {})

    assert found.allowed is None
    assert found.sentence == "no hard dependency with a promise limits it"


@pytest.mark.parametrize(
    ("tier", "target"), [("critical", "99.99"), ("important", "99.95"), ("standard", "99.9"), ("experimental", "99")]
)
def test_each_tier_suggests_a_target(tier: str, target: str) -> None:
    """The playbook's four."""
    assert pct_text(TIER_DEFAULTS[Tier(tier)].suggested_target.pct) == target


def test_more_important_tiers_are_sorted_first_and_escalate_sooner() -> None:
    """In the order of the table."""
    tiers = sorted(TIER_ORDER, key=lambda tier: TIER_ORDER[tier])
    waits = [TIER_DEFAULTS[tier].escalate_after for tier in tiers]

    assert tiers[0] is Tier.CRITICAL
    assert waits == sorted(waits)
