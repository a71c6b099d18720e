"""Policy conditions, parsed: `remaining_budget 25-50%` becomes 25 < remaining <= 50; gaps and overlaps are faults."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from watchbill.budget.model import BudgetRange, BudgetState, StatePolicy
from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import pct_text

__all__ = ["parse_condition", "parse_conditions"]

_NUMBER = r"(-?\d{1,6}(?:\.\d{1,9})?)\s*%?"
_NAME = r"(?:remaining_budget|budget_remaining|remaining_budget_pct|budget_remaining_pct|remaining)"
_ONE_SIDED = re.compile(rf"{_NAME}\s*(<=|>=|<|>)\s*{_NUMBER}")
_SPAN = re.compile(rf"{_NAME}\s*:?\s*{_NUMBER}\s*(?:-|–|\.\.|to)\s*{_NUMBER}")
_TWO_SIDED = re.compile(rf"{_NUMBER}\s*(<=|<)\s*{_NAME}\s*(<=|<)\s*{_NUMBER}")
_HINT = 'write "remaining_budget > 50%", "remaining_budget 25-50%" or "25 < remaining_budget <= 50"'


def parse_condition(text: str, *, field: str = "condition") -> BudgetRange:
    """One condition. A span `A-B` owns its upper end and not its lower one: 50.000 % is warning, 25 % critical, 0 exhausted."""
    said = " ".join(text.split())
    if found := _ONE_SIDED.fullmatch(said):
        sign, edge = found[1], Fraction(found[2])
        if sign.startswith(">"):
            return BudgetRange(low=edge, low_closed=sign == ">=")
        return BudgetRange(high=edge, high_closed=sign == "<=")
    if found := _TWO_SIDED.fullmatch(said):
        low, high = Fraction(found[1]), Fraction(found[4])
        made = BudgetRange(low, high, low_closed=found[2] == "<=", high_closed=found[3] == "<=")
    elif found := _SPAN.fullmatch(said):
        made = BudgetRange(Fraction(found[1]), Fraction(found[2]), high_closed=True)
    else:
        raise Invalid(field, f"{text!r} does not say which part of the budget is left", hint=_HINT)
    if made.low is not None and made.high is not None and made.low >= made.high:
        raise Invalid(field, f"{text!r} is empty: {pct_text(made.low)} is not below {pct_text(made.high)}", hint=_HINT)
    return made


def parse_conditions(
    states: Mapping[str, tuple[str, Sequence[str]]], *, field: str = "budget_states"
) -> tuple[StatePolicy, ...]:
    """The four states with their (condition, actions), parsed, from healthy down to exhausted.

    Together they must hold every number exactly once; the first fault raises Invalid with the state's field.
    """
    for name in states:
        if name not in set(BudgetState):
            close = near(name, [str(state) for state in BudgetState])
            raise Invalid(f"{field}.{name}", "is no budget state", hint=f"did you mean {close}?" if close else "")
    parsed = []
    for state in BudgetState:
        if state not in states:
            raise Invalid(field, f"has no {state}", hint="write healthy, warning, critical and exhausted")
        condition, actions = states[state]
        spot = f"{field}.{state}.condition"
        parsed.append(StatePolicy(state, condition, parse_condition(condition, field=spot), tuple(actions)))
    _check_ends(parsed, field)
    for upper, lower in itertools.pairwise(parsed):
        _check_border(upper, lower, field)
    return tuple(parsed)


def _check_ends(parsed: list[StatePolicy], field: str) -> None:
    """The first state reaches up to 100 %, the last one down without end."""
    first, last = parsed[0], parsed[-1]
    if first.range.high is not None:
        if not (first.range.high > 100 or (first.range.high == 100 and first.range.high_closed)):  # noqa: PLR2004 - percent
            raise Invalid(
                f"{field}.{first.state}.condition",
                f"{first.condition!r} leaves a gap above {pct_text(first.range.high)} %",
                hint='write "remaining_budget > 50%"',
            )
        parsed[0] = replace(first, range=replace(first.range, high=None, high_closed=False))
    if last.range.low is not None:
        raise Invalid(
            f"{field}.{last.state}.condition",
            f"{last.condition!r} leaves a gap at and below {pct_text(last.range.low)} %; budgets go below zero",
            hint='write "remaining_budget <= 0"',
        )


def _check_border(upper: StatePolicy, lower: StatePolicy, field: str) -> None:
    """Where two states meet, the edge belongs to exactly one of them."""
    low, high = upper.range.low, lower.range.high
    spot = f"{field}.{lower.state}.condition"
    both = f"{upper.state} ({upper.condition!r}) and {lower.state} ({lower.condition!r})"
    if low is None or high is None or high > low:
        edge = "" if low is None or high is None else f" between {pct_text(low)} % and {pct_text(high)} %"
        raise Invalid(spot, f"{both} overlap{edge}", hint=_HINT)
    if high < low:
        raise Invalid(spot, f"nothing is said between {pct_text(high)} % and {pct_text(low)} %: {both}", hint=_HINT)
    if upper.range.low_closed and lower.range.high_closed:
        raise Invalid(
            spot, f"{both} both claim exactly {pct_text(low)} %", hint=f"write > {pct_text(low)}% for {upper.state}"
        )
    if not upper.range.low_closed and not lower.range.high_closed:
        raise Invalid(spot, f"{both} leave exactly {pct_text(low)} % to nobody", hint=f"write <= {pct_text(low)}%")
