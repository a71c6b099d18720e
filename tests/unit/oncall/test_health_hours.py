"""What an hour is to a person, across zones, holidays and clock changes; and which pages are one interruption."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.kernel.ids import EscalationId, PageId
from watchbill.oncall.model import Shift
from watchbill.oncall.model.health import HourClass, KeptShift, SentPage
from watchbill.oncall.rules.hours import Calendar, interruptions
from watchbill.oncall.rules.stood import brought_up_to
from watchbill.people.model import WorkHours

PARIS, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Paris"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ARMISTICE = date(2026, 11, 11)  # a Wednesday
BUSINESS, OFF, SLEEP = HourClass.BUSINESS, HourClass.OFF, HourClass.SLEEP
HOME = Calendar(PARIS, None, {ARMISTICE}.__contains__)


def _at(text: str, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-11-10T07:59:59", SLEEP),  # a Tuesday
        ("2026-11-10T08:00:00", BUSINESS),
        ("2026-11-10T17:59:59", BUSINESS),
        ("2026-11-10T18:00:00", OFF),
        ("2026-11-10T21:59:59", OFF),
        ("2026-11-10T22:00:00", SLEEP),
        ("2026-11-11T00:00:00", SLEEP),  # the holiday begins at midnight
        ("2026-11-11T12:00:00", OFF),
        ("2026-11-12T08:00:00", BUSINESS),  # and is over
        ("2026-11-14T12:00:00", OFF),  # Saturday
        ("2026-11-14T23:00:00", SLEEP),  # Saturday night is sleep, not both
        ("2026-11-15T12:00:00", OFF),  # Sunday
    ],
)
def test_each_moment_belongs_to_one_class(wall: str, expected: HourClass) -> None:
    """Half-open on the person's own wall clock."""
    assert HOME.class_of(_at(wall)) is expected


def test_the_same_moment_is_another_hour_elsewhere() -> None:
    """15:00 UTC in summer is work in Paris and in New York; 03:00 UTC is sleep in one and free time in the other."""
    there = Calendar(NEW_YORK, None, lambda _day: False)
    night = datetime(2026, 7, 8, 1, 30, tzinfo=UTC)

    assert (HOME.class_of(night), there.class_of(night)) == (SLEEP, OFF)


def test_the_clock_change_moves_the_hour() -> None:
    """07:30 UTC on a Monday is 09:30 in Paris in October's last week and 08:30 a week later: both work; 06:30 is not."""
    before, after = datetime(2026, 10, 23, 6, 30, tzinfo=UTC), datetime(2026, 10, 26, 6, 30, tzinfo=UTC)

    assert (HOME.class_of(before), HOME.class_of(after)) == (BUSINESS, SLEEP)


def test_own_work_hours_win() -> None:
    """Who works from 22:00 to 06:00 is at work then; their morning is sleep and their afternoon free time."""
    night = Calendar(PARIS, WorkHours(time(22), time(6)), lambda _day: False)
    walls = ["2026-11-10T23:00:00", "2026-11-11T05:59:00", "2026-11-11T06:00:00", "2026-11-11T15:00:00"]

    assert [night.class_of(_at(wall)) for wall in walls] == [BUSINESS, BUSINESS, SLEEP, OFF]


@pytest.mark.parametrize(
    ("day", "zone", "length", "slept"),
    [
        ("2026-03-29", PARIS, 23, 9),
        ("2026-10-25", PARIS, 25, 11),
        ("2026-03-08", NEW_YORK, 23, 9),
        ("2026-11-01", NEW_YORK, 25, 11),
        ("2026-04-05", LORD_HOWE, 24.5, 10.5),
        ("2026-10-04", LORD_HOWE, 23.5, 9.5),
    ],
)
def test_a_day_of_a_clock_change_is_as_long_as_it_is(day: str, zone: ZoneInfo, length: float, slept: float) -> None:
    """The hour that is missing or repeated lies in the night: all of these are Sundays."""
    start = _at(f"{day}T00:00:00", zone)
    end = _at(f"{date.fromisoformat(day) + timedelta(days=1)}T00:00:00", zone)
    spent = dict.fromkeys(HourClass, 0.0)
    for span, hour_class in Calendar(zone, None, lambda _day: False).spans(start, end):
        spent[hour_class] += span / timedelta(hours=1)

    assert sum(spent.values()) == length
    assert spent == {BUSINESS: 0, OFF: 14, SLEEP: slept}


@settings(max_examples=25, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)),
    st.integers(1, 5_000),
    st.sampled_from([PARIS, NEW_YORK, LORD_HOWE]),
    st.sampled_from([None, WorkHours(time(2, 30), time(9)), WorkHours(time(20), time(4, 15))]),
)
def test_spans_agree_with_asking_every_minute(
    begin: datetime, minutes: int, zone: ZoneInfo, hours: WorkHours | None
) -> None:
    """Hours of each class by spans are those counted minute by minute, whatever the clock does."""
    start = begin.replace(second=0, microsecond=0, tzinfo=UTC)
    calendar = Calendar(zone, hours, {ARMISTICE}.__contains__)
    counted = dict.fromkeys(HourClass, 0)
    for minute in range(minutes):
        counted[calendar.class_of(start + timedelta(minutes=minute))] += 1
    spent = dict.fromkeys(HourClass, 0)
    for span, hour_class in calendar.spans(start, start + timedelta(minutes=minutes)):
        spent[hour_class] += span // timedelta(minutes=1)

    assert spent == counted


def test_pages_within_ten_minutes_are_one_interruption() -> None:
    """Ten minutes count from the first page, half-open, for each person alone."""
    offsets = [("ann", 0), ("ann", 9), ("bob", 9), ("ann", 10), ("ann", 19), ("ann", 25)]
    felt = interruptions([_page(place, who, minute) for place, (who, minute) in enumerate(offsets)], lambda _who: HOME)

    assert [(one.person, len(one.pages)) for one in felt] == [("ann", 2), ("bob", 1), ("ann", 2), ("ann", 1)]


def test_the_hour_of_the_week_is_the_persons() -> None:
    """Sunday 23:30 UTC is Monday 00:30 in Paris in winter: the first hour of the week."""
    assert HOME.hour_of_week(datetime(2026, 11, 8, 23, 30, tzinfo=UTC)) == 0
    assert HOME.hour_of_week(_at("2026-11-15T23:30:00")) == 167


def test_a_broken_night_has_the_date_of_its_evening() -> None:
    """23:00 and 03:00 are the same night."""
    assert HOME.night_of(_at("2026-11-10T23:00:00")) == HOME.night_of(_at("2026-11-11T03:00:00")) == date(2026, 11, 10)


NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_an_ended_shift_is_kept_and_the_next_one_runs() -> None:
    """Adjoining rows of one person are one shift, whatever layer they come from."""
    rows = [
        Shift(NOON - 4 * HOUR, NOON - 3 * HOUR, "ann", "weekly"),
        Shift(NOON - 3 * HOUR, NOON - HOUR, "ann", "override"),
        Shift(NOON - HOUR, NOON + timedelta(microseconds=1), "bob", "weekly"),
    ]
    running = KeptShift("primary", "ann", NOON - 4 * HOUR)
    ended, begun = brought_up_to(NOON, "primary", running, rows)

    assert ended == KeptShift("primary", "ann", NOON - 4 * HOUR, NOON - HOUR)
    assert begun == [KeptShift("primary", "bob", NOON - HOUR)]
    assert brought_up_to(NOON, "primary", begun[0], rows[2:]) == (None, [])


def test_an_edited_schedule_does_not_rewrite_who_stood() -> None:
    """The file now says that bob had the whole week; ann had it until now, and bob has it from now on."""
    rows = [Shift(NOON - 4 * HOUR, NOON + timedelta(microseconds=1), "bob", "weekly")]
    ended, begun = brought_up_to(NOON, "primary", KeptShift("primary", "ann", NOON - 4 * HOUR), rows)

    assert ended == KeptShift("primary", "ann", NOON - 4 * HOUR, NOON)
    assert begun == [KeptShift("primary", "bob", NOON)]


def test_a_gap_ends_a_shift() -> None:
    """Nobody follows."""
    rows = [Shift(NOON - 4 * HOUR, NOON - HOUR, "ann", "weekly")]

    assert brought_up_to(NOON, "primary", KeptShift("primary", "ann", NOON - 4 * HOUR), rows) == (
        KeptShift("primary", "ann", NOON - 4 * HOUR, NOON - HOUR),
        [],
    )


def _page(number: int, person: str, minute: int) -> SentPage:
    at = _at("2026-11-10T09:00:00") + timedelta(minutes=minute)
    return SentPage(PageId(f"pag_{number}"), EscalationId("esc_1"), person, at, None, None, at, False, None)
