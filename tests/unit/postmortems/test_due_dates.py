"""Five business days, by the house's own days and holidays."""

from datetime import date

import pytest

from watchbill.adapters.workdays import PublicHolidays
from watchbill.kernel.errors import Invalid
from watchbill.postmortems.rules.demand import is_explained
from watchbill.postmortems.rules.due import LOOK_AHEAD, due_on
from watchbill.postmortems.rules.reference import action_number

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2026, 11, 24), date(2026, 12, 1)),  # Tuesday to Tuesday
        (date(2026, 11, 27), date(2026, 12, 4)),  # Friday to Friday
        (date(2026, 11, 28), date(2026, 12, 4)),  # Saturday: counting begins on Monday
        (date(2026, 11, 29), date(2026, 12, 4)),  # Sunday as well
    ],
)
def test_five_working_days_after_the_end(start: date, due: date) -> None:
    """The day itself does not count, and weekends are no working days."""
    assert due_on(start, WORKDAYS, frozenset()) == due


def test_holidays_do_not_count() -> None:
    """Christmas Day 2026 is a Friday in France: what ended on Tuesday before is due a day later than else."""
    start = date(2026, 12, 22)
    holidays = PublicHolidays().between("FR", start, start + LOOK_AHEAD)

    assert due_on(start, WORKDAYS, holidays) == date(2026, 12, 30)
    assert due_on(start, WORKDAYS, frozenset()) == date(2026, 12, 29)


def test_a_house_may_work_on_sundays() -> None:
    """Business days are the house's own."""
    assert due_on(date(2026, 11, 26), ("sun", "mon", "tue", "wed", "thu"), frozenset()) == date(2026, 12, 3)


def test_a_house_without_working_days_is_refused() -> None:
    """There is no day to count."""
    with pytest.raises(Invalid, match="hold no working day"):
        due_on(date(2026, 11, 24), (), frozenset())


def test_holidays_cross_the_turn_of_the_year_and_know_regions() -> None:
    """New Year is found from December, and Epiphany only where it is one."""
    span = date(2026, 12, 30), date(2027, 1, 10)

    assert PublicHolidays().between("DE-BY", *span) == {date(2027, 1, 1), date(2027, 1, 6)}
    assert PublicHolidays().between("DE", *span) == {date(2027, 1, 1)}
    assert PublicHolidays().between(None, *span) == frozenset()


def test_an_unknown_region_is_refused() -> None:
    """Nothing is taken for a country that is none."""
    with pytest.raises(Invalid, match="no holidays are known for 'XX'"):
        PublicHolidays().between("XX", date(2026, 1, 1), date(2026, 2, 1))


@pytest.mark.parametrize(
    ("shares", "explained"), [([30, 20], True), ([49], False), ([None, 50], True), ([], False), ([None], False)]
)
def test_incidents_explain_a_budget_from_half_of_it_on(shares: list[int | None], explained: bool) -> None:  # noqa: FBT001 - the expected fact
    """Together they must have taken at least half; what was not measured counts as nothing."""
    from fractions import Fraction

    assert is_explained(None if share is None else Fraction(share) for share in shares) is explained


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("AI-7", 7), ("ai7", 7), ("AI-007", 7), ("act_01", None), ("AI-", None), ("INC-7", None)],
)
def test_references_to_action_items(text: str, number: int | None) -> None:
    """A number in all the ways people say it."""
    assert action_number(text) == number
