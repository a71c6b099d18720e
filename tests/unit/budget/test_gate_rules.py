"""Gates: what may be done in which state; every cell of the table in `rules/gate.py`, and its edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from watchbill.budget.model import GateAction, GateAsk, GateException, WorkKind
from watchbill.budget.rules.gate import BudgetFacts, House, rule, worst_of
from watchbill.budget.rules.hours import in_business_hours, next_local
from watchbill.budget.rules.states import PLAYBOOK, state_of
from watchbill.catalog.model import Risk
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Organisation, WorkHours

PARIS = Organisation(timezone=ZoneInfo("Europe/Paris"))
WORKDAY = House(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), PARIS)  # Tuesday, 11:00 in Paris
NIGHT = House(datetime(2026, 11, 24, 3, 0, tzinfo=UTC), PARIS)
DEPLOY = GateAsk(GateAction.DEPLOY)
RISKY = replace(DEPLOY, risk=Risk.HIGH)
CAREFUL = GateAsk(GateAction.DEPLOY, WorkKind.RELIABILITY, Risk.LOW, "bob", "roll back to v41")
CHAOS, LAUNCH = GateAsk(GateAction.CHAOS), GateAsk(GateAction.LAUNCH)


def left(percent: str, *, frozen: bool = False) -> BudgetFacts:
    """A budget of which so much is left."""
    remaining = Fraction(percent)
    return BudgetFacts("a", state_of(remaining), frozen, remaining)


UNKNOWN = BudgetFacts("a", None, frozen=False, remaining_pct=None, why_unknown="no event in the window")


@pytest.mark.parametrize(
    ("ask", "budget", "house", "allowed"),
    [
        pytest.param(RISKY, left("50.0000001"), NIGHT, True, id="healthy: anything goes, at night as well"),
        pytest.param(DEPLOY, left("50"), NIGHT, True, id="warning: low risk goes at any time"),
        pytest.param(RISKY, left("50"), NIGHT, False, id="warning: high risk stops at night"),
        pytest.param(RISKY, left("25.0000001"), WORKDAY, True, id="warning: high risk goes in business hours"),
        pytest.param(DEPLOY, left("25"), WORKDAY, False, id="critical: features stop"),
        pytest.param(CAREFUL, left("25"), NIGHT, True, id="critical: approved reliability work with a plan goes"),
        pytest.param(replace(CAREFUL, kind=WorkKind.FEATURE), left("25"), NIGHT, False, id="critical: approval does not help a feature"),
        pytest.param(replace(CAREFUL, approved_by=" "), left("25"), NIGHT, False, id="critical: no approval"),
        pytest.param(replace(CAREFUL, rollback_plan=""), left("25"), NIGHT, False, id="critical: no rollback plan"),
        pytest.param(CAREFUL, left("0.0000001"), NIGHT, True, id="critical reaches down to just above 0"),
        pytest.param(CAREFUL, left("0"), WORKDAY, False, id="exhausted at exactly 0: stop"),
        pytest.param(CAREFUL, left("-48.8"), WORKDAY, False, id="exhausted below 0: stop"),
        pytest.param(CAREFUL, left("5", frozen=True), WORKDAY, False, id="critical and frozen: stop"),
        pytest.param(DEPLOY, left("60", frozen=True), WORKDAY, False, id="frozen wins over any state"),
        pytest.param(CHAOS, left("50.0000001"), NIGHT, True, id="chaos in a healthy budget"),
        pytest.param(CHAOS, left("50"), WORKDAY, False, id="at exactly 50 chaos is refused"),
        pytest.param(CHAOS, UNKNOWN, WORKDAY, False, id="chaos on the unknown is refused"),
        pytest.param(LAUNCH, left("30"), NIGHT, True, id="launch in warning"),
        pytest.param(replace(LAUNCH, risk=Risk.HIGH), left("30"), NIGHT, False, id="risky launch at night in warning"),
        pytest.param(LAUNCH, left("20"), WORKDAY, False, id="no launch on a critical budget"),
        pytest.param(LAUNCH, UNKNOWN, WORKDAY, False, id="no launch of what is not measured"),
        pytest.param(DEPLOY, UNKNOWN, NIGHT, True, id="unknown: low risk as in warning"),
        pytest.param(RISKY, UNKNOWN, NIGHT, False, id="unknown: high risk as in warning"),
    ],
)  # fmt: skip
def test_table(ask: GateAsk, budget: BudgetFacts, house: House, *, allowed: bool) -> None:
    """Each cell of the playbook's table, both sides of each edge."""
    ruling = rule(ask, [budget], PLAYBOOK, house)

    assert (ruling.allowed, ruling.state, ruling.frozen) == (allowed, budget.state, budget.frozen)
    assert ruling.reasons


@pytest.mark.parametrize("exception", list(GateException))
def test_exceptions_pass_a_frozen_budget(exception: GateException) -> None:
    """Security, regulatory and data-loss work goes out whatever is left, with its reason."""
    ask = replace(DEPLOY, exception=exception, reason="CVE-2026-1234")

    ruling = rule(ask, [left("-10", frozen=True)], PLAYBOOK, NIGHT)

    assert ruling.allowed
    assert "CVE-2026-1234" in ruling.reasons[0]


def test_an_exception_needs_a_reason() -> None:
    """Without a word it is refused as input, not as a decision."""
    with pytest.raises(Invalid, match="reason"):
        rule(replace(DEPLOY, exception=GateException.SECURITY), [left("60")], PLAYBOOK, NIGHT)


def test_chaos_has_no_exceptions() -> None:
    """Nobody needs an experiment for security reasons."""
    with pytest.raises(Invalid, match="exception"):
        rule(replace(CHAOS, exception=GateException.SECURITY, reason="because"), [left("60")], PLAYBOOK, NIGHT)


def test_a_policy_may_know_fewer_exceptions() -> None:
    """What a policy's own list does not name is stopped; an empty list leaves the playbook's three."""
    only_security = replace(PLAYBOOK, exceptions=("Security patches always allowed",))
    ask = replace(DEPLOY, exception=GateException.REGULATORY, reason="the regulator's deadline")

    assert not rule(ask, [left("-1")], only_security, NIGHT).allowed
    assert rule(ask, [left("-1")], replace(PLAYBOOK, exceptions=()), NIGHT).allowed


def test_named_sres_alone_may_approve() -> None:
    """Where the house names its SREs, nobody else's approval counts; where it names none, the name is taken as given."""
    named = replace(WORKDAY, sres=frozenset({"ann"}))

    assert not rule(CAREFUL, [left("20")], PLAYBOOK, named).allowed
    assert rule(replace(CAREFUL, approved_by="@ann"), [left("20")], PLAYBOOK, named).allowed
    assert "as given" in " ".join(rule(CAREFUL, [left("20")], PLAYBOOK, WORKDAY).reasons)


def test_the_worst_budget_decides() -> None:
    """Frozen before any state, then the state, then what is left; an unknown one counts like warning."""
    healthy, critical, frozen = left("80"), left("20"), left("60", frozen=True)

    assert worst_of([healthy, critical, UNKNOWN]) is critical
    assert worst_of([healthy, UNKNOWN]) is UNKNOWN
    assert worst_of([critical, frozen]) is frozen
    assert worst_of([left("20"), low := left("10")]) is low
    assert worst_of([]) is None


def test_no_promise() -> None:
    """Without any SLO a deploy goes, an experiment and a launch do not."""
    assert [rule(ask, [], PLAYBOOK, WORKDAY).allowed for ask in (DEPLOY, CHAOS, LAUNCH)] == [True, False, False]


@pytest.mark.parametrize(
    ("local", "works"),
    [
        ("2026-11-24 08:59:59", False),
        ("2026-11-24 09:00:00", True),
        ("2026-11-24 17:59:59", True),
        ("2026-11-24 18:00:00", False),
        ("2026-11-28 12:00:00", False),  # Saturday
        ("2026-12-25 12:00:00", False),  # a holiday, on a Friday
    ],
)
def test_business_hours(local: str, *, works: bool) -> None:
    """Half-open on the house's wall clock, on its days, never on holidays."""
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Paris")).astimezone(UTC)

    assert in_business_hours(at, PARIS, {date(2026, 12, 25)}) is works


def test_hours_over_midnight_belong_to_the_day_they_began_on() -> None:
    """22:00 to 06:00 on Fridays reaches into Saturday."""
    house = Organisation(business_hours=WorkHours(time(22), time(6), ("fri",)))
    moments = ("2026-11-27T23:00+00:00", "2026-11-28T05:59+00:00", "2026-11-28T06:00+00:00", "2026-11-27T05:00+00:00")

    assert [in_business_hours(datetime.fromisoformat(at), house, ()) for at in moments] == [True, True, False, False]


def test_next_local_time_over_a_clock_change() -> None:
    """Paris puts its clocks back on 25 October 2026: 09:00 is 25 hours after 09:00."""
    before = datetime(2026, 10, 24, 7, 0, tzinfo=UTC)  # 09:00 in Paris

    assert next_local(before, time(9), PARIS) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
