"""Operations on the health of watches: the review, and the compensation report."""

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.oncall.model.health import (
    Band,
    Evenness,
    Figure,
    Figures,
    Metric,
    PersonReview,
    Share,
    ShiftReview,
    TeamReview,
)
from watchbill.oncall.rules.bands import BANDS, FEWEST_PEOPLE
from watchbill.oncall.rules.paying import Stood
from watchbill.operations.slo_views_of import number
from watchbill.people.model import Actor

__all__ = [
    "Compensation", "CompensationView", "MetricView", "PersonHealthView", "ReviewOncall", "ReviewView", "ShareView",
    "ShiftHealthView", "StoodView", "TeamHealthView", "compensation", "review",
]  # fmt: skip


class ReviewOncall(BaseModel):
    """Input of `oncall.review`: the `days` before `until` (now) of one team (or schedule), else of all the asker's teams."""

    model_config = ConfigDict(extra="forbid")

    team: str | None = Field(default=None, max_length=64)
    days: int = Field(default=28, ge=1, le=366)
    until: AwareDatetime | None = None


class Compensation(BaseModel):
    """Input of `oncall.compensation`: a month as `2026-10` (the last whole one), of one team's people or of all."""

    model_config = ConfigDict(extra="forbid")

    month: str | None = Field(default=None, max_length=7)
    team: str | None = Field(default=None, max_length=64)


class MetricView(BaseModel):
    """One of the seven. `healthy` and `critical` are the edges, neither of which belongs to its band; `count` is what it rests on."""

    metric: Metric
    value: float | None
    band: Band | None
    previous: float | None
    count: int
    healthy: int
    critical: int


class ShareView(BaseModel):
    """How evenly a load lies; Gini is corrected for the number of people."""

    gini: float | None
    variation: float | None
    largest_share: float | None
    evenness: Evenness | None


class ShiftHealthView(BaseModel):
    """One shift that ended in the period."""

    schedule: str
    person: str
    start: datetime
    end: datetime | None
    interruptions: int
    pages: int
    off_hours: int
    band: Band
    acknowledge_minutes: float | None


class PersonHealthView(BaseModel):
    """One person's load while standing watch. Satisfaction is never shown of a person."""

    person: str
    shifts: int
    hours: float
    interruptions: int
    pages: int
    business: int
    off_hours: int
    sleep: int
    nights: int
    burden: float
    off_hours_per_week: float | None
    band: Band | None
    acknowledge_minutes: float | None


class TeamHealthView(BaseModel):
    """One team, or a schedule that no team owns. `heat` counts interruptions by hour of the week from Monday 00:00."""

    team: str
    schedules: list[str]
    interruptions: int
    pages: int
    metrics: list[MetricView]
    acknowledge_p90_minutes: float | None
    avg_ack_time_min: float | None
    unanswered: int
    labelled: int
    calls: int
    false_positive_interval_pct: list[float] | None
    shifts: list[ShiftHealthView]
    people: list[PersonHealthView]
    heat: list[int]
    burden: ShareView
    hours: ShareView
    noisiest: list[tuple[str, int]]
    too_small: bool
    fewest_people: int


class ReviewView(BaseModel):
    """The period, and each team in it."""

    since: datetime
    until: datetime
    days: int
    teams: list[TeamHealthView]


class StoodView(BaseModel):
    """One person on one schedule in the month."""

    person: str
    schedule: str
    compensation: str
    shifts: int
    hours: float
    off_hours: float
    night_hours: float
    pages: int
    interruptions: int
    off_hours_interruptions: int


class CompensationView(BaseModel):
    """A month of the house, [since, until)."""

    month: str
    since: datetime
    until: datetime
    rows: list[StoodView]


def review(s: Services, who: Actor, given: ReviewOncall) -> ReviewView:
    """Of the named team; else of the teams that the asker belongs to, or of all where that is none."""
    health = s.duty.health
    until = min(given.until or s.now, s.now)
    if given.team is not None:
        teams = [given.team]
    else:
        watching = [crew.name for crew in health.crews()]
        mine = [team.name for team in s.people.teams_of(who.name) if team.name in watching]
        teams = mine or watching
    found = health.review(given.days, until=until, teams=teams)
    since = found[0].since if found else until
    return ReviewView(since=since, until=until, days=given.days, teams=[_team(one) for one in found])


def compensation(s: Services, who: Actor, given: Compensation) -> CompensationView:
    """Seconds in line included; a month that goes on counts up to now."""
    span = s.duty.pay.month(given.month)
    people = list(s.people.team(given.team).members) if given.team else None
    zone = s.people.organisation().timezone
    rows = s.duty.pay.report(span, people=people)
    return CompensationView(
        month=f"{span[0].astimezone(zone):%Y-%m}", since=span[0], until=span[1], rows=[_stood(row) for row in rows]
    )


def _team(one: TeamReview) -> TeamHealthView:
    figures = one.figures
    interval = figures.false_positive_interval
    return TeamHealthView(
        team=one.team,
        schedules=list(one.schedules),
        interruptions=one.interruptions,
        pages=one.pages,
        metrics=_metrics(figures),
        acknowledge_p90_minutes=number(figures.acknowledge_p90),
        avg_ack_time_min=number(figures.acknowledge_mean),
        unanswered=figures.unanswered,
        labelled=figures.labelled,
        calls=figures.calls,
        false_positive_interval_pct=list(interval) if interval else None,
        shifts=[_shift(each) for each in one.shifts],
        people=[_person(each) for each in one.people],
        heat=list(one.heat),
        burden=_share(one.burden),
        hours=_share(one.hours),
        noisiest=list(one.noisiest),
        too_small=one.too_small,
        fewest_people=FEWEST_PEOPLE,
    )


def _metrics(figures: Figures) -> list[MetricView]:
    return [_metric(figures.by_metric[metric]) for metric in Metric]


def _metric(one: Figure) -> MetricView:
    healthy, critical = BANDS[one.metric]
    return MetricView(
        metric=one.metric,
        value=number(one.value),
        band=one.band,
        previous=number(one.previous),
        count=one.count,
        healthy=healthy,
        critical=critical,
    )


def _share(one: Share) -> ShareView:
    return ShareView(
        gini=number(one.gini), variation=one.variation, largest_share=number(one.largest), evenness=one.evenness
    )


def _shift(one: ShiftReview) -> ShiftHealthView:
    return ShiftHealthView(
        schedule=one.shift.schedule,
        person=one.shift.person,
        start=one.shift.start,
        end=one.shift.end,
        interruptions=one.interruptions,
        pages=one.pages,
        off_hours=one.off_hours,
        band=one.band,
        acknowledge_minutes=number(one.acknowledge_minutes),
    )


def _person(one: PersonReview) -> PersonHealthView:
    return PersonHealthView(
        person=one.person,
        shifts=one.shifts,
        hours=float(one.hours),
        interruptions=one.interruptions,
        pages=one.pages,
        business=one.business,
        off_hours=one.off,
        sleep=one.sleep,
        nights=one.nights,
        burden=float(one.burden),
        off_hours_per_week=number(one.per_week),
        band=one.band,
        acknowledge_minutes=number(one.acknowledge_minutes),
    )


def _stood(row: Stood) -> StoodView:
    return StoodView(
        person=row.person,
        schedule=row.schedule,
        compensation=row.compensation,
        shifts=row.shifts,
        hours=float(row.hours),
        off_hours=float(row.off_hours),
        night_hours=float(row.night_hours),
        pages=row.pages,
        interruptions=row.interruptions,
        off_hours_interruptions=row.off_hours_interruptions,
    )
