"""Swaps over random schedules: whose watch changes hands, and that nothing else does."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.kernel.ids import SwapId
from watchbill.oncall.model import Layer, Rotation, Schedule, Shift
from watchbill.oncall.model.arranged import Swap, SwapStatus
from watchbill.oncall.rules.final import final, standing_at
from watchbill.oncall.rules.rosters import Book, Rosters
from watchbill.oncall.rules.swapping import SWAP, held_by, swapped

START = datetime(2026, 3, 23, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cy", "dan")
HOUR = timedelta(hours=1)


def swap(giver: str, taker: str, span: tuple[int, int], back: tuple[int, int] | None = None) -> Swap:
    """An accepted swap, times in hours from START."""
    start, end = (START + HOUR * one for one in span)
    back_start, back_end = (START + HOUR * one for one in back) if back else (None, None)
    return Swap(
        SwapId("swp_1"), "s", giver, taker, start, end, back_start, back_end, SwapStatus.ACCEPTED, START, giver, end
    )


spans = st.tuples(st.integers(0, 300), st.integers(1, 100)).map(lambda pair: (pair[0], pair[0] + pair[1]))
swaps = st.lists(
    st.builds(
        lambda pair, span, back: swap(pair[0], pair[1], span, back),
        st.permutations(PEOPLE),
        spans,
        st.none() | spans,
    ),
    max_size=4,
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    """A schedule of one layer in a zone whose clocks change within the range."""
    every = timedelta(hours=draw(st.integers(1, 60)))
    people = tuple(draw(st.permutations(PEOPLE))[: draw(st.integers(1, 4))])
    layer = Layer("all", Rotation.CUSTOM, datetime(2026, 3, 1, 9), people, every)
    return Schedule("s", draw(st.sampled_from(["Europe/Paris", "Australia/Lord_Howe", "America/New_York"])), (layer,))


@given(schedules(), swaps, st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_a_swap_moves_what_both_agreed_to_and_nothing_else(schedule: Schedule, made: list[Swap], hour: int) -> None:
    """At any moment the watch is whoever's it was, unless a swap of that moment and that person names the other one."""
    end = START + HOUR * 420
    before, after = final(schedule, [], START, end), final(schedule, [], START, end, swaps=made)
    at = START + HOUR * hour + timedelta(minutes=7)
    standing = standing_at(before, at)
    expected = standing.person if standing else None

    for one in made:
        moved = [taker for begins, ends, giver, taker in one.moves if begins <= at < ends and giver == expected]
        expected = moved[0] if moved else expected

    found = standing_at(after, at)
    assert (found.person if found else None) == expected
    assert all(one.end == two.start for one, two in pairwise(after))
    assert (after[0].start, after[-1].end) == (START, end)


@given(schedules(), swaps, st.integers(1, 400))
@settings(max_examples=100, deadline=None)
def test_a_range_in_two_halves_is_the_range(schedule: Schedule, made: list[Swap], cut: int) -> None:
    """Where a range is cut does not matter to swaps."""
    middle, end = START + HOUR * cut, START + HOUR * 420
    whole = final(schedule, [], START, end, swaps=made)
    halves = [*final(schedule, [], START, middle, swaps=made), *final(schedule, [], middle, end, swaps=made)]

    def people(shifts: list[Shift]) -> list[str | None]:
        moments = (START + HOUR * hour for hour in range(0, 420, 3))
        return [found.person if (found := standing_at(shifts, at)) else None for at in moments]

    assert people(whole) == people(halves)


def test_all_of_a_day_against_all_of_a_day() -> None:
    """Ann and bob change with each other for a day of 6-hour turns: what ann gave does not come back to her."""
    turns = [Shift(START + HOUR * at, START + HOUR * (at + 6), who, "x") for at, who in ((0, "ann"), (6, "bob"), (12, "ann"), (18, "bob"))]  # fmt: skip

    found = swapped(turns, [swap("ann", "bob", (0, 24), (0, 24))])

    assert [one.person for one in found] == ["bob", "ann", "bob", "ann"]
    assert {one.layer for one in found} == {SWAP}
    assert held_by(found, "bob") == [(START, START + HOUR * 6), (START + HOUR * 12, START + HOUR * 18)]


def test_a_swap_into_the_first_watch_takes_a_person_off_the_second() -> None:
    """Primary and secondary are never the same person, whoever swaps with whom."""
    monday = datetime(2026, 3, 2, 0)
    first = Schedule("s", "UTC", (Layer("w", Rotation.WEEKLY, monday, ("ann", "bob")),), secondary="t")
    second = Schedule("t", "UTC", (Layer("w", Rotation.WEEKLY, monday, ("cy", "dan")),))
    book = Book([first, second])
    agreed = {"s": [swap("bob", "dan", (24, 48))]}
    rosters = Rosters(book, {}, START, START + HOUR * 72, swaps=agreed)

    pairs = [
        (standing_at(rosters.final("s"), START + HOUR * at), standing_at(rosters.final("t"), START + HOUR * at))
        for at in range(72)
    ]

    assert all(one and two and one.person != two.person for one, two in pairs)
    assert {two.person for _, two in pairs[24:48] if two} == {"cy"}
