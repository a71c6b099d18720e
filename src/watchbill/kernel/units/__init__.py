"""Exact numbers with their unit: shares of a whole, money, durations."""

from watchbill.kernel.units.duration import duration, duration_text, span_words
from watchbill.kernel.units.money import Money
from watchbill.kernel.units.ratio import Ratio, pct_text

__all__ = ["Money", "Ratio", "duration", "duration_text", "pct_text", "span_words"]
