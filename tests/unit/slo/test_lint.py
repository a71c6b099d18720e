"""Lint of promises: what can never work is an error, what contradicts itself is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from watchbill.kernel.units import Ratio
from watchbill.slo.model import (
    BurnTier,
    Calendar,
    CalendarUnit,
    Logs,
    Prometheus,
    Push,
    Rolling,
    Sli,
    Slo,
    TierSeverity,
)
from watchbill.slo.rules.lint import lint
from watchbill.slo.rules.measured import why_not_measured

NOW = datetime(2026, 3, 15, tzinfo=UTC)
SLI = Sli("orders", good="status < 500", source=Logs("/var/log/orders.log"))
SLO = Slo("checkout-availability", "checkout", "orders", Ratio.percent("99.9"), runbook="checkout-errors")


def findings(slo: Slo, sli: Sli | None = SLI) -> dict[str, str]:
    """Field to reason; errors are marked."""
    return {one.field: ("error: " if one.is_error else "") + one.reason for one in lint(slo, sli, NOW)}


def test_sound_promise_has_no_findings() -> None:
    """Nothing to say."""
    assert findings(SLO) == {}


def test_tier_that_can_never_fire_is_an_error() -> None:
    """At 90 % a full outage burns 10x: 14.4x is out of reach, 6x is not."""
    found = findings(replace(SLO, target=Ratio.percent("90")))

    assert list(found) == ["burn_rate_alerts[0].burn_rate"]
    assert (
        "error: fast_burn can never fire: at 90 % even a full outage burns only 10x"
        in found["burn_rate_alerts[0].burn_rate"]
    )


def test_tier_that_looks_back_past_the_budget() -> None:
    """3 d in a budget of 1 d."""
    assert (
        "slow_burn looks back"
        in findings(replace(SLO, window=Rolling(timedelta(days=1))))["burn_rate_alerts[2].long_window"]
    )


@pytest.mark.parametrize(
    ("target", "sla", "said"),
    [
        (
            "99.9",
            "99.9",
            "99.9 % is not stricter than the SLA of 99.9 %",
        ),  # SLO < SLA is about promises, not numbers
        ("99.5", "99.9", "99.5 % is not stricter than the SLA of 99.9 %"),
        ("99.9", "99.5", ""),  # 0.4 points
        ("99.9", "99.8", ""),  # 0.1 points
        ("99.9", "99.85", "the margin to the SLA is 0.05 points"),
        ("99.9", "99", "the margin to the SLA is 0.9 points"),
        ("99.95", "99.9", ""),  # 0.05 of 0.1 points: 50 % of the SLA's budget; 99.95 + 0.1 would pass 100
        ("99.99", "99.9", "the margin to the SLA is 90 % of what the SLA allows"),
        ("99.995", "99.99", ""),
    ],
)
def test_margin_to_the_sla(target: str, sla: str, said: str) -> None:
    """0.1 to 0.5 points up to 99.9 %, above it 10 to 50 % of what the SLA allows."""
    found = findings(replace(SLO, target=Ratio.percent(target), sla=Ratio.percent(sla)))

    assert "; ".join(reason for reason in found.values() if "SLA" in reason).startswith(said)
    assert bool(said) == bool(found)


def test_internal_target_is_stricter_than_the_external_one() -> None:
    """Else customers notice first."""
    assert "customers would notice first" in findings(replace(SLO, external_target=Ratio.percent("99.9")))["target"]
    assert findings(replace(SLO, external_target=Ratio.percent("99.5"))) == {}


def test_external_target_below_the_sla() -> None:
    """What is published is not less than what the contract says."""
    slo = replace(SLO, external_target=Ratio.percent("99"), sla=Ratio.percent("99.5"))

    assert findings(slo)["external_target"] == "99 % promises less than the SLA of 99.5 %"


def test_stated_budget_is_compared_with_the_computed_one() -> None:
    """The playbook's template says 0.1 (right) and 40 minutes (28 d x 0.1 % are 40.32)."""
    found = findings(replace(SLO, error_budget_pct=Fraction("0.1"), error_budget_minutes=Fraction(40)))

    assert found == {"error_budget_minutes": "says 40, but 99.9 % over 28d allows 40.32 minutes"}


def test_stated_budget_of_a_calendar_month() -> None:
    """New York's March 2026 has 743 h, of which 0.1 % is 44.58 minutes."""
    month = Calendar(CalendarUnit.MONTH, "America/New_York")

    assert findings(replace(SLO, window=month, error_budget_minutes=Fraction("44.58"))) == {}
    assert (
        "44.58" in findings(replace(SLO, window=month, error_budget_minutes=Fraction("44.64")))["error_budget_minutes"]
    )


def test_wrong_budget_percentage() -> None:
    """Both numbers are named."""
    assert (
        findings(replace(SLO, error_budget_pct=Fraction("0.5")))["error_budget"]
        == "says 0.5 %, but 100 - 99.9 is 0.1 %"
    )


def test_paging_without_a_runbook() -> None:
    """Whoever is woken needs a first step; tickets do not wake anybody."""
    ticket = BurnTier("slow", timedelta(hours=6), timedelta(days=3), TierSeverity.TICKET, burn_rate=Fraction(1))

    assert "fast_burn, medium_burn page somebody" in findings(replace(SLO, runbook=None))["runbook"]
    assert findings(replace(SLO, runbook=None, tiers=(ticket,))) == {}


@pytest.mark.parametrize(
    ("sli", "said"),
    [
        (Sli("s", good="ok", source=Push()), ""),
        (Sli("s", source=Push()), ""),
        (Sli("s", good="ok", source=Logs("x")), ""),
        (Sli("s", source=Logs("x")), "s does not say which events are good"),
        (
            Sli("s", good="ok", source=Prometheus("http://p", total="t", good="g")),
            "",
        ),
        (
            Sli("s", good="ok", source_text="load balancer access logs"),
            "the source of s is prose ('load balancer access logs')",
        ),
        (Sli("s", good="ok"), "s has no source"),
    ],
)
def test_what_nothing_measures_says_why(sli: Sli, said: str) -> None:
    """A source without an adapter, prose, or nothing: each says what to do."""
    assert why_not_measured(sli).startswith(said)
    assert bool(why_not_measured(sli)) == bool(said)


@pytest.mark.parametrize(
    ("slo", "sli", "field"),
    [
        (SLO, None, "sli"),
    ],
)
def test_what_nothing_measures_is_told(slo: Slo, sli: Sli | None, field: str) -> None:
    """Nothing only pretends to be measured."""
    assert list(findings(slo, sli)) == [field]
