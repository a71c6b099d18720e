"""Shares, money and durations are exact, and read only what is meant."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Money, Ratio, duration, duration_text, pct_text, span_words


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_ratio_and_its_complement_are_one(part: int, whole: int) -> None:
    """Exactly, for every count."""
    ratio = Ratio.of(min(part, whole), whole)

    assert ratio.value + ratio.complement.value == 1


@given(st.decimals(0, 100, places=6))
def test_percent_text_is_read_exactly(percent: Decimal) -> None:
    """What was written is what counts."""
    text = format(percent, "f")

    assert Ratio.percent(text).pct == Fraction(text)


def test_a_budget_of_500_bad_in_a_million_at_99_9_is_half_spent() -> None:
    """With floats this reads a hair above a half; exact it is the half, which is a warning and not healthy."""
    bad, total = 500, 1_000_000
    spent = Fraction(bad, total) / Ratio.percent("99.9").complement.value

    assert spent == Fraction(1, 2)
    assert 1 - float(spent) != 1 - (bad / total) / (1 - 0.999)


@pytest.mark.parametrize("text", ["100.1", "-1", "99,9", "1e2", "NaN", "99.9%", "", " 99.9", "0x1", "099", "१"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    """Each with the name of its field."""
    with pytest.raises(Invalid, match="target"):
        Ratio.percent(text, field="target")


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (0, 0), (1, -1), (2, 1), (-1, 2)])
def test_a_share_of_nothing_or_more_than_all_is_refused(part: int, whole: int) -> None:
    """A rate over no events is not known."""
    with pytest.raises(Invalid):
        Ratio.of(part, whole)


def test_ratios_compare_by_value() -> None:
    """As numbers do."""
    assert Ratio.percent("99.9") < Ratio.percent("99.95") < Ratio.of(1, 1)


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (Fraction(999, 10), "99.9"),
        (Fraction(100), "100"),
        (Fraction(0), "0"),
        (Fraction(1, 3), "0.333"),
        (Fraction(-1, 10_000), "0"),
        (Fraction(12_345, 10_000), "1.234"),
        (Fraction(12_355, 10_000), "1.236"),
        (Fraction(-5), "-5"),
    ],
)
def test_percentages_are_rounded_half_even_for_people(percent: Fraction, shown: str) -> None:
    """Trailing zeros are cut, and there is no minus zero."""
    assert pct_text(percent) == shown


@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
def test_durations_are_read_back_from_their_text(
    days: int, hours: int, minutes: int, seconds: int, millis: int
) -> None:
    """Every span of whole milliseconds."""
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=millis)

    assert duration(duration_text(span), allow_zero=True) == span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("28d", 2_419_200),
        ("1h30m", 5_400),
        ("2w", 1_209_600),
        ("250ms", 0.25),
        ("PT5M", 300),
        ("P28D", 2_419_200),
        ("P1DT1H", 90_000),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, seconds: float) -> None:
    """Short forms and ISO 8601."""
    assert duration(text).total_seconds() == seconds


@pytest.mark.parametrize(
    "text", ["5", "", "5 m", "-5m", "m", "1.5h", "5m5h", "P", "PT", "28D", "∞", "9999999d", "5m\n"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """A bare number says no unit; order, sign and capitals matter."""
    with pytest.raises(Invalid, match="wait"):
        duration(text, field="wait")


def test_capital_units_get_a_hint() -> None:
    """`28D` is a typo that is worth a word."""
    with pytest.raises(Invalid, match="units are lower case"):
        duration("28D")


def test_zero_is_a_duration_only_where_it_is_allowed() -> None:
    """`0m` means at once."""
    with pytest.raises(Invalid, match="zero"):
        duration("0m")

    assert duration("0m", allow_zero=True) == timedelta(0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (52, "52 s"),
        (173, "2 min"),
        (168_000, "1 d 22 h"),
        (100_800, "1 d 4 h"),
        (9_000, "2 h 30 min"),
        (-60, "1 min"),
    ],
)
def test_spans_are_told_in_their_two_largest_units(seconds: int, words: str) -> None:
    """With spaces that do not break."""
    told = span_words(timedelta(seconds=seconds))

    assert told.replace("\u00a0", " ") == words
    assert told.count("\u00a0") == (words.count(" ") + 1) // 2  # between a number and its unit


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_money_adds_up_to_the_cent(one: int, other: int) -> None:
    """Whole cents, no rounding."""
    assert (Money(one, "EUR") + Money(other, "EUR")).cents == one + other


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("120.00", 12_000), ("0.005", 0), ("0.015", 2), ("-1.5", -150), (7, 700), (Decimal("2.345"), 234)],
)
def test_money_is_rounded_once_and_half_even(amount: str | int | Decimal, cents: int) -> None:
    """At the edge where it comes in."""
    assert Money.parse(amount, "EUR").cents == cents


@pytest.mark.parametrize(
    ("amount", "currency"), [("12,00", "EUR"), ("1e3", "EUR"), ("", "EUR"), ("12", "eur"), ("12", "EURO")]
)
def test_what_is_no_amount_is_refused(amount: str, currency: str) -> None:
    """Neither commas nor unknown currencies."""
    with pytest.raises(Invalid):
        Money.parse(amount, currency)


def test_different_currencies_do_not_add_up() -> None:
    """There is no rate here."""
    with pytest.raises(Invalid, match="USD and EUR"):
        Money(1, "USD") + Money(1, "EUR")


@pytest.mark.parametrize(("cents", "shown"), [(123_456_789, "1,234,567.89 EUR"), (-5, "-0.05 EUR"), (0, "0.00 EUR")])
def test_money_is_shown_with_its_currency(cents: int, shown: str) -> None:
    """Two digits, thousands apart."""
    assert str(Money(cents, "EUR")) == shown


def test_money_times_a_share_is_a_whole_cent() -> None:
    """Half-even, once."""
    assert Money(1_000, "EUR").times(Fraction(1, 3)) == Money(333, "EUR")
