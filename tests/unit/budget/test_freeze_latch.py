"""The freeze: set at <= 0, cleared at >= 10, else as it was."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.budget.model import BudgetStanding, BudgetState
from watchbill.budget.rules.states import PLAYBOOK, edges_of, next_standing, state_at, state_of
from watchbill.slo.model import Verdict

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EDGES = edges_of(PLAYBOOK)


def verdicts(left: Fraction) -> tuple[Verdict, ...]:
    """What the counts say when so much is left: the spent share is below the edge's where more is left."""
    return tuple(Verdict.BELOW if left > edge else Verdict.EQUAL if left == edge else Verdict.ABOVE for edge in EDGES)


def step(old: BudgetStanding, left: Fraction, *, may_freeze: bool = True, at: datetime = AT) -> BudgetStanding:
    """One live tick."""
    return next_standing(old, state_of(left), verdicts(left), may_freeze=may_freeze, at=at)


def standing(*, frozen: bool) -> BudgetStanding:
    """A budget that was healthy, or one that is frozen."""
    state = BudgetState.EXHAUSTED if frozen else BudgetState.HEALTHY
    return BudgetStanding("s", state, AT - timedelta(days=1), frozen, AT - timedelta(days=1) if frozen else None)


def test_edges_of_the_playbook() -> None:
    """50, 25 and 0 for the states, 0 for the freeze, 10 for the thaw."""
    assert tuple(Fraction(edge) for edge in (50, 25, 0, 0, 10)) == EDGES


@pytest.mark.parametrize(
    ("frozen", "left", "then"),
    [
        (False, "0.0000001", False),
        (False, "0", True),
        (False, "-5", True),
        (False, "5", False),
        (True, "-5", True),
        (True, "5", True),  # critical and frozen
        (True, "9.9999999", True),
        (True, "10", False),
        (True, "60", False),
    ],
)
def test_latch(*, frozen: bool, left: str, then: bool) -> None:
    """Exact edges at 0 and 10 %."""
    assert step(standing(frozen=frozen), Fraction(left)).frozen is then


def test_five_percent_after_exhaustion_is_critical_and_frozen() -> None:
    """The state follows the number, the flag stays beside it."""
    after = step(standing(frozen=True), Fraction(5))

    assert (after.state, after.frozen) == (BudgetState.CRITICAL, True)
    assert after.frozen_since == AT - timedelta(days=1)
    assert after.state_since == AT


def test_nothing_freezes_while_it_may_not() -> None:
    """Below min_events, or while history is read, the state moves and the flag does not."""
    after = step(standing(frozen=False), Fraction(-5), may_freeze=False)

    assert (after.state, after.frozen) == (BudgetState.EXHAUSTED, False)


def test_thaw_needs_no_permission() -> None:
    """What is back is back."""
    assert not step(standing(frozen=True), Fraction(60), may_freeze=False).frozen


def test_unknown_budgets_have_no_state() -> None:
    """No events say nothing."""
    assert state_at([Verdict.UNKNOWN] * 5, PLAYBOOK) is None


def test_calm_tick_changes_nothing() -> None:
    """The same object comes back, so that nothing is written."""
    calm = standing(frozen=False)

    assert step(calm, Fraction(80)) == calm


@given(st.fractions(-200, 100))
def test_verdicts_say_the_same_state_as_the_number(left: Fraction) -> None:
    """Comparing at the edges and computing the percentage agree everywhere."""
    assert state_at(verdicts(left), PLAYBOOK) is state_of(left)


@given(st.lists(st.fractions(-50, 60, max_denominator=10), min_size=1, max_size=40))
def test_freeze_lasts_exactly_from_zero_to_ten(path: list[Fraction]) -> None:
    """Whatever the path: frozen if and only if since the last value <= 0 none was >= 10."""
    now = standing(frozen=False)
    for left in path:
        now = step(now, left)

    last_spent = max((number for number, left in enumerate(path) if left <= 0), default=None)
    expected = last_spent is not None and all(left < 10 for left in path[last_spent:])
    assert now.frozen is expected
