"""Dependency arithmetic: how available can a service be that fails whenever one of its hard dependencies fails?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from watchbill.kernel.units import Ratio, pct_text

__all__ = ["Promise", "promise"]


@dataclass(frozen=True, slots=True)
class Promise:
    """The own target beside what the hard dependencies allow; None where it is not known."""

    own: Ratio | None
    allowed: Ratio | None
    unknown: tuple[str, ...]

    @property
    def tighter_than_possible(self) -> bool:
        """The service promises more than its dependencies let it keep."""
        return self.own is not None and self.allowed is not None and self.own > self.allowed

    @property
    def sentence(self) -> str:
        """The finding in words."""
        unknown = f"; {', '.join(self.unknown)} promise{'s' if len(self.unknown) == 1 else ''} nothing" * bool(
            self.unknown
        )
        if self.allowed is None:
            return "no hard dependency with a promise limits it" + unknown
        limit = f"its hard dependencies allow at most {pct_text(self.allowed.pct, 4)} %"
        if self.own is None:
            return limit + unknown
        verdict = "more than it can keep" if self.tighter_than_possible else "which they allow"
        return f"it promises {pct_text(self.own.pct, 4)} %, {verdict}: {limit}{unknown}"


def promise(own: Ratio | None, hard: Sequence[str], targets: Mapping[str, Ratio | None]) -> Promise:
    """The serial product over the direct hard dependencies: their own promises already hold what lies behind them."""
    product, known = Fraction(1), False
    unknown = []
    for name in hard:
        target = targets.get(name)
        if target is None:
            unknown.append(name)
        else:
            product, known = product * target.value, True
    return Promise(own, Ratio(product) if known else None, tuple(unknown))
