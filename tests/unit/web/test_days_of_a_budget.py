"""The row of bars and the calendar: quiet days stay quiet, loud ones carry their number, and the words say the same."""

from datetime import date, timedelta
from fractions import Fraction

from watchbill.entrypoints.web.charts.days import Day, calendar, days_words, spark

FIRST = date(2026, 10, 28)  # a Wednesday


def days(*shares: int | Fraction) -> list[Day]:
    """A day each from the first on."""
    return [Day(FIRST + timedelta(days=place), Fraction(share)) for place, share in enumerate(shares)]


def test_every_day_is_a_cell_in_its_weeks_column() -> None:
    """28 days that begin on a Wednesday lie in five weeks."""
    picture = calendar(days(*([1] * 28)))

    assert picture.count("<title>") == 28
    assert picture.count("<text") == 7 + 28 + 28  # names of days, numbers of days, shares


def test_a_day_that_takes_thrice_its_share_is_loud() -> None:
    """28 days: the even share is 3.57 %, loud begins at 10.71 %."""
    edge = Fraction(300, 28)

    assert "f dead" in calendar(days(*([0] * 27), edge))
    assert "f dead" not in calendar(days(*([0] * 27), edge - Fraction(1, 1000)))


def test_the_words_name_the_worst_days() -> None:
    """What a screen reader says is what the eye sees first."""
    words = days_words(days(*([0] * 10), 32, *([0] * 16), 2)).replace("\u00a0", " ")

    assert words == "28 days; most of the budget went: 32 % on 7 November"
    assert days_words(days(*([3] * 28))) == "28 days, no day took much more than its even share of the budget"


def test_a_share_below_a_tenth_can_still_be_seen() -> None:
    """A bar is never thinner than a pixel and a half; a day without failures has none."""
    picture = spark(days(0, Fraction(1, 1000), 40))

    assert picture.count("M") - picture.count("M0 ") == 2
    assert "v-1.5h.7v1.5z" in picture


def test_no_days_draw_nothing() -> None:
    """An empty picture would say that all was well."""
    assert (spark([]), calendar([])) == ("", "")


def test_a_year_shows_its_last_weeks() -> None:
    """Fourteen weeks at most: older cells would be too many to read."""
    assert calendar(days(*([0] * 365))).count("<title>") == 14 * 7
