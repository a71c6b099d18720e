"""What a dashboard of budgets is drawn from: rows with trend and sparkline, marks, calendar days, contributors."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel

from watchbill.budget.model import BudgetState
from watchbill.budget.rules.trend import Trend
from watchbill.operations.slo_views import ContributorView, PointView

__all__ = [
    "BudgetRow",
    "CalendarDay",
    "CalendarView",
    "ContributorsView",
    "DashboardView",
    "IncidentShare",
    "Mark",
    "MarkKind",
    "MarksView",
    "Overall",
    "SnapshotView",
]  # fmt: skip


class MarkKind(StrEnum):
    """What a mark on a burn-down stands for."""

    INCIDENT = "incident"
    CHANGE = "change"
    ADJUSTMENT = "adjustment"


class Mark(BaseModel):
    """Something that happened inside the window. `what` is the kind of change, or the severity; `ends_at` null: it goes on."""

    kind: MarkKind
    at: datetime
    ends_at: datetime | None
    id: str
    title: str
    what: str
    risk: str | None = None
    rollback_plan: str | None = None


class MarksView(BaseModel):
    """Everything to be marked on an SLO's burn-down, oldest first."""

    slo: str
    window_start: datetime
    window_end: datetime
    marks: list[Mark]


class IncidentShare(BaseModel):
    """An incident and what it took of the budget; overlapping ones share evenly, all together never take more than was lost."""

    incident: str
    number: int
    title: str
    severity: str
    status: str
    began_at: datetime
    resolved_at: datetime | None
    bad: float
    share_of_budget_pct: float | None


class SnapshotView(BaseModel):
    """How a budget stood when a week began; `consumed_pct` is what the week before it took."""

    week: datetime
    remaining_pct: float | None
    consumed_pct: float | None
    state: BudgetState | None
    frozen: bool


class BudgetRow(BaseModel):
    """One budget. `mark` is the status in words (never colour alone); `trend` compares with the newest snapshot."""

    slo: str
    service: str
    target_pct: float
    window: str
    state: BudgetState | None
    frozen: bool
    mark: str
    sentence: str
    budget_remaining_pct: float | None
    budget_remaining: str
    unadjusted_remaining_pct: float | None  # with what was taken out by hand; null: nothing was
    trend: Trend | None
    consumed_week_pct: float | None
    burn_rates: dict[str, float | None]
    incidents: list[IncidentShare]
    top_contributor: ContributorView | None
    exhausts_at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    recovers_at: datetime | None
    sparkline: list[PointView]
    snapshots: list[SnapshotView]
    open_duties: int
    review_overdue: bool
    data_status: str
    projected_remaining_pct: float | None


class Overall(BaseModel):
    """All rows together."""

    budgets: int
    by_state: dict[str, int]  # the four states, and unknown
    frozen: int
    worst: str | None
    open_duties: int
    reviews_overdue: int


class DashboardView(BaseModel):
    """The dashboard of one service, or of all; rows are worst first."""

    service: str | None
    at: datetime
    overall: Overall
    rows: list[BudgetRow]


class CalendarDay(BaseModel):
    """One local day. `consumed_pct` is its part of the present window's budget; `kept` null: nothing was counted."""

    day: date
    good: int
    total: int
    bad: int
    bad_ratio: float | None
    consumed_pct: float | None
    kept: bool | None
    covered_minutes: int
    minutes: int  # 1380 or 1500 where clocks change


class CalendarView(BaseModel):
    """Days in the house's zone, oldest first, for a heat map: weeks begin on Monday."""

    slo: str
    timezone: str
    target_pct: float
    days: list[CalendarDay]


class ContributorsView(BaseModel):
    """Where the failures of a span came from, worst first in each dimension."""

    slo: str
    start: datetime
    end: datetime
    bad: int
    total: int
    contributors: list[ContributorView]
