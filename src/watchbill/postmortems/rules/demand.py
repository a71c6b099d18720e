"""Whether a spent budget explains itself by the incidents that spent it."""

from collections.abc import Iterable
from fractions import Fraction

__all__ = ["ENOUGH_PCT", "is_explained"]

ENOUGH_PCT = Fraction(50)  # of the whole budget, by all incidents together


def is_explained(shares: Iterable[Fraction | None]) -> bool:
    """Whether incidents took at least half of the budget; what was not measured counts as nothing."""
    return sum((share for share in shares if share is not None), Fraction(0)) >= ENOUGH_PCT
