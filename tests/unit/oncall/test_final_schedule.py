"""The final schedule on its own rules: layers, restrictions, overrides, secondaries; each row is a fact about one of them."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Gap, Layer, Override, Restriction, Rotation, Schedule, Shift
from watchbill.oncall.rules.final import OVERRIDE, final, gaps
from watchbill.oncall.rules.rosters import Book, Rosters

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = frozenset(range(5))
MIDNIGHT, NINE = datetime.fromisoformat("2026-01-05T00:00"), datetime.fromisoformat("2026-01-05T09:00")


def local(text: str, zone: ZoneInfo = PARIS) -> datetime:
    """A moment by the wall clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def weekly(*people: str, start: str = "2026-01-05T09:00:00", name: str = "weekly") -> Layer:
    """Turns of a week from Monday 09:00."""
    return Layer(name, Rotation.WEEKLY, datetime.fromisoformat(start), people)


def daily(*people: str, start: str = "2026-01-05T09:00:00", restrictions: tuple[Restriction, ...] = ()) -> Layer:
    """Turns of a day from 09:00."""
    return Layer("daily", Rotation.DAILY, datetime.fromisoformat(start), people, restrictions=restrictions)


def schedule(
    *layers: Layer, zone: str = "Europe/Paris", name: str = "primary", secondary: str | None = None
) -> Schedule:
    """A schedule of these layers."""
    return Schedule(name, zone, layers, secondary=secondary)


def rows(found: list[Shift], zone: ZoneInfo = PARIS) -> list[tuple[str, str, str]]:
    """Person, start and end on the wall, to be read at a glance."""
    return [
        (shift.person, f"{shift.start.astimezone(zone):%a %d %H:%M}", f"{shift.end.astimezone(zone):%a %d %H:%M}")
        for shift in found
    ]


def test_weekly_turns_hand_off_at_nine_on_the_wall_across_the_spring_change() -> None:
    """The hand-off stays at 09:00 local time although the week of the change has 167 hours."""
    found = final(schedule(weekly("ann", "bob", "cy")), [], local("2026-03-23T09:00"), local("2026-04-06T09:00"))

    assert rows(found) == [("cy", "Mon 23 09:00", "Mon 30 09:00"), ("ann", "Mon 30 09:00", "Mon 06 09:00")]
    assert found[0].end - found[0].start == timedelta(hours=167)


def test_weekly_turns_across_the_autumn_change_have_169_hours() -> None:
    """The week in which clocks go back is an hour longer, and nobody is counted twice."""
    found = final(schedule(weekly("ann", "bob")), [], local("2026-10-19T09:00"), local("2026-10-26T09:00"))

    assert [shift.end - shift.start for shift in found] == [timedelta(hours=169)]


def test_rows_are_clipped_to_the_range() -> None:
    """A range that begins and ends in the middle of turns shows exactly itself."""
    start, end = local("2026-01-07T15:00"), local("2026-01-13T10:30")

    found = final(schedule(weekly("ann", "bob")), [], start, end)

    assert (found[0].start, found[-1].end) == (start, end)
    assert [shift.person for shift in found] == ["ann", "bob"]


def test_nobody_stands_watch_before_the_first_turn() -> None:
    """The time before a layer's start is a gap, and is reported."""
    start, end = local("2026-01-04T09:00"), local("2026-01-06T09:00")

    found = final(schedule(weekly("ann")), [], start, end)

    assert gaps(found, start, end) == [Gap(start, local("2026-01-05T09:00"))]


def test_later_layers_win_where_they_are_allowed() -> None:
    """A Mon-Fri day layer lies over a weekly one, which has the nights and the weekend."""
    days = daily("dan", restrictions=(Restriction(WORKDAYS, time(9), time(17)),))

    found = final(schedule(weekly("ann"), days), [], local("2026-01-09T00:00"), local("2026-01-12T12:00"))

    assert rows(found) == [
        ("ann", "Fri 09 00:00", "Fri 09 09:00"),
        ("dan", "Fri 09 09:00", "Fri 09 17:00"),
        ("ann", "Fri 09 17:00", "Mon 12 09:00"),
        ("dan", "Mon 12 09:00", "Mon 12 12:00"),
    ]


def test_friday_to_monday_advances_by_one() -> None:
    """A turn advances once per period that holds an allowed window: the weekend's periods hold none."""
    layer = daily("ann", "bob", "cy", restrictions=(Restriction(WORKDAYS, time(9), time(17)),))

    found = final(schedule(layer), [], local("2026-01-08T00:00"), local("2026-01-14T00:00"))

    assert [shift.person for shift in found] == ["ann", "bob", "cy", "ann"]
    assert [f"{shift.start:%a}" for shift in found] == ["Thu", "Fri", "Mon", "Tue"]


def test_a_weekly_turn_keeps_its_person_on_all_allowed_days() -> None:
    """Restrictions cut a week into days, and the same person has them all."""
    layer = Layer(
        "days",
        Rotation.WEEKLY,
        MIDNIGHT,
        ("ann", "bob"),
        restrictions=(Restriction(WORKDAYS, time(9), time(17)),),
    )

    found = final(schedule(layer), [], local("2026-01-05T00:00"), local("2026-01-19T00:00"))

    assert [shift.person for shift in found] == ["ann"] * 5 + ["bob"] * 5


def test_a_restriction_past_midnight_belongs_to_the_day_it_began_on() -> None:
    """22:00 to 06:00 on Fridays ends on Saturday morning."""
    layer = daily("ann", start="2026-01-05T00:00:00", restrictions=(Restriction(frozenset({4}), time(22), time(6)),))

    found = final(schedule(layer), [], local("2026-01-05T00:00"), local("2026-01-12T00:00"))

    assert rows(found) == [("ann", "Fri 09 22:00", "Sat 10 06:00")]


def test_a_sunday_night_restriction_goes_on_into_monday() -> None:
    """A window over the end of the week is one stretch, not two."""
    layer = daily("ann", start="2026-01-04T12:00:00", restrictions=(Restriction(frozenset({6}), time(22), time(6)),))

    found = final(schedule(layer), [], local("2026-01-04T12:00"), local("2026-01-07T00:00"))

    assert rows(found) == [("ann", "Sun 04 22:00", "Mon 05 06:00")]


def test_twelve_hour_turns() -> None:
    """A custom rotation follows the wall: 09:00 to 21:00 to 09:00."""
    layer = Layer("12h", Rotation.CUSTOM, NINE, ("ann", "bob"), every=timedelta(hours=12))

    found = final(schedule(layer), [], local("2026-03-28T21:00"), local("2026-03-29T21:00"))

    assert rows(found) == [("bob", "Sat 28 21:00", "Sun 29 09:00"), ("ann", "Sun 29 09:00", "Sun 29 21:00")]
    assert found[0].end - found[0].start == timedelta(hours=11)


def test_overrides_win_over_layers_and_newer_over_older() -> None:
    """What people arranged last counts; the layers have the rest."""
    first = Override("primary", local("2026-01-06T00:00"), local("2026-01-08T00:00"), "dan")
    second = Override("primary", local("2026-01-07T00:00"), local("2026-01-07T12:00"), "eve")

    found = final(schedule(weekly("ann")), [first, second], local("2026-01-05T09:00"), local("2026-01-09T00:00"))

    assert [(shift.person, shift.layer) for shift in found] == [
        ("ann", "weekly"),
        ("dan", OVERRIDE),
        ("eve", OVERRIDE),
        ("dan", OVERRIDE),
        ("ann", "weekly"),
    ]


def test_an_override_of_the_file_gives_way_to_one_that_people_made() -> None:
    """The file is the plan; what people arrange changes it."""
    span = (local("2026-01-06T00:00"), local("2026-01-07T00:00"))
    written = Schedule("primary", "Europe/Paris", (weekly("ann"),), overrides=(Override("primary", *span, "dan"),))

    found = final(written, [Override("primary", *span, "eve")], *span)

    assert [shift.person for shift in found] == ["eve"]


def test_the_secondary_is_never_the_primary() -> None:
    """Where both layers name the same person, the secondary's next takes over for exactly that time."""
    primary = schedule(weekly("ann", "bob"), secondary="second")
    second = schedule(weekly("ann", "cy"), name="second")
    rosters = Rosters(Book([primary, second]), {}, local("2026-01-05T09:00"), local("2026-01-19T09:00"))

    assert [shift.person for shift in rosters.final("primary")] == ["ann", "bob"]
    assert [shift.person for shift in rosters.final("second")] == ["cy"]


def test_the_secondary_steps_aside_for_an_override_of_the_primary() -> None:
    """Standing in as primary takes a person off the second line, and only for that long."""
    primary = schedule(weekly("ann"), secondary="second")
    second = schedule(weekly("bob", "cy"), name="second")
    stand_in = Override("primary", local("2026-01-06T00:00"), local("2026-01-07T00:00"), "bob")
    book = Book([primary, second])

    found = Rosters(book, {"primary": [stand_in]}, local("2026-01-05T09:00"), local("2026-01-08T00:00")).final("second")

    assert rows(found) == [
        ("bob", "Mon 05 09:00", "Tue 06 00:00"),
        ("cy", "Tue 06 00:00", "Wed 07 00:00"),
        ("bob", "Wed 07 00:00", "Thu 08 00:00"),
    ]


def test_a_lone_secondary_who_is_the_primary_leaves_a_gap() -> None:
    """Nobody is better than the same person twice: the gap is visible, the double is not."""
    start, end = local("2026-01-05T09:00"), local("2026-01-19T09:00")
    book = Book([schedule(weekly("ann", "bob"), secondary="second"), schedule(weekly("ann"), name="second")])

    found = Rosters(book, {}, start, end).final("second")

    assert gaps(found, start, end) == [Gap(start, local("2026-01-12T09:00"))]


def test_a_secondary_of_two_schedules_is_neither_primary() -> None:
    """One who backs two schedules stands apart from both."""
    book = Book(
        [
            schedule(weekly("ann"), name="a", secondary="second"),
            schedule(weekly("bob"), name="b", secondary="second"),
            schedule(weekly("ann", "bob", "cy"), name="second"),
        ]
    )

    found = Rosters(book, {}, local("2026-01-05T09:00"), local("2026-01-26T09:00")).final("second")

    assert {shift.person for shift in found} == {"cy"}


def test_schedules_that_back_each_other_are_computed_all_the_same() -> None:
    """A ring of secondaries ends: whoever is asked for leads."""
    book = Book([schedule(weekly("ann"), name="a", secondary="b"), schedule(weekly("bob"), name="b", secondary="a")])

    found = Rosters(book, {}, local("2026-01-05T09:00"), local("2026-01-06T09:00")).final("a")

    assert [shift.person for shift in found] == ["ann"]


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Layer("x", Rotation.WEEKLY, MIDNIGHT, ()), "people"),
        (lambda: Layer("x", Rotation.CUSTOM, MIDNIGHT, ("a",)), "every"),
        (lambda: Layer("x", Rotation.DAILY, MIDNIGHT, ("a",), every=timedelta(hours=12)), "every"),
        (lambda: Layer("x", Rotation.CUSTOM, MIDNIGHT, ("a",), every=timedelta(minutes=59)), "every"),
        (lambda: Layer("x", Rotation.DAILY, datetime(2026, 1, 5, tzinfo=UTC), ("a",)), "start"),
        (lambda: Schedule("s", "Mars/X", ()), "timezone"),
        (lambda: Schedule("s", "UTC", (), secondary="s"), "secondary"),
        (lambda: Restriction(frozenset({7})), "restrictions.days"),
        (lambda: Restriction(frozenset()), "restrictions.days"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused(made: object, field: str) -> None:
    """Nobody in a layer, a zone that is none, a turn without a length: refused with the field."""
    assert callable(made)
    with pytest.raises(Invalid) as refused:
        made()

    assert refused.value.field == field
