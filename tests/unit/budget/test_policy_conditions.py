"""Policy conditions become ranges that hold every number exactly once."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.budget.model import BudgetPolicy, BudgetState
from watchbill.budget.rules.conditions import parse_condition, parse_conditions
from watchbill.budget.rules.states import PLAYBOOK, state_of
from watchbill.kernel.errors import Invalid

TEMPLATE = {
    "healthy": "remaining_budget > 50%",
    "warning": "remaining_budget 25-50%",
    "critical": "remaining_budget 0-25%",
    "exhausted": "remaining_budget <= 0",
}


def policy(**changed: str) -> BudgetPolicy:
    """The playbook's template with other conditions."""
    return BudgetPolicy("p", parse_conditions({state: (text, []) for state, text in (TEMPLATE | changed).items()}))


@pytest.mark.parametrize(
    ("left", "state"),
    [
        ("100", "healthy"),
        ("50.0000000001", "healthy"),
        ("50", "warning"),
        ("25.0000000001", "warning"),
        ("25", "critical"),
        ("0.0000000001", "critical"),
        ("0", "exhausted"),
        ("-48.8", "exhausted"),
    ],
)
def test_template_owns_its_edges(left: str, state: str) -> None:
    """Healthy > 50; warning > 25 to 50; critical > 0 to 25; exhausted <= 0; unrounded."""
    assert state_of(Fraction(left), policy()) == state_of(Fraction(left)) == BudgetState(state)


def test_exact_edge_where_floats_err() -> None:
    """500 bad of 1,000,000 at 99.9 % leave exactly 50 %: warning; one event less is healthy."""
    allowed = Fraction(1, 1000)

    assert state_of(100 * (1 - Fraction(500, 1_000_000) / allowed)) is BudgetState.WARNING
    assert state_of(100 * (1 - Fraction(499, 1_000_000) / allowed)) is BudgetState.HEALTHY


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("remaining_budget > 50%", "50.1", "50"),
        ("remaining_budget >= 50 %", "50", "49.9"),
        ("remaining_budget<=0", "0", "0.1"),
        ("remaining_budget < 0%", "-0.1", "0"),
        ("remaining_budget 25-50%", "50", "25"),
        ("remaining_budget 25% - 50%", "25.1", "50.1"),
        ("remaining_budget 25..50", "50", "25"),
        ("remaining_budget: 25 to 50%", "50", "25"),
        ("remaining_budget  0.5–12.5 %", "12.5", "0.5"),
        ("25 < remaining_budget <= 50", "50", "25"),
        ("25% <= budget_remaining_pct < 50%", "25", "50"),
    ],
)
def test_ways_to_write_a_condition(text: str, inside: str, outside: str) -> None:
    """One-sided, a span, two-sided; spaces and signs of percent are free."""
    found = parse_condition(text)

    assert Fraction(inside) in found
    assert Fraction(outside) not in found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plenty",
        "remaining_budget",
        "remaining_budget = 5",
        "50-25",
        "remaining_budget 50-25%",
        "remaining_budget > fifty",
    ],
)
def test_other_words_are_refused(text: str) -> None:
    """What cannot be read, or is empty, is never taken as prose."""
    with pytest.raises(Invalid, match="condition"):
        parse_condition(text)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"healthy": "remaining_budget > 60%"}, r"nothing is said between 50 % and 60 %"),
        ({"healthy": "remaining_budget > 40%"}, r"overlap between 40 % and 50 %"),
        ({"healthy": "remaining_budget >= 50%"}, r"both claim exactly 50 %"),
        ({"exhausted": "remaining_budget < 0"}, r"leave exactly 0 % to nobody"),
        ({"exhausted": "remaining_budget -20-0%"}, r"budgets go below zero"),
        ({"healthy": "remaining_budget 50-90%"}, r"leaves a gap above 90 %"),
        ({"warning": "remaining_budget > 25%"}, r"overlap"),
        ({"critical": "remaining_budget <= 25%"}, r"overlap"),
    ],
)
def test_overlaps_and_gaps_are_faults(changed: dict[str, str], said: str) -> None:
    """Each number belongs to exactly one state, and the fault names both."""
    with pytest.raises(Invalid, match=said):
        policy(**changed)


def test_up_to_100_is_open_above() -> None:
    """`50-100%` means healthy, also where more than 100 could be left."""
    assert state_of(Fraction(101), policy(healthy="remaining_budget 50-100%")) is BudgetState.HEALTHY


def test_missing_and_misspelt_states() -> None:
    """All four, spelt right."""
    with pytest.raises(Invalid, match="has no exhausted"):
        parse_conditions(
            {
                "healthy": ("remaining_budget > 50%", []),
                "warning": ("remaining_budget 25-50%", []),
                "critical": ("remaining_budget 0-25%", []),
            }
        )
    with pytest.raises(Invalid, match="did you mean exhausted"):
        parse_conditions({"exausted": ("remaining_budget <= 0", [])})


def test_actions_come_along() -> None:
    """Every state of the playbook's policy says what to do."""
    assert [one.state for one in PLAYBOOK.states] == list(BudgetState)
    assert all(one.actions for one in PLAYBOOK.states)


cuts = st.lists(st.fractions(-50, 100, max_denominator=1000), min_size=3, max_size=3, unique=True).map(
    lambda found: sorted(found, reverse=True)
)


@given(cuts, st.fractions(-1000, 1000))
def test_every_number_has_exactly_one_state(edges: list[Fraction], left: Fraction) -> None:
    """For any three edges, a parsed policy holds each number once."""
    high, middle, low = (f"{float(edge):.6f}" for edge in edges)
    if len({high, middle, low}) < 3 or float(high) <= float(middle) or float(middle) <= float(low):
        return
    made = policy(
        healthy=f"remaining_budget > {high}%",
        warning=f"{middle} < remaining_budget <= {high}",
        critical=f"remaining_budget {low}-{middle}%"
        if not low.startswith("-")
        else f"{low} < remaining_budget <= {middle}",
        exhausted=f"remaining_budget <= {low}",
    )

    assert sum(left in one.range for one in made.states) == 1
