"""Plans: leave and rest are kept where they can be, burdens are even, and what cannot be kept is said; both planners."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.adapters.solving import CpSatPlanner
from watchbill.oncall.rules.nights import Burden, burden, is_asleep
from watchbill.oncall.rules.planning import Problem, Roster, Unmet, broken, plan, score, totals

MONDAY = datetime(2026, 12, 7, 8, tzinfo=UTC)  # 09:00 in Paris
WEEK = timedelta(weeks=1)
PARIS, SYDNEY = ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Sydney")
FIVE = ("ann", "bob", "cy", "dee", "eve")


def problem(
    people: tuple[str, ...] = FIVE,
    weeks: int = 10,
    *,
    away: frozenset[tuple[str, int]] = frozenset(),
    holidays: frozenset[int] = frozenset(),
    seats: int = 1,
    rest: int = 1,
    before: tuple[str, ...] = (),
) -> Problem:
    """Weeks for people who all bear the same by them, but for the weeks with a holiday."""
    cost = {
        (person, at): Burden(7, 2, int(at in holidays), 168) for person in people for at in range(weeks)
    }  # fmt: skip
    turns = [(MONDAY + WEEK * at, MONDAY + WEEK * (at + 1)) for at in range(weeks)]
    return Problem(turns, people, cost, away, rest, seats, before)


def solved(asked: Problem) -> Roster:
    """By the solver, which must find one."""
    found = CpSatPlanner().plan(asked)
    assert found is not None
    return found


PLANNERS = pytest.mark.parametrize("planner", [plan, solved], ids=["greedy", "or-tools"])


@PLANNERS
def test_everybody_has_as_many_turns(planner: object) -> None:
    """Ten weeks of five people are two for each, none back to back."""
    assert callable(planner)
    asked = problem()
    roster = planner(asked)

    assert [count for count, _ in totals(asked, roster).values()] == [2] * 5
    assert broken(asked, roster) == []


@PLANNERS
def test_nobody_stands_watch_on_leave(planner: object) -> None:
    """Ann is away for the first half: she has her turns in the second."""
    assert callable(planner)
    asked = problem(away=frozenset(("ann", at) for at in range(5)))
    roster = planner(asked)

    assert broken(asked, roster) == []
    assert next(at for at, seats in enumerate(roster) if seats == ("ann",)) >= 5
    assert totals(asked, roster)["ann"][0] == 2


@PLANNERS
def test_holidays_go_round(planner: object) -> None:
    """Five weeks with a holiday, five people: one for each."""
    assert callable(planner)
    asked = problem(holidays=frozenset({2, 3, 5, 8, 9}))

    assert [sum_.holidays for _, sum_ in totals(asked, planner(asked)).values()] == [1] * 5


@PLANNERS
def test_first_and_second_are_never_the_same_person(planner: object) -> None:
    """Both seats are fair, each by itself."""
    assert callable(planner)
    asked = problem(seats=2)
    roster = planner(asked)

    assert all(first != second for first, second in roster)
    assert [count for seat in (0, 1) for count, _ in totals(asked, roster, seat).values()] == [2] * 10


@PLANNERS
def test_who_stood_last_does_not_begin(planner: object) -> None:
    """Ann has the week before the plan: somebody else has its first."""
    assert callable(planner)

    assert planner(problem(before=("ann",)))[0] != ("ann",)


def test_what_cannot_be_kept_is_as_little_as_possible_and_is_said() -> None:
    """Two people, one of whom is away for three weeks: the other has no rest in two of them, and never a watch on leave."""
    asked = problem(("ann", "bob"), 6, away=frozenset({("bob", 1), ("bob", 2), ("bob", 3)}))
    found = broken(asked, plan(asked))

    assert CpSatPlanner().plan(asked) is None
    assert {one.unmet for one in found} == {Unmet.REST}
    assert [one.turn for one in found] == [2, 3]


def test_when_all_are_away_somebody_stands_watch_and_the_plan_says_so() -> None:
    """A plan without a person would be a gap: the conflict is named instead."""
    asked = problem(("ann", "bob"), 3, away=frozenset({("ann", 1), ("bob", 1)}))

    assert [(one.unmet, one.turn) for one in broken(asked, plan(asked)) if one.unmet is Unmet.LEAVE] == [
        (Unmet.LEAVE, 1)
    ]


def test_one_person_for_two_seats_is_said() -> None:
    """Nobody backs up themselves."""
    asked = problem(("ann",), 1, seats=2)

    assert [one.unmet for one in broken(asked, plan(asked))] == [Unmet.NOBODY]


def test_days_go_to_whoever_is_up() -> None:
    """Twelve-hour turns of two people half a world apart: both sleep."""
    turns = [(MONDAY + timedelta(hours=12 * at), MONDAY + timedelta(hours=12 * (at + 1))) for at in range(14)]
    zones = {"ann": PARIS, "dee": SYDNEY}
    cost = {(person, at): burden([span], zone) for person, zone in zones.items() for at, span in enumerate(turns)}
    roster = plan(Problem(turns, ("ann", "dee"), cost, frozenset(), rest=1))

    assert {(at % 2, seats[0]) for at, seats in enumerate(roster)} == {(0, "ann"), (1, "dee")}


@given(
    st.integers(2, 6),
    st.integers(1, 12),
    st.frozensets(st.tuples(st.sampled_from(FIVE), st.integers(0, 11)), max_size=12),
    st.integers(1, 2),
)
@settings(max_examples=25, deadline=None)
def test_the_solver_is_never_needed_for_the_rules(
    people: int, weeks: int, away: frozenset[tuple[str, int]], seats: int
) -> None:
    """Where a roster keeps every rule the plain planner nearly always finds one; it never names strangers or skips a turn."""
    names = (*FIVE, "flo")[:people]
    asked = problem(
        names, weeks, away=frozenset(one for one in away if one[0] in names and one[1] < weeks), seats=seats
    )
    roster = plan(asked)

    assert len(roster) == weeks
    assert all(len(one) == seats and set(one) <= set(names) for one in roster)
    assert score(asked, roster) <= score(
        asked, tuple((names * 2)[at % people : at % people + seats] for at in range(weeks))
    )


def test_a_night_counts_once_and_by_the_persons_own_clock() -> None:
    """A week in Paris has seven nights and two weekend days; the same in Sydney, where it begins in the evening."""
    span = [(MONDAY, MONDAY + WEEK)]

    assert (burden(span, PARIS).nights, burden(span, PARIS).weekend_days, burden(span, PARIS).hours) == (7, 2, 168)
    assert (burden(span, SYDNEY).nights, burden(span, SYDNEY).weekend_days) == (7, 2)
    assert burden([(MONDAY, MONDAY + timedelta(hours=8))], PARIS).nights == 0
    assert burden([(MONDAY, MONDAY + timedelta(hours=8))], SYDNEY).nights == 1


@pytest.mark.parametrize(
    ("clock", "asleep"), [("21:59", False), ("22:00", True), ("07:59", True), ("08:00", False)]
)  # fmt: skip
def test_sleep_is_from_ten_to_eight(clock: str, asleep: bool) -> None:  # noqa: FBT001 - a column of the table
    """Half-open, on the wall."""
    at = datetime.fromisoformat(f"2026-12-07T{clock}").replace(tzinfo=PARIS).astimezone(UTC)

    assert is_asleep(at, PARIS) is asleep
