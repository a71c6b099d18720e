"""A share of a whole, exact: with floats 500 bad of 1,000,000 at 99.9 % reads healthy, exact says warning."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from watchbill.kernel.errors import Invalid

__all__ = ["Ratio", "pct_text"]

_NUMBER = re.compile(r"-?(0|[1-9]\d{0,8})(\.\d{1,18})?")


@dataclass(frozen=True, slots=True, order=True)
class Ratio:
    """Between 0 and 1, both included; made only by the named constructors, out of range raises Invalid."""

    value: Fraction

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1:
            raise Invalid("ratio", f"{float(self.value)} is not between 0 and 1")

    @classmethod
    def percent(cls, text: str | int | Decimal, *, field: str = "percent") -> "Ratio":
        """`Ratio.percent("99.9")`; decimal text stays exact, a float never enters."""
        number = str(text)
        if not _NUMBER.fullmatch(number):
            raise Invalid(field, f"{number!r} is not a plain number of percent", hint="write 99.9")
        value = Fraction(number) / 100
        if not 0 <= value <= 1:
            raise Invalid(field, f"{number} % is not between 0 and 100")
        return cls(value)

    @classmethod
    def of(cls, part: int, whole: int) -> "Ratio":
        """Part / whole; a whole of zero raises, because a rate over no events is not known."""
        if whole <= 0:
            raise Invalid("ratio", "a share of nothing is not known")
        return cls(Fraction(part, whole))

    @property
    def complement(self) -> "Ratio":
        """1 - this: the error budget of a target."""
        return Ratio(1 - self.value)

    @property
    def pct(self) -> Fraction:
        """In percent, exact."""
        return self.value * 100

    def __float__(self) -> float:
        return float(self.value)

    def __str__(self) -> str:
        return f"{pct_text(self.pct)} %"


def pct_text(percent: Fraction, digits: int = 3) -> str:
    """A percentage for people: at most `digits` decimals, half-even, trailing zeros cut. Never feed it back into a rule."""
    exact = Decimal(percent.numerator) / Decimal(percent.denominator)
    shown = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    text = format(shown, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
