"""Operations on SLOs: the list, worst first; one in full; kept or not; series for charts; the nines; pushed counts."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetState
from watchbill.people.model import Actor
from watchbill.slo.model import DataStatus, NoData, SliType, TierSeverity

__all__ = [
    "BurndownView",
    "CheckView",
    "ContributorView",
    "CountRow",
    "ForecastView",
    "ListSlos",
    "NamedSlo",
    "Nines",
    "NinesRow",
    "PointView",
    "PushCounts",
    "PushedView",
    "SeriesOf",
    "SeriesPoint",
    "SeriesView",
    "SloDetailView",
    "SloView",
    "SourceView",
    "TierView",
    "burndown",
    "check",
    "list_all",
    "nines",
    "push",
    "series",
    "show",
]


class ListSlos(BaseModel):
    """Input of `slo.list`."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    state: BudgetState | None = None


class NamedSlo(BaseModel):
    """Input of `slo.show` and `slo.check`; `at` looks back (default: now)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    at: datetime | None = None


class BurndownOf(BaseModel):
    """Input of `slo.burndown`: so many points over the window."""

    model_config = ConfigDict(extra="forbid")

    name: str
    points: int = Field(default=120, ge=2, le=1000)


class SeriesOf(BaseModel):
    """Input of `slo.series`: [start, end) in steps of whole minutes (default: the last hour, minute by minute)."""

    model_config = ConfigDict(extra="forbid")

    name: str
    start: datetime | None = None
    end: datetime | None = None
    step_minutes: int = Field(default=1, ge=1, le=10_080)


class Nines(BaseModel):
    """Input of `slo.nines`: further targets beside the guide's."""

    model_config = ConfigDict(extra="forbid")

    target_pct: str | None = Field(default=None, description="A target to add, as text so that it stays exact: 99.93")


class CountRow(BaseModel):
    """Counts to add to a minute; `good` is counted inside `total`."""

    model_config = ConfigDict(extra="forbid")

    minute: datetime
    good: int = Field(ge=0, le=10**15)
    total: int = Field(ge=0, le=10**15)


class PushCounts(BaseModel):
    """Input of `counts.push`: the same batch id a second time changes nothing."""

    model_config = ConfigDict(extra="forbid")

    sli: str
    batch: str = Field(min_length=1, max_length=200)
    counts: list[CountRow] = Field(min_length=1, max_length=50_000)


class ForecastView(BaseModel):
    """Where the budget is heading if what burns now goes on; counts what ages out of the window."""

    burn_rate: float | None
    exhausts_at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    recovers_at: datetime | None
    sentence: str


class TierView(BaseModel):
    """One burn tier and what its windows burn now."""

    name: str
    severity: TierSeverity
    burn_rate: float
    short_window: str
    long_window: str
    short_burn: float | None
    long_burn: float | None
    firing: bool
    since: datetime | None
    exhausts_in_seconds: float
    exhausts_in: str
    detects_outage_in_seconds: float | None


class SloView(BaseModel):
    """How one promise stands: the contract keys, and beside them what people read."""

    slo: str
    service: str
    sli: str
    type: SliType | None
    target_pct: float
    window: str
    window_start: datetime
    window_end: datetime
    at: datetime
    good: int
    total: int
    bad: int
    sli_ratio: float | None
    kept: bool | None
    budget_remaining_pct: float | None
    budget_remaining: str
    state: BudgetState | None
    frozen: bool
    frozen_since: datetime | None
    burn_rates: dict[str, float | None]
    exhausted_at: datetime | None
    recovers_at: datetime | None
    coverage_pct: float
    data_status: DataStatus
    data_reason: str
    firing: list[str]
    runbook: str | None
    sentence: str


class SourceView(BaseModel):
    """Where the events come from and how that source stands."""

    kind: str | None
    where: str | None
    measured: bool
    reason: str
    caught_up: bool
    newest_at: datetime | None
    read: int
    rejected: int


class ContributorView(BaseModel):
    """A value of a dimension and its share of the bad events of the last hour."""

    dimension: str
    value: str
    bad: int
    total: int
    share_of_bad_pct: float


class SloDetailView(SloView):
    """One promise in full."""

    description: str | None
    owner: str | None
    stakeholders: list[str]
    review_cadence: str | None
    sla_pct: float | None
    external_target_pct: float | None
    no_data: NoData
    min_events: int
    budget_minutes: float
    budget_events: float | None
    consumed_week_pct: float | None
    projected_remaining_pct: float | None
    policy: str | None
    actions: list[str]
    escalation_when_budget_exhausted: list[str]
    tiers: list[TierView]
    forecast: ForecastView
    contributors: list[ContributorView]
    source: SourceView
    warnings: list[str]


class CheckView(BaseModel):
    """Whether the promise is kept; `kept` None: nothing is known."""

    slo: str
    service: str
    kept: bool | None
    target_pct: float
    sli_ratio: float | None
    good: int
    total: int
    budget_remaining_pct: float | None
    state: BudgetState | None
    frozen: bool
    data_status: DataStatus
    sentence: str


class PointView(BaseModel):
    """What was left of the budget at a moment."""

    at: datetime
    remaining_pct: float | None


class BurndownView(BaseModel):
    """The budget over its window, oldest first, and the line of even spending to compare with."""

    slo: str
    window_start: datetime
    window_end: datetime
    points: list[PointView]


class SeriesPoint(BaseModel):
    """The counts of one step."""

    minute: datetime
    good: int
    total: int
    covered: bool


class SeriesView(BaseModel):
    """Counts over time."""

    slo: str
    start: datetime
    end: datetime
    step_minutes: int
    allowed_bad_ratio: float
    points: list[SeriesPoint]


class NinesRow(BaseModel):
    """What a target allows: down time a month (30.4375 d), in 28 days and a year; and what it is fit for."""

    target_pct: float
    allowed_bad_pct: float
    month_seconds: float
    month: str
    four_weeks_seconds: float
    four_weeks: str
    year_seconds: float
    year: str
    fit_for: str


class PushedView(BaseModel):
    """Whether the batch was new."""

    sli: str
    batch: str
    duplicate: bool
    minutes: int


def list_all(s: Services, who: Actor, given: ListSlos) -> list[SloView]: ...
def show(s: Services, who: Actor, given: NamedSlo) -> SloDetailView: ...
def check(s: Services, who: Actor, given: NamedSlo) -> CheckView: ...
def burndown(s: Services, who: Actor, given: BurndownOf) -> BurndownView: ...
def series(s: Services, who: Actor, given: SeriesOf) -> SeriesView: ...
def nines(s: Services, who: Actor, given: Nines) -> list[NinesRow]: ...
def push(s: Services, who: Actor, given: PushCounts) -> PushedView: ...
