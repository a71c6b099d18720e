"""Whose turn it is, against a second computation that only counts: minute by minute, period by period, as the rule is spoken."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from watchbill.oncall.model import Layer, Override, Restriction, Rotation, Schedule
from watchbill.oncall.rules.final import final, standing_at
from watchbill.oncall.rules.walltime import moment, wall

ZONES = ["Europe/Paris", "Australia/Lord_Howe", "America/New_York", "Pacific/Chatham", "Asia/Kathmandu", "UTC"]
START = datetime.fromisoformat("2026-03-02T00:00")  # a Monday, four weeks before the clocks of Paris go forward
_QUARTER = timedelta(minutes=15)
_DAY = timedelta(days=1)

quarters = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
restrictions = st.lists(
    st.builds(Restriction, st.frozensets(st.integers(0, 6), min_size=1), quarters, quarters), max_size=2
).map(tuple)
rotations = st.sampled_from(
    [(Rotation.DAILY, None), (Rotation.WEEKLY, None), (Rotation.CUSTOM, timedelta(hours=8)), (Rotation.CUSTOM, timedelta(hours=60))]
)  # fmt: skip


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    """A layer that begins at any quarter of an hour of the first week."""
    rotation, every = draw(rotations)
    start = START + _QUARTER * draw(st.integers(0, 7 * 96))
    people = ("ann", "bob", "cy", "dee", "eve")[: draw(st.integers(1, 5))]
    return Layer("x", rotation, start, people, every, draw(restrictions))


@given(st.sampled_from(ZONES), layers(), st.integers(0, 60 * 96))
@settings(max_examples=400, deadline=None)
def test_the_person_is_the_one_that_counting_finds(zone: str, layer: Layer, quarter: int) -> None:
    """The turn is the number of earlier periods that hold an allowed minute; nobody stands watch outside the allowed hours."""
    at = START.replace(tzinfo=UTC) + _QUARTER * quarter
    shown = wall(at, ZoneInfo(zone))
    assume(moment(shown, ZoneInfo(zone)) == at)  # not the second time that the wall shows this

    shift = standing_at(final(Schedule("s", zone, (layer,)), [], at - _DAY, at + _DAY), at)

    assert (shift.person if shift else None) == _counted(layer, shown)


@given(st.sampled_from(ZONES), layers(), st.integers(0, 60 * 96), st.integers(1, 200))
@settings(max_examples=150, deadline=None)
def test_an_override_holds_from_its_first_moment_up_to_its_last(
    zone: str, layer: Layer, quarter: int, length: int
) -> None:
    """Within [start, end) the override's person stands watch, one microsecond outside of it whoever the layer names."""
    start = START.replace(tzinfo=UTC) + _QUARTER * quarter
    end = start + _QUARTER * length
    plain, tiny = Schedule("s", zone, (layer,)), timedelta(microseconds=1)
    span = (start - _DAY, end + _DAY)

    shifts, without = final(plain, [Override("s", start, end, "zoe")], *span), final(plain, [], *span)

    inside = [standing_at(shifts, at) for at in (start, end - tiny)]
    assert [one.person for one in inside if one] == ["zoe", "zoe"]
    for at in (start - tiny, end):
        now, planned = standing_at(shifts, at), standing_at(without, at)
        assert (now.person if now else None) == (planned.person if planned else None)


@given(st.sampled_from(ZONES), st.integers(0, 51), quarters)
@settings(max_examples=150, deadline=None)
def test_a_weekly_hand_off_is_at_the_same_time_on_the_wall_all_year(zone: str, week: int, at: time) -> None:
    """Whatever the clocks do, the turn changes when the wall shows the hand-off time, or at the jump that skips it."""
    first = datetime.combine(START.date(), at)
    layer = Layer("x", Rotation.WEEKLY, first, ("ann", "bob"))
    shown = first + timedelta(weeks=week + 1)
    hand_off = moment(shown, ZoneInfo(zone))

    shifts = final(Schedule("s", zone, (layer,)), [], hand_off - _DAY, hand_off + _DAY)

    assert [one.end for one in shifts] == [hand_off, hand_off + _DAY]
    assert shifts[0].person != shifts[1].person
    assert wall(hand_off, ZoneInfo(zone)) >= shown


def test_a_daily_layer_from_monday_to_friday_goes_from_friday_to_monday_by_one() -> None:
    """The rule's own example over a whole quarter, across the change of the clocks: nobody is left out, nobody comes twice."""
    weekdays = Restriction(frozenset(range(5)))
    layer = Layer("x", Rotation.DAILY, START, ("ann", "bob", "cy"), restrictions=(weekdays,))
    shifts = final(
        Schedule("s", "Europe/Paris", (layer,)), [], datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 5, 30, tzinfo=UTC)
    )

    days = [one.person for one in shifts]
    assert days == [("ann", "bob", "cy")[number % 3] for number in range(len(days))]
    assert len(days) == 13 * 5


def _counted(layer: Layer, shown: datetime) -> str | None:
    """By looking at every quarter of an hour of every period from the first on."""
    if shown < layer.start or not _is_allowed(layer, shown):
        return None
    turns, period = 0, layer.start
    while period + layer.turn <= shown:
        steps = range(layer.turn // _QUARTER)
        turns += any(_is_allowed(layer, period + _QUARTER * step) for step in steps)
        period += layer.turn
    return layer.people[turns % len(layer.people)]


def _is_allowed(layer: Layer, shown: datetime) -> bool:
    if not layer.restrictions:
        return True
    return any(_is_within(one, shown) for one in layer.restrictions)


def _is_within(restriction: Restriction, shown: datetime) -> bool:
    """Whether a window of the restriction that opened today or yesterday holds the moment."""
    for day in (shown.date(), shown.date() - _DAY):
        opens, closes = datetime.combine(day, restriction.start), datetime.combine(day, restriction.end)
        if closes <= opens:
            closes += _DAY
        if day.weekday() in restriction.days and opens <= shown < closes:
            return True
    return False
