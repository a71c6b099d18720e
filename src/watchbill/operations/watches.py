"""Operations on watches: when a person stands watch, and when nobody would come."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel

from watchbill.bootstrap import Services
from watchbill.oncall.rules.coverage import MissingKind
from watchbill.operations.swaps import Given
from watchbill.people.model import Actor

__all__ = ["MissingView", "MissingWatches", "PersonWatch", "When", "missing", "when"]

_WHEN_DAYS, _MISSING_DAYS = 60, 14


class When(Given):
    """Input of `oncall.when`: a person's watches from `start` (now) to `end` (60 days later); no person: who asks."""

    person: str | None = None
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class MissingWatches(Given):
    """Input of `oncall.missing`: of a schedule or all, from `start` (now) to `end` (two weeks later)."""

    schedule: str | None = None
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class PersonWatch(BaseModel):
    """One watch of a person. `second`: they back somebody up."""

    schedule: str
    start: datetime
    end: datetime
    layer: str
    second: bool


class MissingView(BaseModel):
    """When nobody would come: a gap, or a watch of somebody who is on leave."""

    schedule: str
    kind: MissingKind
    person: str | None
    start: datetime
    end: datetime


def when(s: Services, who: Actor, given: When) -> list[PersonWatch]:
    """When a person stands watch, on every schedule, by start."""
    person = s.people.person(given.person or who.name).name
    start = given.start or s.now
    seconds = {one.secondary for one in s.schedules.list()}
    found = [
        PersonWatch(schedule=name, start=one.start, end=one.end, layer=one.layer, second=name in seconds)
        for name, shifts in s.schedules.finals(start, given.end or start + timedelta(days=_WHEN_DAYS)).items()
        for one in shifts
        if one.person == person
    ]
    return sorted(found, key=lambda one: (one.start, one.schedule))


def missing(s: Services, who: Actor, given: MissingWatches) -> list[MissingView]:
    """When nobody would come, by start."""
    start = given.start or s.now
    found = s.arranged.coverage.missing(start, given.end or start + timedelta(days=_MISSING_DAYS), given.schedule)
    return [
        MissingView(schedule=one.schedule, kind=one.kind, person=one.person or None, start=one.start, end=one.end)
        for one in found
    ]
