"""What the operations that judge history answer with."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from watchbill.budget.model import BudgetState
from watchbill.budget.whatif import Course
from watchbill.kernel.units import duration_text, span_words
from watchbill.operations.slo_views_of import number
from watchbill.slo.model import Backtest, Detection, Firing, TierSeverity
from watchbill.slo.sentences import remaining_words

__all__ = ["BacktestView", "WhatIfView", "backtest_view", "whatif_view"]


class FiringView(BaseModel):
    """One alert that would have been. `ended_at` None: it would still fire. `during` names incidents that went on then."""

    tier: str
    severity: TierSeverity
    windows: str
    fired_at: datetime
    ended_at: datetime | None
    during: list[str]


class DetectionView(BaseModel):
    """One incident of the record. `detected_by` None: nothing would have fired while it lasted."""

    incident: str
    title: str
    began_at: datetime
    ended_at: datetime | None
    detected_by: str | None
    detected_after_seconds: float | None
    budget_spent_at_detection_pct: float | None
    budget_lost_pct: float | None


class BacktestView(BaseModel):
    """How the tiers would have done; shares between 0 and 1, None where there is nothing to take a share of."""

    slo: str
    service: str
    target_pct: float
    window: str
    start: datetime
    end: datetime
    coverage_pct: float
    firings: list[FiringView]
    incidents: list[DetectionView]
    precision: float | None
    page_precision: float | None
    recall: float | None
    pages: int
    tickets: int
    pages_per_week: float
    calls_per_week: float
    sentence: str
    notes: list[str]


class SpanView(BaseModel):
    """[start, end)."""

    start: datetime
    end: datetime


class DayView(BaseModel):
    """The worst state of a UTC day; None where nothing was known."""

    day: str
    state: BudgetState | None


class CourseView(BaseModel):
    """One promise today and over the span."""

    target_pct: float
    window: str
    good: int
    total: int
    sli_ratio: float | None
    kept: bool | None
    budget_remaining_pct: float | None
    state: BudgetState | None
    frozen: bool
    share_in_state: dict[BudgetState, float | None]
    exhausted: list[SpanView]
    frozen_spans: list[SpanView]
    days: list[DayView]
    pages: int
    tickets: int
    calls: int


class WhatIfView(BaseModel):
    """The promise as it is beside the one that was asked about."""

    slo: str
    service: str
    start: datetime
    end: datetime
    as_is: CourseView
    what_if: CourseView
    sentence: str
    notes: list[str]


def backtest_view(found: Backtest, zone: ZoneInfo, notes: list[str]) -> BacktestView:
    """A back-test for people and programs; its times of day are those of the organisation's zone in sentences only."""
    slo = found.slo
    return BacktestView(
        slo=slo.name,
        service=slo.service,
        target_pct=float(slo.target.pct),
        window=str(slo.window),
        start=found.start,
        end=found.end,
        coverage_pct=float(found.covered_pct),
        firings=[_firing(one, found.detections) for one in found.firings],
        incidents=[_detection(one) for one in found.detections],
        precision=number(found.precision),
        page_precision=number(found.page_precision),
        recall=number(found.recall),
        pages=found.pages,
        tickets=len(found.firings) - found.pages,
        pages_per_week=float(found.per_week(found.pages)),
        calls_per_week=float(found.per_week(found.calls)),
        sentence=_sentence(found, zone),
        notes=notes,
    )


def whatif_view(as_is: Course, what_if: Course, notes: list[str]) -> WhatIfView:
    """Two courses side by side."""
    slo, other = as_is.status.slo, what_if.status.slo
    return WhatIfView(
        slo=slo.name,
        service=slo.service,
        start=as_is.start,
        end=as_is.end,
        as_is=_course(as_is),
        what_if=_course(what_if),
        sentence=f"With {other.target} over {other.window}, {_stands(what_if)}; as it is ({slo.target} over {slo.window}), "
        f"{_stands(as_is)}.",
        notes=notes,
    )


def _firing(one: Firing, detections: tuple[Detection, ...]) -> FiringView:
    return FiringView(
        tier=one.tier.name,
        severity=one.tier.severity,
        windows=f"{duration_text(one.tier.short_window)} and {duration_text(one.tier.long_window)}",
        fired_at=one.fired_at,
        ended_at=one.ended_at,
        during=[
            each.incident.name for each in detections if one.overlaps(each.incident.began_at, each.incident.ended_at)
        ],
    )


def _detection(one: Detection) -> DetectionView:
    return DetectionView(
        incident=one.incident.name,
        title=one.incident.title,
        began_at=one.incident.began_at,
        ended_at=one.incident.ended_at,
        detected_by=one.firing.tier.name if one.firing else None,
        detected_after_seconds=None if one.after is None else one.after.total_seconds(),
        budget_spent_at_detection_pct=number(one.spent_pct),
        budget_lost_pct=number(one.lost_pct),
    )


def _course(one: Course) -> CourseView:
    status = one.status
    return CourseView(
        target_pct=float(status.slo.target.pct),
        window=str(status.slo.window),
        good=status.good,
        total=status.total,
        sli_ratio=None if status.sli_ratio is None else float(status.sli_ratio),
        kept=status.kept,
        budget_remaining_pct=number(status.remaining_pct),
        state=one.state,
        frozen=one.is_frozen,
        share_in_state={state: number(one.share(state)) for state in BudgetState},
        exhausted=[SpanView(start=start, end=end) for start, end in one.exhausted],
        frozen_spans=[SpanView(start=start, end=end) for start, end in one.frozen],
        days=[DayView(day=day.date().isoformat(), state=state) for day, state in one.days],
        pages=one.pages,
        tickets=one.tickets,
        calls=one.calls,
    )


def _sentence(found: Backtest, zone: ZoneInfo) -> str:
    since = found.start.astimezone(zone).date().isoformat()
    said = f"Since {since}: {_many(found.pages, 'page')} and {_many(len(found.firings) - found.pages, 'ticket')}"
    if not found.detections:
        return f"{said}; the record holds no incident of {found.slo.service} to compare them with."
    caught = sum(one.firing is not None for one in found.detections)
    said += f"; {caught} of {_many(len(found.detections), 'incident')} noticed"
    if found.firings:
        said += f", {len(found.true_firings)} of {_many(len(found.firings), 'alert')} during an incident"
    return f"{said}."


def _stands(one: Course) -> str:
    if one.status.remaining_pct is None or one.state is None:
        return "nothing is known of the budget"
    spent = sum(((end - start) for start, end in one.exhausted), start=one.end - one.end)
    calm = f"exhausted for {span_words(spent)}" if spent else "never exhausted"
    return f"{remaining_words(one.status.remaining_pct)} of the budget is left ({one.state}), {calm} and {_many(one.pages, 'page')} in the span"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
