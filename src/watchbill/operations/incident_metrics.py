"""Operation on the record of all incidents: how fast they were noticed, taken, stopped and ended, and which came back."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.incidents.rules.metrics import BOUNDS, Distribution, Group, GroupBy, Measure
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Actor

__all__ = ["DistributionView", "GroupView", "IncidentMetrics", "MetricsView", "RepeatView", "metrics"]

DEFAULT = timedelta(days=30)
LONGEST = timedelta(days=3 * 366)


class IncidentMetrics(BaseModel):
    """Input of `incident.metrics`: from `since` (30 days before `until`) up to `until` (now), which is left out."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    service: str | None = Field(default=None, max_length=64)
    by: GroupBy | None = None


class DistributionView(BaseModel):
    """Minutes. `columns` counts the incidents up to 5, 15, 60 and 240 minutes, each from the one before, and longer ones."""

    count: int
    mean_minutes: float
    median_minutes: float
    p90_minutes: float
    longest_minutes: float
    columns: list[int]


class GroupView(BaseModel):
    """MTTD, MTTA, MTTM and MTTR with their distributions; None where no incident of the period has the figure."""

    name: str
    declared: int
    detect: DistributionView | None
    acknowledge: DistributionView | None
    mitigate: DistributionView | None
    resolve: DistributionView | None


class RepeatView(BaseModel):
    """An incident that was there before: the same service with the same root cause or alert, at most 90 days earlier."""

    number: int
    title: str
    repeats: int
    root_cause: str | None


class MetricsView(BaseModel):
    """The figures of a period; the first group is all together."""

    since: datetime
    until: datetime
    column_minutes: list[int]
    groups: list[GroupView]
    repeats: list[RepeatView]


def metrics(s: Services, who: Actor, given: IncidentMetrics) -> MetricsView:
    """Drills and merged incidents do not count; a measure counts in the period in which its milestone was reached."""
    until = given.until or s.now
    since = given.since or until - DEFAULT
    if not timedelta(0) < until - since <= LONGEST:
        raise Invalid("since", "lies after the end, or more than three years before it", hint="--since 2026-11-01")
    service = s.catalog.find(given.service).name if given.service else None
    found = s.incidents.metrics(since, until, service=service, by=given.by)
    return MetricsView(
        since=since,
        until=until,
        column_minutes=list(BOUNDS),
        groups=[_group(one) for one in found.groups],
        repeats=[
            RepeatView(number=one.number, title=one.title, repeats=old.number, root_cause=one.root_cause)
            for one, old in found.repeats
        ],
    )


def _group(group: Group) -> GroupView:
    measured = {str(measure): _distribution(group.measures.get(measure)) for measure in Measure}
    return GroupView(name=group.name, declared=group.declared, **measured)


def _distribution(found: Distribution | None) -> DistributionView | None:
    if found is None:
        return None
    return DistributionView(
        count=found.count,
        mean_minutes=float(found.mean),
        median_minutes=float(found.median),
        p90_minutes=float(found.p90),
        longest_minutes=float(found.longest),
        columns=list(found.columns),
    )
