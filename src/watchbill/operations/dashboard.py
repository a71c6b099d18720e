"""Operations behind the budget dashboard: rows worst first, marks of a burn-down, a calendar of days, contributors."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from fractions import Fraction

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetState, BudgetStatus, Snapshot
from watchbill.budget.rules.trend import trend_of
from watchbill.incidents.model import Incident
from watchbill.incidents.ports import Search
from watchbill.kernel.instants import floor_minute
from watchbill.operations.dashboard_views import (
    BudgetRow,
    CalendarDay,
    CalendarView,
    ContributorsView,
    DashboardView,
    IncidentShare,
    Mark,
    MarkKind,
    MarksView,
    Overall,
    SnapshotView,
)
from watchbill.operations.slo_views import ContributorView, PointView
from watchbill.operations.slo_views_of import number, view_of
from watchbill.people.model import Actor
from watchbill.slo.model import Contributor, Slo

__all__ = [
    "CalendarOf",
    "ContributorsOf",
    "MarksOf",
    "ShowDashboard",
    "calendar",
    "contributors",
    "marks",
    "show",
    "some",
]

_MINUTE = timedelta(minutes=1)
_SPARK_POINTS = 30
_MOST_MARKS = 200
_MOST_CONTRIBUTORS = 60
_MARKS = {BudgetState.HEALTHY: "good", BudgetState.WARNING: "look out", BudgetState.CRITICAL: "bad", BudgetState.EXHAUSTED: "spent"}  # fmt: skip


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ShowDashboard(_Given):
    """Input of `budget.dashboard`: a service (name or alias), or nothing for all."""

    service: str | None = None


class MarksOf(_Given):
    """Input of `slo.marks`: over its window."""

    name: str


class CalendarOf(_Given):
    """Input of `slo.calendar`: so many weeks up to today."""

    name: str
    weeks: int = Field(default=13, ge=1, le=53)


class ContributorsOf(_Given):
    """Input of `slo.contributors`: the last so many hours, one dimension or all."""

    name: str
    hours: int = Field(default=1, ge=1, le=24 * 90)
    dimension: str | None = None


def show(s: Services, who: Actor, given: ShowDashboard) -> DashboardView:
    """Every budget with what a weekly look needs. Contributors are looked up where one service is named."""
    service = None if given.service is None else s.catalog.find(given.service).name
    budgets = s.budget.worst_first(s.slo.list() if service is None else s.slo.for_service(service))
    rows = _rows(s, budgets, s.budgets.snapshots.of(), with_contributors=service is not None)
    return DashboardView(service=service, at=s.slo.watermark, overall=_overall(rows), rows=rows)


def some(s: Services, who: Actor, names: Sequence[str]) -> list[BudgetRow]:
    """These budgets, worst first, with contributors: a page of the list asks for those that it shows."""
    snapshots = [one for name in names for one in s.budgets.snapshots.of(name)]
    return _rows(s, s.budget.worst_first([s.slo.find(name) for name in names]), snapshots, with_contributors=True)


def marks(s: Services, who: Actor, given: MarksOf) -> MarksView:
    """Incidents, changes and adjustments inside the window, oldest first."""
    status = s.slo.status(given.name)
    slo = status.slo
    found = [
        *(_incident_mark(one) for one in _incidents(s, slo, status.start)),
        *(
            Mark(
                kind=MarkKind.CHANGE, at=one.at, ends_at=one.at, id=one.id, title=one.summary, what=str(one.kind),
                risk=str(one.risk), rollback_plan=one.rollback_plan,
            )
            for one in s.catalog.changes(slo.service, since=status.start, limit=_MOST_MARKS)
        ),
        *(
            Mark(kind=MarkKind.ADJUSTMENT, at=one.start, ends_at=one.end, id=one.id, title=one.reason, what="taken out")
            for one in s.budgets.adjustments.list(slo.name)
            if one.withdrawn_at is None and one.end > status.start
        ),
    ]  # fmt: skip
    return MarksView(
        slo=slo.name, window_start=status.start, window_end=status.end, marks=sorted(found, key=lambda one: one.at)
    )


def calendar(s: Services, who: Actor, given: CalendarOf) -> CalendarView:
    """Local days with their real length, from a Monday to today."""
    status = s.slo.status(given.name)
    slo, zone = status.slo, s.people.organisation().timezone
    today = status.at.astimezone(zone).date()
    first = today - timedelta(days=today.weekday() + 7 * (given.weeks - 1))
    end = floor_minute(status.at) + _MINUTE
    days = []
    for place in range((today - first).days + 1):
        start, following = (
            datetime.combine(first + timedelta(days=place + more), time(), tzinfo=zone).astimezone(status.at.tzinfo)
            for more in (0, 1)
        )
        found = s.slo.counts.between(s.slo.budget_series(slo), start, min(following, end))
        ratio = found.bad_ratio(slo.no_data)
        budget = slo.allowed * status.total
        days.append(
            CalendarDay(
                day=first + timedelta(days=place),
                good=found.good,
                total=found.total,
                bad=found.bad,
                bad_ratio=number(ratio),
                consumed_pct=number(100 * found.lost / budget) if budget and found.total else None,
                kept=None if ratio is None else ratio <= slo.allowed,
                covered_minutes=found.covered,
                minutes=(following - start) // _MINUTE,
            )
        )
    return CalendarView(slo=slo.name, timezone=zone.key, target_pct=float(slo.target.pct), days=days)


def contributors(s: Services, who: Actor, given: ContributorsOf) -> ContributorsView:
    """Where the failures came from; empty where the source cannot tell."""
    slo = s.slo.find(given.name)
    end = floor_minute(s.slo.watermark) + _MINUTE
    over = timedelta(hours=given.hours)
    losses = s.slo.losses(slo, over, limit=_MOST_CONTRIBUTORS)
    return ContributorsView(
        slo=slo.name,
        start=end - over,
        end=end,
        bad=losses.bad,
        total=losses.total,
        contributors=[
            _contributor(one, losses.bad) for one in losses.contributors if given.dimension in {None, one.dimension}
        ],
    )


def _rows(
    s: Services, budgets: Sequence[BudgetStatus], kept: Sequence[Snapshot], *, with_contributors: bool
) -> list[BudgetRow]:
    snapshots: dict[str, list[Snapshot]] = {}
    for one in kept:
        snapshots.setdefault(one.slo, []).append(one)
    duties = s.budgets.duties.open_by_slo()
    names = {one.status.slo.name for one in budgets}
    overdue = {slo.name for slo, standing in s.budgets.reviews.standings(names) if standing.overdue}
    return [
        _row(s, one, snapshots.get(name, []), with_contributors=with_contributors).model_copy(
            update={"open_duties": duties.get(name, 0), "review_overdue": name in overdue}
        )
        for one, name in ((one, one.status.slo.name) for one in budgets)
    ]


def _row(s: Services, budget: BudgetStatus, snapshots: Sequence[Snapshot], *, with_contributors: bool) -> BudgetRow:
    view, status = view_of(s, budget), budget.status
    slo = status.slo
    top = s.slo.losses(slo) if with_contributors else None
    return BudgetRow(
        slo=slo.name,
        service=slo.service,
        target_pct=view.target_pct,
        window=view.window,
        state=budget.state,
        frozen=budget.frozen,
        mark=("frozen, " if budget.frozen else "") + (_MARKS[budget.state] if budget.state else "unknown"),
        sentence=budget.sentence,
        budget_remaining_pct=view.budget_remaining_pct,
        budget_remaining=view.budget_remaining,
        unadjusted_remaining_pct=number(s.budget.unadjusted_pct(status)),
        trend=trend_of(status.remaining_pct, snapshots),
        consumed_week_pct=number(s.budget.consumed_pct(status)),
        burn_rates=view.burn_rates,
        incidents=_shares(s, slo, status.start) if status.total else [],
        top_contributor=_contributor(top.contributors[0], top.bad) if top and top.contributors else None,
        exhausts_at=budget.exhausted_at,
        earliest=budget.forecast.earliest,
        latest=budget.forecast.latest,
        recovers_at=budget.forecast.recovers_at,
        sparkline=[PointView(at=one.at, remaining_pct=number(one.remaining_pct)) for one in s.budget.burndown(status, _SPARK_POINTS)],
        snapshots=[
            SnapshotView(
                week=one.week, remaining_pct=number(one.remaining_pct), consumed_pct=number(one.consumed_pct),
                state=one.state, frozen=one.frozen,
            )
            for one in snapshots
        ],
        open_duties=0,
        review_overdue=False,
        data_status=str(status.data_status),
        projected_remaining_pct=number(budget.projected_remaining_pct),
    )  # fmt: skip


def _overall(rows: Sequence[BudgetRow]) -> Overall:
    states = [str(row.state) if row.state else "unknown" for row in rows]
    return Overall(
        budgets=len(rows),
        by_state={name: states.count(name) for name in (*map(str, BudgetState), "unknown")},
        frozen=sum(row.frozen for row in rows),
        worst=rows[0].slo if rows and rows[0].budget_remaining_pct is not None else None,
        open_duties=sum(row.open_duties for row in rows),
        reviews_overdue=sum(row.review_overdue for row in rows),
    )


def _incidents(s: Services, slo: Slo, since: datetime) -> list[Incident]:
    return list(s.incidents.list(Search(service=slo.service, drill=False, since=since, limit=_MOST_MARKS)))


def _shares(s: Services, slo: Slo, since: datetime) -> list[IncidentShare]:
    """Incidents of the service in the window, the greediest first."""
    found = _incidents(s, slo, since)
    spans = [(one.began_at, max(one.began_at, one.resolved_at or s.now)) for one in found]
    charged = s.budget.attribute_each(slo, spans) if spans else []
    shares = [
        IncidentShare(
            incident=one.id, number=one.number, title=one.title, severity=str(one.severity), status=str(one.status),
            began_at=one.began_at, resolved_at=one.resolved_at, bad=float(took.bad),
            share_of_budget_pct=number(took.share_of_budget_pct),
        )
        for one, took in zip(found, charged, strict=True)
    ]  # fmt: skip
    return sorted(shares, key=lambda one: -one.bad)


def _incident_mark(one: Incident) -> Mark:
    return Mark(
        kind=MarkKind.INCIDENT,
        at=one.began_at,
        ends_at=one.resolved_at,
        id=one.id,
        title=one.title,
        what=str(one.severity),
    )


def _contributor(one: Contributor, bad: int) -> ContributorView:
    return ContributorView(
        dimension=one.dimension, value=one.value, bad=one.bad, total=one.total,
        share_of_bad_pct=float(Fraction(100 * one.bad, bad)),
    )  # fmt: skip
