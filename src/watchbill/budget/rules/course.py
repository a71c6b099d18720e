"""A budget's states and freezes over history, from rows of Verdicts: what the live engine would have remembered."""

from collections.abc import Sequence
from itertools import product

from watchbill.budget.model import BudgetPolicy, BudgetState
from watchbill.budget.rules.states import state_at
from watchbill.slo.model import Verdict
from watchbill.slo.rules.replay import Spans, latched, overlaid

__all__ = ["frozen_spans", "spans_of", "states"]

_KNOWN = (Verdict.UNKNOWN, Verdict.BELOW, Verdict.EQUAL, Verdict.ABOVE)  # all that an edge of a whole window can say
_PACK = bytes(_KNOWN.index(Verdict(code)) if code in _KNOWN else 0 for code in range(256))
_BITS = 2
_CALM, _STARTS, _HOLDS = 0, 1, 2


def states(edges: Sequence[bytes], policy: BudgetPolicy) -> bytes:
    """One byte a minute: 0 where nothing was known, else 1 + the position of the state in BudgetState.

    `edges` are rows as `edges_of(policy)` orders them.
    """
    lows = edges[: len(policy.states) - 1]
    packed = 0
    for row in lows:
        packed = (packed << _BITS) | int.from_bytes(row.translate(_PACK), "big")
    table = bytearray(256)
    for verdicts in product(range(len(_KNOWN)), repeat=len(lows)):
        code = 0
        for one in verdicts:
            code = (code << _BITS) | one
        state = state_at([_KNOWN[one] for one in verdicts], policy)
        table[code] = 0 if state is None else 1 + list(BudgetState).index(state)
    return packed.to_bytes(len(edges[0]), "big").translate(bytes(table))


def frozen_spans(edges: Sequence[bytes], enough: bytes) -> Spans:
    """When deploys would have been frozen: from nothing left (where the window held enough) until 10 % were back."""
    *_, freeze, thaw = edges
    return latched(overlaid(_where(freeze, enough), thaw), lambda pair: _decided(*pair))


def spans_of(state: BudgetState, row: bytes) -> Spans:
    """When the budget was in that state, from a row of `states`."""
    code = 1 + list(BudgetState).index(state)
    found: Spans = []
    begin = row.find(code)
    while begin >= 0:
        rest = row[begin:]
        length = len(rest) - len(rest.lstrip(bytes([code])))
        found.append((begin, begin + length))
        begin = row.find(code, begin + length)
    return found


def _where(freeze: bytes, enough: bytes) -> bytes:
    """The freeze row, with BELOW where the window held too few events to freeze anything."""
    table = bytearray(256)
    for many, verdict in product(Verdict, Verdict):
        known = many not in {Verdict.FEW, Verdict.UNKNOWN} or verdict is Verdict.UNKNOWN
        table[many << 3 | verdict] = verdict if known else Verdict.BELOW
    return overlaid(enough, freeze).translate(bytes(table))


def _decided(freeze: Verdict, thaw: Verdict) -> int:
    if Verdict.UNKNOWN in {freeze, thaw}:
        return _HOLDS
    if freeze in {Verdict.EQUAL, Verdict.ABOVE}:
        return _STARTS
    return _CALM if thaw in {Verdict.BELOW, Verdict.EQUAL} else _HOLDS
