"""Compares window sums with bounds: whole numbers only, so that an edge is an edge, thousands at a time."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from watchbill.slo.model import Verdict

__all__ = ["Than", "judge"]

Numbers = NDArray[np.int64]
_SAFE = 1 << 62  # products below this are exact in int64
_BIG = 1 << 40  # events; beyond that, products with minutes could leave 64 bits
_HUGE = 1 << 53  # a numerator or denominator beyond that is compared one by one


class Than:
    """Bounds as arrays, or one bound for a whole series: the fraction to compare with, and what guards it."""

    def __init__(self, than: list[Fraction], least: list[int], *, strict: list[bool]) -> None:
        self.fractions = than
        parts = [(one.numerator, one.denominator) for one in than]
        # A fraction too fine for 64 bits makes `factor` large, and with that every comparison an exact one.
        self.factor = max((max(pair) for pair in parts), default=1)
        fits = self.factor < _HUGE
        self.numerator: Numbers = np.array([one for one, _ in parts] if fits else [0] * len(parts), np.int64)
        self.denominator: Numbers = np.array([one for _, one in parts] if fits else [0] * len(parts), np.int64)
        self.least: Numbers | None = np.array(least, np.int64) if any(least) else None
        self.strict: NDArray[np.bool_] | None = np.array(strict, np.bool_) if any(strict) else None


def judge(than: Than, good: Numbers, total: Numbers, missing: Numbers | None, covered: Numbers | None) -> bytes:
    """One Verdict for each pair of good and total. `missing` (with `covered`) only where a bound of `than` is strict.

    `than` holds one bound for each pair, or a single one for all.
    """
    part, whole = total - good, total
    if missing is not None and covered is not None:
        part, whole = _with_missing(part, total, missing, covered)
    most = int(whole.max(initial=0))
    if most * than.factor < _SAFE and int(total.max(initial=0)) < _BIG:
        left, right = part * than.denominator, whole * than.numerator
        verdict = (left > right).astype(np.uint8)
        verdict -= left < right
        verdict += np.uint8(Verdict.EQUAL)
    else:
        verdict = _exactly(than, good, total, missing, covered)
    if than.least is not None:
        few = total < than.least
        if missing is not None:
            few &= missing == 0
        verdict[few] = Verdict.FEW
    verdict[whole == 0] = Verdict.UNKNOWN
    return verdict.tobytes()


def _with_missing(bad: Numbers, total: Numbers, missing: Numbers, covered: Numbers) -> tuple[Numbers, Numbers]:
    """(bad*covered + missing*total) / (total*(covered+missing)): missing minutes as failing ones of mean traffic."""
    gone = missing > 0
    empty = gone & (total == 0)
    part = np.where(empty, 1, np.where(gone, bad * covered + missing * total, bad))
    whole = np.where(empty, 1, np.where(gone, total * (covered + missing), total))
    return part, whole


def _exactly(
    than: Than, good: Numbers, total: Numbers, missing: Numbers | None, covered: Numbers | None
) -> NDArray[np.uint8]:
    """Whole numbers without bound, for counts whose products leave 64 bits."""
    count = len(total)
    bounds = than.fractions if len(than.fractions) == count else than.fractions * count
    gone = [0] * count if missing is None else missing.tolist()
    known = [0] * count if covered is None else covered.tolist()
    verdicts = np.empty(count, np.uint8)
    for at, (bound, ok, whole, lost, seen) in enumerate(
        zip(bounds, good.tolist(), total.tolist(), gone, known, strict=True)
    ):
        bad = whole - ok
        ratio = Fraction(1) if lost and not whole else Fraction(0)
        if whole:
            ratio = Fraction(bad * seen + lost * whole, whole * (seen + lost)) if lost else Fraction(bad, whole)
        verdicts[at] = Verdict.EQUAL + (ratio > bound) - (ratio < bound)
    return verdicts
