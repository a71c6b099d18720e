"""What operations on SLOs and budgets answer with."""

from datetime import datetime

from pydantic import BaseModel

from watchbill.budget.model import BudgetState
from watchbill.slo.model import Budgeting, DataStatus, NoData, SliType, TierSeverity

__all__ = [
    "BurndownView",
    "CheckView",
    "CompositeView",
    "ContributorView",
    "ForecastView",
    "NinesRow",
    "PartView",
    "PointView",
    "PushedView",
    "SeriesPoint",
    "SeriesView",
    "SloDetailView",
    "SloGlanceView",
    "SloView",
    "SourceView",
    "TierView",
    "UnadjustedView",
]


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


class SloGlanceView(BaseModel):
    """How one promise stands, for lists of all of them: no counts, rates or forecast."""

    slo: str
    service: str
    type: SliType | None
    state: BudgetState | None
    frozen: bool
    budget_remaining_pct: float | None
    data_status: DataStatus
    firing: list[str]


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
    noun: str  # what its events are called: orders, requests
    recent_bad_ratio: float | None  # of the last five minutes
    losing: str | None  # what it does to its users right now: "is losing 15 in 1,000 orders"; None: nothing failed
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
    reasons: dict[str, int]
    samples: dict[str, list[str]]
    corrections: int
    corrected_at: datetime | None
    notes: list[str]


class ContributorView(BaseModel):
    """A value of a dimension and its share of the bad events of the last hour."""

    dimension: str
    value: str
    bad: int
    total: int
    share_of_bad_pct: float


class UnadjustedView(BaseModel):
    """The figures with what was taken out of the budget by hand."""

    good: int
    total: int
    budget_remaining_pct: float | None
    state: BudgetState | None


class PartView(BaseModel):
    """A part of a composite, and how it stands by itself."""

    slo: str
    weight: float
    bad_ratio: float | None
    budget_remaining_pct: float | None


class CompositeView(BaseModel):
    """The rule in a sentence, and the parts."""

    rule: str
    sentence: str
    parts: list[PartView]


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
    unadjusted: UnadjustedView | None
    group: dict[str, str]
    budgeting: Budgeting
    composite: CompositeView | None
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
