"""Moments, clocks and ids: one text form, one order."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.kernel.clock import ManualClock, SystemClock
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import KINDS, AlertId, EventId, IdSource, IncidentId, kind_of
from watchbill.kernel.instants import floor_minute, from_text, to_text

START = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=ZONES)


@given(MOMENTS)
def test_a_moment_is_read_back_from_its_text(moment: datetime) -> None:
    """Whatever zone it came in, to the microsecond."""
    assert from_text(to_text(moment)) == moment


@given(MOMENTS, MOMENTS)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    """So that SQLite can sort by it."""
    assert (to_text(one) < to_text(other)) == (one < other)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-24T03:12:00Z", "2026-11-24T03:12:00.000000Z"),
        ("2026-11-24 03:12:00.5+01:00", "2026-11-24T02:12:00.500000Z"),
        ("2026-11-24t03:12:00.123456789z", "2026-11-24T03:12:00.123456Z"),
        (" 2026-11-24T03:12:00-00:30 ", "2026-11-24T03:42:00.000000Z"),
    ],
)
def test_moments_are_read_as_senders_write_them(text: str, read: str) -> None:
    """Nanoseconds are cut, zones turned to UTC."""
    assert to_text(from_text(text)) == read


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T03:12:00",
        "2026-11-24",
        "yesterday",
        "2026-02-30T00:00:00Z",
        "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:00",
        "",
    ],
)
def test_what_names_no_moment_is_refused(text: str) -> None:
    """No zone, no such day, leap seconds, before the first year."""
    with pytest.raises(Invalid, match="starts_at"):
        from_text(text, field="starts_at")


def test_a_naive_moment_has_no_text() -> None:
    """It is a fault of the program."""
    with pytest.raises(ValueError, match="naive"):
        to_text(datetime(2026, 1, 1))


def test_the_minute_of_a_moment_begins_at_second_zero() -> None:
    """Half-open: the next minute's start belongs to the next."""
    assert floor_minute(START.replace(second=59, microsecond=999_999)) == START
    assert floor_minute(START + timedelta(minutes=1)) == START + timedelta(minutes=1)


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    """Sleeping moves it; both its times go on together."""
    clock = ManualClock(START)
    clock.sleep(1.5)
    clock.forward(timedelta(seconds=2))

    assert (clock.now(), clock.monotonic()) == (START + timedelta(seconds=3.5), 3.5)


def test_a_jump_of_the_wall_clock_is_no_passing_of_time() -> None:
    """As when NTP steps in."""
    clock = ManualClock(START)
    clock.jump(START - timedelta(hours=1))

    assert (clock.now(), clock.monotonic()) == (START - timedelta(hours=1), 0.0)


def test_a_manual_clock_needs_a_zone() -> None:
    """A naive start is a fault of the test."""
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 1, 1))


def test_the_system_clock_is_aware_and_never_goes_back() -> None:
    """UTC for records, monotonic for leases."""
    clock = SystemClock()
    first = clock.monotonic()
    clock.sleep(0)

    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= first


def test_ids_rise_even_within_one_millisecond_and_when_the_clock_goes_back() -> None:
    """So that sorting by id is sorting by making."""
    clock = ManualClock(START)
    source = IdSource(clock)
    made = [source.new(AlertId) for _ in range(100)]
    clock.jump(START - timedelta(hours=1))
    made += [source.new(AlertId) for _ in range(100)]

    assert made == sorted(set(made))


@given(MOMENTS, st.integers(1, 10**9))
def test_ids_of_later_moments_sort_later(start: datetime, millis: int) -> None:
    """Across processes too: the first ten characters are the time."""
    earlier = IdSource(ManualClock(start)).new(IncidentId)
    later = IdSource(ManualClock(start + timedelta(milliseconds=millis))).new(IncidentId)

    assert earlier < later


def test_ids_are_prefixed_by_their_kind() -> None:
    """`inc_` and 26 characters."""
    made = IdSource(ManualClock(START)).new(IncidentId)

    assert (made[:4], len(made), kind_of(made)) == ("inc_", 30, "incident")


def test_ids_never_overflow_within_a_millisecond() -> None:
    """Even when chance draws the largest number."""
    source = IdSource(ManualClock(START), random_bits=lambda bits: (1 << bits) - 1)
    first, second = source.new(EventId), source.new(EventId)

    assert first < second
    assert first[:14] == second[:14]


def test_every_kind_has_a_prefix_of_its_own() -> None:
    """Or an id would name two kinds."""
    prefixes = [prefix for prefix, _ in KINDS.values()]

    assert len(prefixes) == len(set(prefixes))


@pytest.mark.parametrize("text", ["", "inc", "inc_", "12", "xyz_01", "_x"])
def test_what_is_no_id_has_no_kind(text: str) -> None:
    """None, and no error."""
    assert kind_of(text) is None
