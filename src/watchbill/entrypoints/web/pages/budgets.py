"""Budgets: every one with its line, trend, week and incidents, the worst first."""

from fractions import Fraction

from markupsafe import Markup

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.charts.burndown import Left
from watchbill.entrypoints.web.charts.trendline import trendline
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import budgets as words
from watchbill.entrypoints.web.words.states import tone_of
from watchbill.operations import budget_kept, dashboard, reviews, slos
from watchbill.operations.dashboard_views import BudgetRow
from watchbill.operations.slo_views import SloGlanceView

__all__ = ["index"]

SHOWN = 20


def index(s: Services, visit: Visit) -> Shown:
    """A page of the list, filtered by state and service; only the rows that are shown are worked out in full."""
    everything = slos.glances(s, visit.who)
    state, service = visit.ask("state"), visit.ask("service")
    found = [one for one in everything if _is(one, state) and service in {None, one.service}]
    start = next((place + 1 for place, one in enumerate(found) if one.slo == visit.ask("after")), 0)
    shown = found[start : start + SHOWN]
    facts = words.BudgetFacts(
        budgets=everything,
        open_duties=budget_kept.waiting(s, visit.who),
        reviews_overdue=len(reviews.due(s, visit.who, reviews.DueReviews(overdue=True))),
    )
    rows = dashboard.some(s, visit.who, [one.slo for one in shown])
    return Shown(
        "budgets.html",
        {
            "headline": words.headline(facts),
            "more": words.more(facts),
            "rows": rows,
            "lines": {row.slo: _line(row) for row in rows},
            "trends": {row.slo: words.trend_words(row, visit.local) for row in rows},
            "after": shown[-1].slo if start + SHOWN < len(found) else None,
            "total": len(everything),
            "asked": {"state": state or "", "service": service or ""},
            "counts": [
                (name, count)
                for name in ("exhausted", "critical", "warning", "healthy", "frozen")
                if (count := sum(_is(one, name) for one in everything))
            ],
        },
    )


def _is(one: SloGlanceView, state: str | None) -> bool:
    return state is None or one.state == state or (state == "frozen" and one.frozen)


def _line(row: BudgetRow) -> Markup:
    points = [
        Left(one.at, None if one.remaining_pct is None else Fraction(str(one.remaining_pct))) for one in row.sparkline
    ]
    return trendline(points, tone_of(row.state))
