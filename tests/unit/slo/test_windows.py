"""Windows: rolling ones end with the running minute, calendar ones have the zone's real length."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.kernel.errors import Invalid
from watchbill.slo.model import Calendar, CalendarUnit, Rolling, parse_calendar, parse_window

AT = datetime(2026, 3, 15, 12, 34, 56, tzinfo=UTC)


def test_rolling_window_ends_with_the_running_minute() -> None:
    """28 d at 12:34:56 are the 40,320 minutes from 12:35 four weeks ago up to 12:35."""
    window = Rolling(timedelta(days=28))

    assert window.end(AT) == datetime(2026, 3, 15, 12, 35, tzinfo=UTC)
    assert window.end(AT) - window.start(AT) == timedelta(minutes=40_320) == window.period(AT)


def test_month_of_new_york_has_743_hours() -> None:
    """March 2026 in New York loses an hour: 743 h, of which 99.9 % allows 44.58 minutes."""
    month = Calendar(CalendarUnit.MONTH, "America/New_York")

    assert month.start(AT) == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert month.end(AT) == datetime(2026, 4, 1, 4, tzinfo=UTC)
    assert month.period(AT) == timedelta(hours=743)
    assert Fraction(743 * 60, 1000) == Fraction("44.58")


@pytest.mark.parametrize(
    ("unit", "zone", "start", "end"),
    [
        ("week", "Europe/Paris", "2026-03-22T23:00", "2026-03-29T22:00"),  # 167 h: the clocks change on Sunday
        ("month", "UTC", "2026-03-01T00:00", "2026-04-01T00:00"),
        ("quarter", "UTC", "2026-01-01T00:00", "2026-04-01T00:00"),
        ("quarter", "Australia/Sydney", "2025-12-31T13:00", "2026-03-31T13:00"),
        ("month", "Asia/Kathmandu", "2026-02-28T18:15", "2026-03-31T18:15"),
    ],
)
def test_calendar_periods(unit: str, zone: str, start: str, end: str) -> None:
    """Periods begin at local midnight of their first day, weeks on Monday."""
    at = datetime(2026, 3, 26, 12, tzinfo=UTC)
    window = parse_calendar(unit, zone)

    assert window.start(at) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert window.end(at) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_december_is_followed_by_january() -> None:
    """The year turns."""
    at = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)

    assert parse_calendar("month").end(at) == parse_calendar("quarter").end(at) == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["month", "1M", "P1M", "1mo", "quarter"])
def test_calendar_words_are_no_durations(text: str) -> None:
    """A calendar period written as a duration is refused with the way to write it."""
    with pytest.raises(Invalid, match="calendar: month"):
        parse_window(text)


def test_one_m_is_a_minute_and_refused() -> None:
    """`1m` would be a minute: refused, with the hint that m is minutes."""
    with pytest.raises(Invalid, match=r"m is minutes.*calendar: month"):
        parse_window("1m")


def test_duration_as_calendar_period_is_refused() -> None:
    """`calendar: 1m` is refused with a hint."""
    with pytest.raises(Invalid, match="1m is one minute"):
        parse_calendar("1m")


def test_unknown_zone_is_refused() -> None:
    """A zone that does not exist is named."""
    with pytest.raises(Invalid, match="Europe/Pariss"):
        parse_calendar("month", "Europe/Pariss")


moments = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(
    ["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]
)


@given(moments, st.sampled_from(CalendarUnit), zones)
def test_calendar_periods_tile_time(at: datetime, unit: CalendarUnit, zone: str) -> None:
    """Every moment lies in exactly one period, and the next one begins where it ends."""
    window = Calendar(unit, zone)
    start, end = window.start(at), window.end(at)

    assert start <= at < end
    assert window.start(end) == end
    assert window.end(start) == end
