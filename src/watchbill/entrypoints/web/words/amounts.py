"""Counts, percentages and rates as people read them."""

from fractions import Fraction

from watchbill.kernel.units import pct_text

__all__ = ["counted", "in_words", "percent", "times"]

NBSP = "\u00a0"
_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def counted(count: int, one: str, many: str = "") -> str:
    """`one promise`, `12 promises`: small numbers in words, with the right form of the noun."""
    return f"{in_words(count)}{NBSP}{one if count == 1 else many or one + 's'}"


def in_words(count: int) -> str:
    """Small numbers in words."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}"


def percent(value: float | Fraction | None, digits: int = 1) -> str:
    """A percentage for people; what is not known is a dash. Values near an edge keep more digits in the tables."""
    if value is None:
        return "–"
    exact = value if isinstance(value, Fraction) else Fraction(str(value))
    return f"{pct_text(exact, digits)}{NBSP}%".replace("-", "\u2212")


def times(rate: float | None) -> str:
    """A burn rate: `14.4×`, `0.03×`; what is not known is a dash."""
    if rate is None:
        return "–"
    digits = 0 if rate >= 100 else 1 if rate >= 1 else 2  # noqa: PLR2004 - three digits are enough to judge a rate
    return f"{rate:,.{digits}f}×"
