"""Money: whole minor units plus a currency; rounded once, at display, half-even."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from watchbill.kernel.errors import Invalid

__all__ = ["Money"]

_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,9})?")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in cents (minor units of a currency with two digits)."""

    cents: int
    currency: str

    @classmethod
    def parse(cls, amount: str | int | Decimal, currency: str, *, field: str = "amount") -> "Money":
        """`Money.parse("120.00", "EUR")`; more than two decimals are rounded half-even, once."""
        text = str(amount)
        if not _AMOUNT.fullmatch(text):
            raise Invalid(field, f"{text!r} is not an amount", hint='write "120.00"')
        if not re.fullmatch(r"[A-Z]{3}", currency):
            raise Invalid("currency", f"{currency!r} is not a currency code", hint="write EUR")
        return cls(int((Decimal(text) * 100).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)), currency)

    def times(self, factor: Fraction | int) -> "Money":
        """The amount multiplied, rounded half-even to a whole cent."""
        return Money(round(Fraction(self.cents) * factor), self.currency)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid("currency", f"{self.currency} and {other.currency} do not add up")
        return Money(self.cents + other.cents, self.currency)

    def __str__(self) -> str:
        sign, cents = ("-", -self.cents) if self.cents < 0 else ("", self.cents)
        return f"{sign}{cents // 100:,}.{cents % 100:02d} {self.currency}"
