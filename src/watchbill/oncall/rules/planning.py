"""Fair rotations: what a plan must keep, what it costs people, and a plain planner that needs no solver.

The planner begins with the best of a plain rotation and of giving each turn, in order, to whoever has borne least; then it
exchanges turns as long as that makes the plan fairer. A solver may find a better one; both are judged by `score`, so the better of the two is taken.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations

from watchbill.oncall.rules.nights import Burden

__all__ = ["Broken", "Problem", "Roster", "Unmet", "broken", "plan", "score", "totals"]

Roster = tuple[tuple[str, ...], ...]  # for each turn, who stands watch in each seat (first, second)
Span = tuple[datetime, datetime]

# What a night, a weekend day and a holiday weigh against each other, and a turn by itself.
_NIGHT, _WEEKEND, _HOLIDAY, _TURN = 2, 3, 8, 4
_CLOSE = 1  # two turns of one person nearer than half a round of the team
_LOOKS = 30_000  # at exchanges; enough for a year of weeks


class Unmet(StrEnum):
    """What a plan could not keep."""

    LEAVE = "leave"  # on watch while on leave
    REST = "rest"  # turns too near to each other
    TWICE = "twice"  # first and second watch are the same person
    NOBODY = "nobody"  # fewer people than seats


# One broken rule outweighs any unfairness, and a watch on leave any lack of rest.
_BROKEN = {Unmet.REST: 10**9, Unmet.LEAVE: 10**12, Unmet.TWICE: 10**15, Unmet.NOBODY: 10**15}


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that one turn breaks."""

    unmet: Unmet
    turn: int
    person: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be planned. `cost` is what each turn takes from each person; `away` are (person, turn) of leave.

    `rest` is how many turns somebody has off after one; `before` are those who stood in the turns right before, newest last.
    """

    turns: Sequence[Span]
    people: Sequence[str]
    cost: Mapping[tuple[str, int], Burden]
    away: frozenset[tuple[str, int]]
    rest: int = 1
    seats: int = 1
    before: Sequence[str] = ()

    def weight(self, person: str, turn: int) -> int:
        """One number for what a turn takes from a person."""
        cost = self.cost[person, turn]
        return _TURN + _NIGHT * cost.nights + _WEEKEND * cost.weekend_days + _HOLIDAY * cost.holidays


def plan(problem: Problem) -> Roster:
    """A fair roster; where the rules cannot all be kept, as few as possible are broken."""
    starts = [_greedy(problem), *_rings(problem)]
    return _improved(problem, min(starts, key=lambda roster: score(problem, roster)))


def broken(problem: Problem, roster: Roster) -> list[Broken]:
    """Every rule that the roster breaks, by turn."""
    found: list[Broken] = []
    last: dict[str, int] = {person: turn - len(problem.before) for turn, person in enumerate(problem.before)}
    for turn, seats in enumerate(roster):
        if len(set(seats)) < len(seats):
            found.append(Broken(Unmet.TWICE if len(problem.people) >= problem.seats else Unmet.NOBODY, turn, seats[0]))
        for seat, person in enumerate(seats):
            if (person, turn) in problem.away:
                found.append(Broken(Unmet.LEAVE, turn, person))
            if person in last and turn - last[person] <= problem.rest and last[person] < turn and seat == 0:
                found.append(Broken(Unmet.REST, turn, person))
        last[seats[0]] = turn
    return found


def totals(problem: Problem, roster: Roster, seat: int = 0) -> dict[str, tuple[int, Burden]]:
    """Per person: turns in that seat, and what they take."""
    found = dict.fromkeys(problem.people, (0, Burden()))
    for turn, seats in enumerate(roster):
        if seat < len(seats):
            count, sum_ = found[seats[seat]]
            found[seats[seat]] = count + 1, sum_.plus(problem.cost[seats[seat], turn])
    return found


def score(problem: Problem, roster: Roster) -> int:
    """How bad a roster is: broken rules first, then unequal burdens (squares: one overloaded person is worse than two that
    bear a little more), holidays for themselves, then turns that lie close together. Comparable within one problem.
    """
    bad = sum(_BROKEN[one.unmet] for one in broken(problem, roster))
    for seat in range(problem.seats):
        weights = dict.fromkeys(problem.people, 0)
        holidays = dict.fromkeys(problem.people, 0)
        for turn, seats in enumerate(roster):
            weights[seats[seat]] += problem.weight(seats[seat], turn)
            holidays[seats[seat]] += problem.cost[seats[seat], turn].holidays
        share = 2 if seat == 0 else 1  # a second watch is seldom called
        bad += (
            10 * share * (sum(one * one for one in weights.values()) + 20 * sum(one * one for one in holidays.values()))
        )
    return bad + _CLOSE * sum(1 for _ in _close(problem, roster))


def _close(problem: Problem, roster: Roster) -> Iterator[int]:
    wished = max(problem.rest + 1, (len(problem.people) + 1) // 2)
    last: dict[str, int] = {}
    for turn, seats in enumerate(roster):
        for person in seats:
            if turn - last.get(person, -wished) < wished:
                yield turn
            last[person] = turn


def _greedy(problem: Problem) -> Roster:
    borne = [dict.fromkeys(problem.people, 0) for _ in range(problem.seats)]
    last: dict[str, int] = {person: turn - len(problem.before) for turn, person in enumerate(problem.before)}
    roster: list[tuple[str, ...]] = []
    for turn in range(len(problem.turns)):
        seats: list[str] = []
        for seat in range(problem.seats):

            def wish(person: str, seat: int = seat, turn: int = turn, taken: tuple[str, ...] = tuple(seats)) -> tuple[object, ...]:  # fmt: skip
                near = turn - last.get(person, -len(problem.turns) - 1)
                return (
                    person in taken, (person, turn) in problem.away, near <= problem.rest,
                    borne[seat][person] + problem.weight(person, turn), -near, problem.people.index(person),
                )  # fmt: skip

            person = min(problem.people, key=wish)
            borne[seat][person] += problem.weight(person, turn)
            seats.append(person)
        for person in seats:
            last[person] = turn
        roster.append(tuple(seats))
    return tuple(roster)


def _rings(problem: Problem) -> Iterator[Roster]:
    """Plain rotations, one for each person to begin with: hard to beat where nobody is away."""
    people = tuple(problem.people)
    for first in range(len(people)):
        yield tuple(
            tuple(people[(first + turn + seat) % len(people)] for seat in range(problem.seats))
            for turn in range(len(problem.turns))
        )


def _improved(problem: Problem, roster: Roster) -> Roster:
    """Exchanges of two turns, and turns given to somebody else, as long as one helps."""
    best, bad = roster, score(problem, roster)
    looks = 0
    helped = True
    while helped and looks < _LOOKS:
        helped = False
        for other in _neighbours(problem, best):
            looks += 1
            other_bad = score(problem, other)
            if other_bad < bad:
                best, bad, helped = other, other_bad, True
                break
            if looks >= _LOOKS:
                break
    return best


def _neighbours(problem: Problem, roster: Roster) -> Iterator[Roster]:
    for seat in range(problem.seats):
        for turn in range(len(roster)):
            for person in problem.people:
                if person != roster[turn][seat]:
                    yield _with(roster, {(turn, seat): person})
        for one, two in combinations(range(len(roster)), 2):
            if roster[one][seat] != roster[two][seat]:
                yield _with(roster, {(one, seat): roster[two][seat], (two, seat): roster[one][seat]})


def _with(roster: Roster, changed: Mapping[tuple[int, int], str]) -> Roster:
    turns = {turn for turn, _ in changed}
    return tuple(
        tuple(changed.get((turn, seat), person) for seat, person in enumerate(seats)) if turn in turns else seats
        for turn, seats in enumerate(roster)
    )
