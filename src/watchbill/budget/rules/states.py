"""Budget states and the freeze: which state a number is in, and what a tick does to what is remembered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from watchbill.budget.model import BudgetPolicy, BudgetStanding, BudgetState
from watchbill.budget.rules.conditions import parse_conditions
from watchbill.slo.model import Verdict
from watchbill.slo.rules.forecast import THAW_PCT

__all__ = ["FREEZE_PCT", "PLAYBOOK", "THAW_PCT", "edges_of", "next_standing", "state_at", "state_of"]

FREEZE_PCT = Fraction(0)

# playbook ph. 3, error budget policy: stands for every service that has none of its own.
PLAYBOOK = BudgetPolicy(
    name="playbook",
    states=parse_conditions(
        {
            "healthy": (
                "remaining_budget > 50%",
                ["Ship at normal pace", "Features come first", "Chaos experiments may run"],
            ),
            "warning": (
                "remaining_budget 25-50%",
                [
                    "Watch the dashboards more closely",
                    "Look through the latest changes for risk",
                    "Deploy what is risky in business hours only",
                    "Run no chaos experiments",
                ],
            ),
            "critical": (
                "remaining_budget 0-25%",
                [
                    "Freeze features: reliability work only",
                    "Have an SRE approve every deploy",
                    "Write a rollback plan for every change",
                    "Review the budget daily",
                ],
            ),
            "exhausted": (
                "remaining_budget <= 0",
                [
                    "Deploy nothing",
                    "Put all engineering on reliability",
                    "Tell the VP of engineering",
                    "Write a postmortem on how the budget was spent",
                    "Keep the freeze until 10% of the budget is back",
                ],
            ),
        }
    ),
    exceptions=("Security patches", "Regulatory changes", "Preventing data loss"),
    reset="The rolling window gives budget back; nobody resets it by hand",
)


def state_of(remaining_pct: Fraction, policy: BudgetPolicy = PLAYBOOK) -> BudgetState:
    """The state by the number alone, unrounded: 50 is warning, 25 critical, 0 and below exhausted."""
    return next(one.state for one in policy.states if remaining_pct in one.range)


def edges_of(policy: BudgetPolicy) -> tuple[Fraction, ...]:
    """What a tick compares the remaining percentage with: the lower edges of the first three states, freeze and thaw."""
    lows = [one.range.low for one in policy.states[:-1]]
    assert all(low is not None for low in lows), "parse_conditions lets only the last state be open below"
    return (*(low for low in lows if low is not None), FREEZE_PCT, THAW_PCT)


def state_at(verdicts: Sequence[Verdict], policy: BudgetPolicy) -> BudgetState | None:
    """The state from a tick's verdicts at `edges_of`; None where nothing is known."""
    if Verdict.UNKNOWN in verdicts:
        return None
    for one, verdict in zip(policy.states[:-1], verdicts, strict=False):
        # The verdict compares what was spent: BELOW the edge's share means that more than the edge is left.
        if verdict is Verdict.BELOW or (verdict is Verdict.EQUAL and one.range.low_closed):
            return one.state
    return policy.states[-1].state


def next_standing(
    old: BudgetStanding, state: BudgetState, verdicts: Sequence[Verdict], *, may_freeze: bool, at: datetime
) -> BudgetStanding:
    """What is remembered after a tick: frozen at <= 0 (where enough is known), thawed at >= 10, else as it was."""
    *_, freeze, thaw = verdicts
    new = old if state is old.state else replace(old, state=state, state_since=at)
    if old.frozen and thaw in {Verdict.BELOW, Verdict.EQUAL}:
        return replace(new, frozen=False, frozen_since=None)
    if not old.frozen and may_freeze and freeze in {Verdict.EQUAL, Verdict.ABOVE}:
        return replace(new, frozen=True, frozen_since=at)
    return new
