"""Use cases of planning and judging schedules: a fair rotation as a resource, and what is wrong with one."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration_text
from watchbill.oncall.arranged_ports import HandoffLog, Holidays, Leaves, Planner
from watchbill.oncall.model import Layer, Rotation, Schedule
from watchbill.oncall.model.arranged import Leave
from watchbill.oncall.rules.final import standing_at
from watchbill.oncall.rules.lint import Finding, Looked, lint
from watchbill.oncall.rules.nights import Burden, burden
from watchbill.oncall.rules.planning import Broken, Problem, Roster, broken, plan, score, totals
from watchbill.oncall.rules.walltime import moment, wall
from watchbill.oncall.service.coverage import CoverageService
from watchbill.people.model import Person
from watchbill.people.service import PeopleService

__all__ = ["Asked", "Planned", "PlanningService"]

LINT_AHEAD = timedelta(weeks=12)
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_HANDOFF_LOOK = timedelta(days=15)  # two weekly watches
MOST_TURNS = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What to plan. What is left out comes from the schedule of that name, where there is one."""

    schedule: str
    people: Sequence[str] = ()
    start: datetime | None = None  # wall time of the schedule's zone: the first hand-off
    weeks: int = 12
    turn: timedelta | None = None
    timezone: str | None = None
    rest: timedelta | None = None
    second: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan: who takes which turn, what that comes to for each person, and which rules it could not keep."""

    layer: Layer
    second: Layer | None
    timezone: str
    turns: Sequence[tuple[datetime, datetime]]
    roster: Roster
    totals: Sequence[Mapping[str, tuple[int, Burden]]]  # by seat
    unmet: Sequence[Broken]
    planner: str

    @property
    def layer_fields(self) -> tuple[Mapping[str, object], ...]:
        """The layers in the words of the resource, one for each seat."""
        return tuple(_fields(one) for one in (self.layer, self.second) if one is not None)


@dataclass(eq=False, kw_only=True)
class PlanningService:
    """Planning within one transaction."""

    coverage: CoverageService
    leaves: Leaves
    holidays: Holidays
    handoffs: HandoffLog
    people: PeopleService
    clock: Clock
    solver: Planner | None

    def plan(self, asked: Asked) -> Planned:
        """A fair rotation. Raises Invalid where nobody, or too much, is asked for."""
        known = next((one for one in self.coverage.schedules.list() if one.name == asked.schedule), None)
        people = [self.people.person(one) for one in dict.fromkeys(asked.people or (known.people if known else ()))]
        if not people:
            raise Invalid("people", "nobody is named, and there is no such schedule", hint="write --people ann,bob,cy or --team NAME")  # fmt: skip
        zone = _zone(asked, known, self.people.organisation().timezone)
        turn = asked.turn or (known.layers[0].turn if known else _WEEK)
        turns = self._turns(asked, known, zone, turn)
        problem = self._problem(asked, known, people, turns, turn)
        roster, planner = self._best(problem)
        first = wall(turns[0][0], zone)
        seats = [
            _layer(f"planned{'-second' if seat else ''}", first, turn, [one[seat] for one in roster])
            for seat in range(problem.seats)
        ]
        return Planned(
            layer=seats[0],
            second=seats[1] if asked.second else None,
            timezone=zone.key,
            turns=turns,
            roster=roster,
            totals=[totals(problem, roster, seat) for seat in range(problem.seats)],
            unmet=broken(problem, roster),
            planner=planner,
        )

    def lint(self, schedule: str | None = None) -> Sequence[Finding]:
        """What is wrong with one schedule, or all, over the next twelve weeks."""
        schedules = self.coverage.schedules
        now = self.clock.now()
        wanted = [schedules.find(schedule)] if schedule else list(schedules.list())
        seconds = {one.secondary for one in schedules.list()}
        zones = {one.name: one.timezone for one in self.people.persons()}
        signed = self.handoffs.signed(now - _HANDOFF_LOOK)
        found: list[Finding] = []
        for one in wanted:
            shifts = schedules.final(one.name, now, now + LINT_AHEAD)
            every = {*one.people, *(shift.person for shift in shifts)}
            looked = Looked(
                schedule=one,
                shifts=shifts,
                start=now,
                end=now + LINT_AHEAD,
                zones={person: zones.get(person, one.zone) for person in every},
                missing=self.coverage.missing(now, now + LINT_AHEAD, one.name),
                second=one.name in seconds,
                handed_off=one.name in signed if self._has_ended(one, now) and one.name not in seconds else None,
            )
            found += lint(looked)
        return found

    def _has_ended(self, schedule: Schedule, now: datetime) -> bool:
        shifts = self.coverage.schedules.final(schedule.name, now - _HANDOFF_LOOK, now)
        return len({shift.person for shift in shifts}) > 1

    def _best(self, problem: Problem) -> tuple[Roster, str]:
        mine = plan(problem)
        other = self.solver.plan(problem) if self.solver else None
        if self.solver and other is not None and score(problem, other) < score(problem, mine):
            return other, self.solver.name
        return mine, "greedy"

    def _turns(
        self, asked: Asked, known: Schedule | None, zone: ZoneInfo, turn: timedelta
    ) -> Sequence[tuple[datetime, datetime]]:
        if not 1 <= asked.weeks <= 104 or asked.weeks * _WEEK // turn > MOST_TURNS:  # noqa: PLR2004 - two years
            raise Invalid("weeks", f"is 1 to 104, and {MOST_TURNS} turns at most", hint="plan a shorter time")
        first = asked.start or _next_handoff(known, wall(self.clock.now(), zone))
        count = math.ceil(asked.weeks * _WEEK / turn)
        return [(moment(first + turn * at, zone), moment(first + turn * (at + 1), zone)) for at in range(count)]

    def _problem(
        self,
        asked: Asked,
        known: Schedule | None,
        people: Sequence[Person],
        turns: Sequence[tuple[datetime, datetime]],
        turn: timedelta,
    ) -> Problem:
        start, end = turns[0][0], turns[-1][1]
        away = self.leaves.between([one.name for one in people], start, end)
        free = {one.name: self.holidays.named(one.holidays, start.date() - _DAY, end.date() + 2 * _DAY) for one in people}  # fmt: skip
        rest = asked.rest or (min(_WEEK, turn))
        return Problem(
            turns=turns,
            people=[one.name for one in people],
            cost={
                (one.name, at): burden([span], one.timezone, free[one.name])
                for one in people
                for at, span in enumerate(turns)
            },
            away=frozenset(_away(away, turns)),
            rest=math.ceil(rest / turn),
            seats=2 if asked.second else 1,
            before=tuple(self._before(known, start, turn)),
        )

    def _before(self, known: Schedule | None, start: datetime, turn: timedelta) -> Iterator[str]:
        """Who stands watch in the turn right before the plan begins."""
        if known is None:
            return
        shifts = self.coverage.schedules.final(known.name, start - turn, start)
        last = standing_at(shifts, start - timedelta(seconds=1))
        if last:
            yield last.person


def _zone(asked: Asked, known: Schedule | None, house: ZoneInfo) -> ZoneInfo:
    if asked.timezone:
        return Schedule("planned", asked.timezone, ()).zone
    return known.zone if known else house


def _next_handoff(known: Schedule | None, now: datetime) -> datetime:
    """The next hand-off of the schedule's first layer; of none, next Monday at nine."""
    if known is not None:
        layer = known.layers[0]
        return layer.start + max(0, (now - layer.start) // layer.turn + 1) * layer.turn
    return (now + _WEEK - timedelta(days=now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)


def _away(leaves: Sequence[Leave], turns: Sequence[tuple[datetime, datetime]]) -> Iterator[tuple[str, int]]:
    for leave in leaves:
        for at, (start, end) in enumerate(turns):
            if leave.start < end and leave.end > start:
                yield leave.person, at


def _layer(name: str, start: datetime, turn: timedelta, people: Sequence[str]) -> Layer:
    named = {_DAY: Rotation.DAILY, _WEEK: Rotation.WEEKLY}.get(turn, Rotation.CUSTOM)
    return Layer(name, named, start, tuple(people), turn if named is Rotation.CUSTOM else None)


def _fields(layer: Layer) -> Mapping[str, object]:
    fields: dict[str, object] = {"name": layer.name, "rotation": str(layer.rotation)}
    if layer.every is not None:
        fields["every"] = duration_text(layer.every)
    return fields | {"start": layer.start.isoformat(timespec="seconds"), "people": list(layer.people)}
