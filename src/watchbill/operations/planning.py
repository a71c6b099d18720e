"""Operations on the quality of schedules: a fair plan as a resource, and what is wrong with a schedule."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from watchbill.bootstrap import Services
from watchbill.kernel.units import duration
from watchbill.oncall.rules.lint import Rule
from watchbill.oncall.rules.nights import Burden
from watchbill.oncall.rules.planning import Broken, Unmet
from watchbill.oncall.service.planning import Asked, Planned
from watchbill.operations.swaps import Given
from watchbill.people.model import Actor

__all__ = ["AskPlan", "FindingView", "LintSchedules", "PersonLoad", "PlanView", "TurnView", "lint", "plan"]


class AskPlan(Given):
    """Input of `oncall.plan`. What is left out comes from the schedule of that name; `start` is wall time of its zone."""

    schedule: str
    people: list[str] = Field(default_factory=list)
    team: str | None = None
    start: datetime | None = Field(default=None, description="The first hand-off, local: 2026-12-07T09:00")
    weeks: int = Field(default=12, ge=1, le=104)
    turn: str | None = Field(default=None, description="How long a turn lasts: 7d, 1d, 12h")
    timezone: str | None = None
    rest: str | None = Field(
        default=None, description="Time off after a turn; a week after a week, else as long as a turn"
    )
    second: bool = Field(default=False, description="Plan the second watch as well")


class LintSchedules(Given):
    """Input of `oncall.lint`: one schedule, or all."""

    schedule: str | None = None


class TurnView(BaseModel):
    """One turn of a plan."""

    start: datetime
    end: datetime
    person: str
    second: str | None


class PersonLoad(BaseModel):
    """What a plan comes to for one person; `second`: in the second seat."""

    person: str
    second: bool
    turns: int
    nights: int
    weekend_days: int
    holidays: int
    hours: float


class PlanView(BaseModel):
    """A plan; `yaml` is the resource (two of them with a second watch) that makes it real when it is applied."""

    schedule: str
    planner: str
    turns: list[TurnView]
    people: list[PersonLoad]
    unmet: list[str]
    notes: list[str]
    yaml: str


class FindingView(BaseModel):
    """One practice that a schedule does not keep."""

    schedule: str
    rule: Rule
    message: str
    fix: str


def plan(s: Services, who: Actor, given: AskPlan) -> PlanView:
    """A fair rotation over nights, weekends, holidays and leave; nothing is stored."""
    people = list(given.people)
    if given.team:
        people += s.people.team(given.team).members
    found = s.arranged.planning.plan(
        Asked(
            schedule=given.schedule,
            people=people,
            start=given.start.replace(tzinfo=None) if given.start else None,
            weeks=given.weeks,
            turn=duration(given.turn, field="turn") if given.turn else None,
            timezone=given.timezone,
            rest=duration(given.rest, field="rest") if given.rest else None,
            second=given.second,
        )
    )
    documents, notes = _resources(s, given.schedule, found)
    return PlanView(
        schedule=given.schedule,
        planner=found.planner,
        turns=[
            TurnView(start=start, end=end, person=seats[0], second=seats[1] if len(seats) > 1 else None)
            for (start, end), seats in zip(found.turns, found.roster, strict=True)
        ],
        people=[
            _load(person, turns, sum_, second=bool(seat))
            for seat, each in enumerate(found.totals)
            for person, (turns, sum_) in each.items()
        ],
        unmet=[_words(found, one) for one in found.unmet],
        notes=notes,
        yaml="---\n".join(s.document_text("schedule", one) for one in documents),
    )


def lint(s: Services, who: Actor, given: LintSchedules) -> list[FindingView]:
    """What is wrong with schedules, by the playbook's practices."""
    return [
        FindingView(schedule=one.schedule, rule=one.rule, message=one.what, fix=one.fix)
        for one in s.arranged.planning.lint(given.schedule)
    ]


def _resources(s: Services, name: str, found: Planned) -> tuple[list[dict[str, object]], list[str]]:
    """The schedule as it is now (or a new one) with the planned layer instead of its own; the second watch likewise."""
    first = _document(s, name)
    notes = _replaced(name, first)
    made = first | {"name": name, "timezone": found.timezone, "layers": [dict(found.layer_fields[0])]}
    if found.second is None:
        return [made], notes
    second = str(first.get("secondary") or f"{name}-second")
    other = _document(s, second)
    notes += _replaced(second, other)
    return [
        made | {"secondary": second},
        other | {"name": second, "timezone": found.timezone, "layers": [dict(found.layer_fields[1])]},
    ], notes


def _document(s: Services, name: str) -> dict[str, object]:
    known = s.documents.get("schedule", name)
    return dict(known.spec) if known else {}


def _replaced(name: str, spec: Mapping[str, object]) -> list[str]:
    layers = spec.get("layers")
    names = [str(one["name"]) for one in layers] if isinstance(layers, list) else []
    return [f"{name}: the planned layer takes the place of {', '.join(names)}"] if names else []


def _load(person: str, turns: int, load: Burden, *, second: bool) -> PersonLoad:
    return PersonLoad(
        person=person,
        second=second,
        turns=turns,
        nights=load.nights,
        weekend_days=load.weekend_days,
        holidays=load.holidays,
        hours=round(load.hours, 1),
    )


def _words(found: Planned, one: Broken) -> str:
    start, end = found.turns[one.turn]
    span = f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    return {
        Unmet.LEAVE: f"{one.person} is on leave in the turn of {span}, and so is everybody else who could have it",
        Unmet.REST: f"{one.person} has too little rest before the turn of {span}",
        Unmet.TWICE: f"{one.person} is first and second in the turn of {span}",
        Unmet.NOBODY: f"there are fewer people than seats in the turn of {span}",
    }[one.unmet]
