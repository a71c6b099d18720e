"""Shares and counts as people say them."""

from fractions import Fraction

from watchbill.kernel.units import pct_text

__all__ = ["counted", "in_counts", "percent", "times"]

NBSP = "\u00a0"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# A count may be off by this share of itself: 3 in 10 says 31 % well enough, 2 in 100 does not say 1.5 %.
_SLACK = Fraction(1, 20)
_CLOSE = Fraction(1, 50)


def in_counts(share: Fraction) -> str:
    """A share in human counts: `15 in 1,000`, `1 in 3`, `half of all`, `all`. Shares below one in a million are `almost none`."""
    if share <= 0:
        return "none"
    if share >= 1:
        return "all"
    if share < Fraction(1, 1_000_000):
        return "almost none"
    if share > Fraction(199, 200):
        return "nearly all"
    if abs(share - Fraction(1, 2)) <= _CLOSE / 2:
        return "half of all"
    for whole in range(3, 10):
        if abs(share - Fraction(1, whole)) <= share * _CLOSE:
            return f"1{NBSP}in{NBSP}{whole}"
    for whole in (10**power for power in range(1, 8)):
        part = round(share * whole)
        if part and abs(Fraction(part, whole) - share) <= share * _SLACK:
            return f"{part:,}{NBSP}in{NBSP}{whole:,}"
    return "almost none"


def counted(count: int, one: str, many: str = "") -> str:
    """`one promise`, `12 promises`: small numbers in words, with the right form of the noun."""
    number = _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"
    return f"{number}{NBSP}{one if count == 1 else many or one + 's'}"


def percent(value: float | Fraction | None, digits: int = 1) -> str:
    """A percentage for people; what is not known is a dash. Values near an edge keep more digits in the tables."""
    if value is None:
        return "–"
    return f"{pct_text(Fraction(value) if isinstance(value, Fraction) else Fraction(str(value)), digits)}{NBSP}%"


def times(rate: float | None) -> str:
    """A burn rate: `14.4×`, `0.03×`; what is not known is a dash."""
    if rate is None:
        return "–"
    digits = 0 if rate >= 100 else 1 if rate >= 1 else 2  # noqa: PLR2004 - three digits are enough to judge a rate
    return f"{rate:,.{digits}f}×"
