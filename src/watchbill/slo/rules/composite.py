"""How the parts of a composite make the whole, over one window. The one rule, written down; OpenSLO's text allows three.

Over a window each part's bad ratio is taken from its own counts (never averaged from shorter steps). A part of which nothing
is known in that window is left out, or counts as failed where the composite says `no_data: bad`. Then

    weighted   sum(weight x bad ratio) / sum(weight)      checkout 3, search 1: 0.2 % and 1 % make (3 x 0.2 + 1) / 4 = 0.4 %
    worst_of   the largest bad ratio                       the same two make 1 %
"""

from collections.abc import Sequence
from fractions import Fraction

from watchbill.slo.model import Composite, NoData, WindowSum

__all__ = ["composed"]


def composed(composite: Composite, parts: Sequence[WindowSum], no_data: NoData) -> WindowSum:
    """The whole over a window: events of all parts added up, and the bad ratio that the rule gives."""
    ratios = [(part.weight, found.bad_ratio(no_data)) for part, found in zip(composite.parts, parts, strict=True)]
    return WindowSum(
        minutes=max(one.minutes for one in parts),
        good=sum(one.good for one in parts),
        total=sum(one.total for one in parts),
        covered=min(one.covered for one in parts),
        missing=max(one.missing for one in parts),
        ruled=_ruled(composite.rule, [(weight, ratio) for weight, ratio in ratios if ratio is not None]),
    )


def _ruled(rule: str, known: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    if not known:
        return None
    if rule == "worst_of":
        return max(ratio for _, ratio in known)
    return sum((weight * ratio for weight, ratio in known), Fraction(0)) / sum(weight for weight, _ in known)
