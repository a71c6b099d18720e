"""Properties of schedules over real zones and their odd days: the cover is exact, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.oncall.model import Layer, Override, Restriction, Rotation, Schedule, Shift
from watchbill.oncall.rules.final import final, gaps, standing_at
from watchbill.oncall.rules.rosters import Book, Rosters
from watchbill.oncall.rules.walltime import moment, wall

# Changes of an hour, of 30 minutes (Lord Howe), of 45-minute offsets, without changes, across the date line (Apia skipped
# 2011-12-30, Kiritimati 1995-01-01), permanent and odd ones (Casablanca's Ramadan, Troll's two hours, Dublin's winter time).
ZONES = [
    "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Apia",
    "Pacific/Kiritimati", "America/St_Johns", "Africa/Casablanca", "Antarctica/Troll", "Europe/Dublin", "America/Nuuk",
    "Asia/Tehran", "UTC", "Asia/Tokyo",
]  # fmt: skip
# Days on which clocks do something, and ordinary ones; wall times near midnight and in the small hours hit the changes.
DAYS = [
    datetime.fromisoformat(day)
    for day in (
        "1994-12-30", "2011-12-28", "2026-03-07", "2026-03-27", "2026-04-03",
        "2026-09-25", "2026-10-02", "2026-10-23", "2026-10-31", "2026-07-01",
    )
]  # fmt: skip

zones = st.sampled_from(ZONES)
wall_times = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(DAYS), st.integers(-3 * 1440, 3 * 1440)
)
people = st.lists(st.sampled_from(["ann", "bob", "cy", "dan", "eve"]), min_size=1, max_size=5, unique=True).map(tuple)
times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
restrictions = st.lists(
    st.builds(Restriction, st.frozensets(st.integers(0, 6), min_size=1), times, times), max_size=2
).map(tuple)


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """Any layer."""
    rotation = draw(st.sampled_from(list(Rotation)))
    every = timedelta(hours=draw(st.integers(1, 100))) if rotation is Rotation.CUSTOM else None
    return Layer(draw(st.sampled_from(["x", "y"])), rotation, draw(wall_times), draw(people), every, draw(restrictions))


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """Any schedule of up to three layers."""
    return Schedule("s", draw(zones), tuple(draw(st.lists(layers(), min_size=1, max_size=3))))


@st.composite
def ranges(draw: st.DrawFn) -> tuple[datetime, datetime]:
    """A stretch of up to two weeks near an odd day."""
    start = draw(wall_times).replace(tzinfo=UTC)
    return start, start + timedelta(minutes=draw(st.integers(1, 14 * 1440)))


overrides = st.lists(
    st.builds(lambda span, person: Override("s", span[0], span[1], person), ranges(), st.sampled_from(["ann", "zoe"])),
    max_size=2,
)


@given(schedules(), overrides, ranges())
@settings(max_examples=200, deadline=None)
def test_shifts_and_gaps_cover_a_range_exactly(
    schedule: Schedule, made: list[Override], span: tuple[datetime, datetime]
) -> None:
    """Shifts and gaps together are the range: no moment is missing, none is there twice, and they come in order."""
    start, end = span
    shifts = final(schedule, made, start, end)

    pieces = sorted(
        [*((one.start, one.end) for one in shifts), *((one.start, one.end) for one in gaps(shifts, start, end))]
    )

    assert pieces[0][0] == start
    assert pieces[-1][1] == end
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert all(begin < close for begin, close in pieces)


@given(schedules(), overrides, ranges(), st.integers(0, 100))
@settings(max_examples=150, deadline=None)
def test_any_range_shows_the_same_person_at_the_same_moment(
    schedule: Schedule, made: list[Override], span: tuple[datetime, datetime], percent: int
) -> None:
    """What is asked for does not change the answer: a range, a part of it and a moment agree."""
    start, end = span
    middle = start + (end - start) * percent / 100
    whole = final(schedule, made, start, end)

    cut = [*final(schedule, made, start, middle), *final(schedule, made, middle, end)]

    assert _persons(whole, start, end) == _persons(cut, start, end)


@given(schedules(), ranges())
@settings(max_examples=150, deadline=None)
def test_an_unrestricted_layer_leaves_no_gap_after_its_start(
    schedule: Schedule, span: tuple[datetime, datetime]
) -> None:
    """A layer without restrictions covers everything from its first turn on, through every change of the clocks."""
    layer = Layer("all", Rotation.DAILY, datetime.fromisoformat("1994-01-01T02:30"), ("ann", "bob"))
    covered = Schedule("s", schedule.timezone, (layer, *schedule.layers))

    assert gaps(final(covered, [], *span), *span) == []


@given(zones, wall_times)
@settings(max_examples=300, deadline=None)
def test_wall_times_never_go_back(zone: str, shown: datetime) -> None:
    """A later time on the wall is never an earlier moment, and one that is shown means the first moment that shows it."""
    found = moment(shown, ZoneInfo(zone))

    assert moment(shown + timedelta(minutes=15), ZoneInfo(zone)) >= found
    assert wall(found, ZoneInfo(zone)) >= shown
    assert wall(found - timedelta(seconds=1), ZoneInfo(zone)) < shown


@given(schedules(), schedules(), ranges())
@settings(max_examples=100, deadline=None)
def test_nobody_is_primary_and_secondary_at_once(
    one: Schedule, other: Schedule, span: tuple[datetime, datetime]
) -> None:
    """At every moment the second in line is somebody else, or nobody."""
    start, end = span
    primary = Schedule("p", one.timezone, one.layers, secondary="q")
    second = Schedule("q", other.timezone, other.layers)
    rosters = Rosters(Book([primary, second]), {}, start, end)
    first_line, second_line = rosters.final("p"), rosters.final("q")

    for shift in second_line:
        on_watch = standing_at(first_line, shift.start)
        assert on_watch is None or on_watch.person != shift.person
    for shift in first_line:
        on_watch = standing_at(second_line, shift.start)
        assert on_watch is None or on_watch.person != shift.person


@pytest.mark.parametrize(
    ("zone", "shown", "meant"),
    [
        ("Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:00Z"),  # skipped: the moment of the jump
        ("Europe/Paris", "2026-03-29T02:00", "2026-03-29T01:00Z"),
        ("Europe/Paris", "2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30Z"),  # shown twice: the first
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30Z"),  # half an hour is skipped
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00Z"),  # a day that never was
        ("Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15Z"),
    ],
)
def test_odd_wall_times_mean_what_the_documentation_says(zone: str, shown: str, meant: str) -> None:
    """A skipped time is the moment of the jump, a repeated one its first occurrence."""
    assert moment(datetime.fromisoformat(shown), ZoneInfo(zone)) == datetime.fromisoformat(meant)


def _persons(shifts: list[Shift], start: datetime, end: datetime) -> list[tuple[datetime, str | None]]:
    """Who stands watch at each quarter of an hour."""
    found = []
    at = start
    while at < end:
        shift = standing_at(shifts, at)
        found.append((at, shift.person if shift else None))
        at += timedelta(minutes=15)
    return found
