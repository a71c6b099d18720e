"""The review of on-call health: loads shifts, pages and answers of a period, and of the one before, and has them judged."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property

from watchbill.catalog.service import CatalogService
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, NotFound
from watchbill.oncall.health_ports import Holidays, Mitigations, PageHistory, Surveys
from watchbill.oncall.model.health import (
    Figures,
    Interruption,
    KeptShift,
    PersonReview,
    Share,
    ShiftReview,
    TeamReview,
)
from watchbill.oncall.rules.bands import FEWEST_PEOPLE
from watchbill.oncall.rules.fairness import by_expectation, share
from watchbill.oncall.rules.hours import Calendar, interruptions
from watchbill.oncall.rules.review import figures, heat, person_review, shift_review
from watchbill.oncall.service.crews import Crew, crews
from watchbill.oncall.service.keeping import ShiftService
from watchbill.people.model import Person
from watchbill.people.service import PeopleService

__all__ = ["Calendars", "HealthService"]

LONGEST_DAYS = 366
_LONGEST_SHIFT = timedelta(days=35)  # how far before the period a shift that ended in it may have begun
_NOISIEST = 5


class Calendars:
    """Each person's clock over a stretch of time: own zone, own hours, own holidays, else those of the house."""

    def __init__(self, people: PeopleService, holidays: Holidays, since: datetime, until: datetime) -> None:
        self._people = people
        self._holidays = holidays
        self._start, self._end = since.date() - timedelta(days=3), until.date() + timedelta(days=3)
        self._made: dict[str, Calendar] = {}

    def of(self, person: str) -> Calendar:
        """The calendar of a person; whoever is not defined (any more) goes by the house."""
        if person not in self._made:
            known, house = self._persons.get(person), self._people.organisation()
            region = (known.holidays if known else None) or house.holidays
            days = self._holidays.between(region, self._start, self._end)
            zone = known.timezone if known else house.timezone
            self._made[person] = Calendar(zone, known.work_hours if known else None, days.__contains__)
        return self._made[person]

    @cached_property
    def _persons(self) -> Mapping[str, Person]:
        return {one.name: one for one in self._people.persons()}


@dataclass(frozen=True, slots=True)
class _Period:
    """What happened in [since, until), for everybody."""

    since: datetime
    until: datetime
    shifts: Sequence[KeptShift]
    felt: Sequence[Interruption]
    before: Sequence[Interruption]  # in shifts that began before the period
    mitigated: Sequence[tuple[str | None, Fraction]]
    scores: Mapping[str, Mapping[int, int]]


@dataclass(eq=False, kw_only=True)
class HealthService:
    """Reads only."""

    shifts: ShiftService
    pages: PageHistory
    mitigations: Mitigations
    surveys: Surveys
    holidays: Holidays
    people: PeopleService
    catalog: CatalogService
    clock: Clock

    def review(
        self, days: int, *, until: datetime | None = None, teams: Sequence[str] | None = None
    ) -> list[TeamReview]:
        """The last so many days, and as many before them for the trend; of these teams, or of all that stand watch.

        Raises Invalid beyond a year and NotFound for a name that is neither a team on watch nor a schedule.
        """
        if not 1 <= days <= LONGEST_DAYS:
            raise Invalid("days", f"{days} is not between 1 and {LONGEST_DAYS}", hint="--days 28")
        now = self.clock.now()
        until = min(until or now, now)
        span = timedelta(days=days)
        wanted = self._wanted(teams)
        calendars = Calendars(self.people, self.holidays, until - 2 * span - _LONGEST_SHIFT, until)
        current = self._period(until - span, until, calendars)
        previous = self._period(until - 2 * span, until - span, calendars)
        return [self._team(crew, current, previous, calendars) for crew in wanted]

    def crews(self) -> list[Crew]:
        """Teams and the schedules that they stand watch on."""
        return crews(self.people.teams(), list(self.shifts.first_level().values()), self.catalog.list())

    def _wanted(self, teams: Sequence[str] | None) -> list[Crew]:
        known = self.crews()
        if teams is None:
            return known
        by_name = {crew.name: crew for crew in known}
        by_name |= {one: Crew(one, (one,), crew.services_of(one), crew.members_of(one)) for crew in known for one in crew.schedules if one not in by_name}  # fmt: skip
        missing = [name for name in teams if name not in by_name]
        if missing:
            raise NotFound("team on watch", missing[0], known=list(by_name))
        return [by_name[name] for name in teams]

    def _period(self, since: datetime, until: datetime, calendars: Calendars) -> _Period:
        early = since - _LONGEST_SHIFT
        felt = interruptions(self.pages.sent(early, until, self.clock.now()), calendars.of)
        return _Period(
            since,
            until,
            self.shifts.stood(early, until),
            [one for one in felt if one.at >= since],
            [one for one in felt if one.at < since],
            self.mitigations.minutes(since, until),
            self.surveys.scores(_month(since), _month(until)),
        )

    def _team(self, crew: Crew, current: _Period, previous: _Period, calendars: Calendars) -> TeamReview:
        ended, people, felt, found = self._judged(crew, current, calendars)
        _ended, _people, _felt, before = self._judged(crew, previous, calendars)
        return TeamReview(
            team=crew.name,
            schedules=crew.schedules,
            since=current.since,
            until=current.until,
            figures=_with_trend(found, before),
            shifts=tuple(ended),
            people=tuple(people),
            interruptions=len(felt),
            pages=sum(len(one.pages) for one in felt),
            heat=heat(felt),
            burden=self._share(crew, [(one.person, one.burden) for one in people]),
            hours=self._share(crew, [(one.person, one.hours) for one in people]),
            noisiest=self._noisiest(current, felt),
            too_small=len(crew.members) < FEWEST_PEOPLE,
        )

    def _judged(
        self, crew: Crew, period: _Period, calendars: Calendars
    ) -> tuple[list[ShiftReview], list[PersonReview], list[Interruption], Figures]:
        mine = [one for one in period.shifts if one.schedule in crew.schedules]
        ended = [one for one in mine if one.end is not None and period.since <= one.end < period.until]
        standing = [one for one in mine if one.clipped(period.since, period.until)]
        felt = _within(standing, period.felt)
        names = sorted({*crew.members, *(one.person for one in standing)})
        people = [
            person_review(
                name,
                [one for one in standing if one.person == name],
                [one for one in felt if one.person == name],
                (period.since, period.until),
                calendars.of(name),
            )
            for name in names
        ]
        every = [*period.before, *period.felt]
        reviewed = [shift_review(one, _within([one], every)) for one in ended]
        scores: Counter[int] = Counter()
        for schedule in crew.schedules:
            scores.update(period.scores.get(schedule, {}))
        mitigated = [took for service, took in period.mitigated if service in crew.services]
        return reviewed, people, felt, figures(reviewed, people, felt, mitigated, scores)

    def _share(self, crew: Crew, loads: Sequence[tuple[str, Fraction]]) -> Share:
        """Over the members of the rotation as it is now, each of whom is expected to carry as much as the others."""
        eligible = [load for name, load in loads if name in crew.members]
        return share(by_expectation(eligible, [Fraction(1)] * len(eligible)))

    def _noisiest(self, period: _Period, felt: Sequence[Interruption]) -> tuple[tuple[str, int], ...]:
        people = {one.person for one in felt}
        titles = Counter(title for title, person in self.pages.names(period.since, period.until) if person in people)
        return tuple(titles.most_common(_NOISIEST))


def _within(shifts: Sequence[KeptShift], felt: Sequence[Interruption]) -> list[Interruption]:
    """Interruptions of somebody who stood watch then, each once."""
    by_person: dict[str, list[KeptShift]] = {}
    for shift in shifts:
        by_person.setdefault(shift.person, []).append(shift)
    return [one for one in felt if any(shift.holds(one.at) for shift in by_person.get(one.person, ()))]


def _with_trend(found: Figures, before: Figures) -> Figures:
    trend = {
        metric: replace(figure, previous=before.by_metric[metric].value) for metric, figure in found.by_metric.items()
    }
    return replace(found, by_metric=trend)


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)
