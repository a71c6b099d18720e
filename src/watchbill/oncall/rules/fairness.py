"""How evenly a load is spread over people who were expected to carry it."""

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt

from watchbill.oncall.model.health import HourClass, Share
from watchbill.oncall.rules.bands import evenness

__all__ = ["WEIGHTS", "burden", "by_expectation", "share"]

# What an interruption costs a person, by the hour at which it comes.
WEIGHTS = {HourClass.BUSINESS: Fraction(1), HourClass.OFF: Fraction(3, 2), HourClass.SLEEP: Fraction(2)}
_PAIR = 2


def burden(business: int, off: int, sleep: int) -> Fraction:
    """Interruptions weighted by the hour: 1 at work, 1.5 in free time, 2 at night."""
    weights = WEIGHTS
    return weights[HourClass.BUSINESS] * business + weights[HourClass.OFF] * off + weights[HourClass.SLEEP] * sleep


def by_expectation(loads: Sequence[Fraction], available: Sequence[Fraction]) -> list[Fraction]:
    """Loads divided by the share that was expected of each, so that whoever was there half the time is expected half.

    `available` is the part of the period in which each was there; nobody with a part of 0 may be among them.
    """
    whole = sum(available, Fraction(0))
    return [load * whole / (len(loads) * there) for load, there in zip(loads, available, strict=True)]


def share(loads: Sequence[Fraction]) -> Share:
    """Gini x n/(n-1) (else five people cannot exceed 0.8), variation over the population, and the largest share.

    With all zeros nothing is uneven: Gini and variation are 0 and nobody has a largest share. Fewer than two people
    cannot be compared.
    """
    count, total = len(loads), sum(loads, Fraction(0))
    if count < _PAIR:
        return Share(None, None, None, None)
    if not total:
        return Share(Fraction(0), 0.0, None, evenness(Fraction(0)))
    ranked = sorted(loads)
    # sum over all pairs |x - y| / (2 n^2 mean), by ranks: 2*sum(i*x_i)/(n*total) - (n+1)/n
    plain = 2 * sum((place * load for place, load in enumerate(ranked, 1)), Fraction(0)) / (count * total)
    gini = (plain - Fraction(count + 1, count)) * Fraction(count, count - 1)
    mean = total / count
    spread = sum(((load - mean) ** 2 for load in loads), Fraction(0)) / count
    return Share(gini, sqrt(spread) / float(mean), ranked[-1] / total, evenness(gini))
