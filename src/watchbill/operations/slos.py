"""Operations on SLOs: the list, worst first; one in full; kept or not; series for charts; the nines; pushed counts."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetState, DaySpend
from watchbill.kernel.instants import floor_minute
from watchbill.kernel.units import Ratio
from watchbill.operations.slo_views import (
    BurndownView,
    CheckView,
    NinesRow,
    PointView,
    PushedView,
    SeriesPoint,
    SeriesView,
    SloDetailView,
    SloGlanceView,
    SloView,
)
from watchbill.operations.slo_views_of import detail_of, glance_of, nines_row_of, number, view_of
from watchbill.people.model import Actor
from watchbill.slo.model import Bucket
from watchbill.slo.rules.nines import nines_table

__all__ = [
    "BurndownOf",
    "CountRow",
    "ListSlos",
    "NamedSlo",
    "Nines",
    "PushCounts",
    "SeriesOf",
    "burndown",
    "check",
    "days",
    "glances",
    "list_all",
    "nines",
    "push",
    "rows",
    "series",
    "show",
]

_DEFAULT_SERIES = timedelta(hours=1)


class ListSlos(BaseModel):
    """Input of `slo.list`."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    state: BudgetState | None = None


class NamedSlo(BaseModel):
    """Input of `slo.show` and `slo.check`; `at` looks back (default: now)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    at: AwareDatetime | None = None


class BurndownOf(BaseModel):
    """Input of `slo.burndown`: so many points over the window."""

    model_config = ConfigDict(extra="forbid")

    name: str
    points: int = Field(default=120, ge=2, le=1000)


class SeriesOf(BaseModel):
    """Input of `slo.series`: [start, end) in steps of whole minutes (default: the last hour, minute by minute)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None
    step_minutes: int = Field(default=1, ge=1, le=10_080)


class Nines(BaseModel):
    """Input of `slo.nines`: further targets beside the guide's."""

    model_config = ConfigDict(extra="forbid")

    target_pct: str | None = Field(default=None, description="A target to add, as text so that it stays exact: 99.93")


class CountRow(BaseModel):
    """Counts to add to a minute; `good` is counted inside `total`."""

    model_config = ConfigDict(extra="forbid")

    minute: AwareDatetime
    good: int = Field(ge=0, le=10**15)
    total: int = Field(ge=0, le=10**15)
    group: dict[str, str] = Field(default={}, max_length=8, description="Values of the columns that SLOs group by")


class PushCounts(BaseModel):
    """Input of `counts.push`: the same batch id a second time changes nothing."""

    model_config = ConfigDict(extra="forbid")

    sli: str
    batch: str = Field(min_length=1, max_length=200)
    counts: list[CountRow] = Field(min_length=1, max_length=50_000)


def list_all(s: Services, who: Actor, given: ListSlos) -> list[SloView]:
    """All promises (of a service, in a state), the least budget left first, unknown ones last."""
    slos = s.slo.list() if given.service is None else s.slo.for_service(s.catalog.find(given.service).name)
    found = s.budget.worst_first(slos)
    return [view_of(s, one) for one in found if given.state in {None, one.state}]


def glances(s: Services, who: Actor) -> list[SloGlanceView]:
    """All promises in the order of the list with what can be had at once for thousands; pages ask `rows` for those they show."""
    return [glance_of(s, one) for one in s.budget.glances(s.slo.list())]


def rows(s: Services, who: Actor, names: Sequence[str]) -> dict[str, SloView]:
    """These promises as the list shows them, by name."""
    return {one.status.slo.name: view_of(s, one) for one in s.budget.worst_first([s.slo.find(name) for name in names])}


def days(s: Services, who: Actor, one: SloView, zone: ZoneInfo) -> list[DaySpend]:
    """What each local day of the promise's window took of its budget."""
    return s.budget.spent_by_day(s.slo.find(one.slo), one.window_start, min(one.window_end, one.at), one.total, zone)


def show(s: Services, who: Actor, given: NamedSlo) -> SloDetailView:
    """One promise in full, now or as of a moment of the past."""
    return detail_of(s, s.budget.show(given.name, given.at), with_contributors=True)


def check(s: Services, who: Actor, given: NamedSlo) -> CheckView:
    """Whether the ratio over the window is at least the target."""
    found = view_of(s, s.budget.show(given.name, given.at))
    return CheckView(**{field: getattr(found, field) for field in CheckView.model_fields})


def burndown(s: Services, who: Actor, given: BurndownOf) -> BurndownView:
    """What was left of the budget over its window, oldest first."""
    status = s.slo.status(given.name)
    points = s.budget.burndown(status.slo, given.points)
    return BurndownView(
        slo=status.slo.name,
        window_start=status.start,
        window_end=status.end,
        points=[PointView(at=one.at, remaining_pct=number(one.remaining_pct)) for one in points],
    )


def series(s: Services, who: Actor, given: SeriesOf) -> SeriesView:
    """Good and total events over time."""
    slo = s.slo.find(given.name)
    end = given.end or floor_minute(s.slo.watermark) + timedelta(minutes=1)
    start = floor_minute(given.start or end - _DEFAULT_SERIES)
    buckets = s.slo.series(slo, start, end, given.step_minutes)
    return SeriesView(
        slo=slo.name,
        start=start,
        end=end,
        step_minutes=given.step_minutes,
        allowed_bad_ratio=float(slo.allowed),
        points=[SeriesPoint(minute=one.start, good=one.good, total=one.total, covered=one.covered) for one in buckets],
    )


def nines(s: Services, who: Actor, given: Nines) -> list[NinesRow]:
    """What each target allows in down time, and one more where it is asked for."""
    extra = None if given.target_pct is None else Ratio.percent(given.target_pct, field="target_pct")
    return [nines_row_of(row) for row in nines_table(extra)]


def push(s: Services, who: Actor, given: PushCounts) -> PushedView:
    """Add counts to an SLI with `source: {push: {}}`; the same batch id a second time changes nothing."""
    minutes = [
        Bucket(row.minute, row.good, row.total, groups=s.promised.groups_of(given.sli, row.group))
        for row in given.counts
    ]
    taken = s.slo.push(given.sli, given.batch, minutes)
    return PushedView(
        sli=given.sli, batch=given.batch, duplicate=not taken, minutes=len({one.start for one in minutes})
    )
