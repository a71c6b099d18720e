"""Reliability: the promises worst first, and one promise with its budget burning down."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TypedDict

from watchbill.bootstrap import Services
from watchbill.budget.model import ReviewDecision
from watchbill.entrypoints.web.charts.burndown import Burndown, Left, Mark, Stretch, burndown
from watchbill.entrypoints.web.charts.days import calendar, spark
from watchbill.entrypoints.web.charts.minutes import Flag, Minute, Minutes, minutes
from watchbill.entrypoints.web.pages.promises import days_of, look
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import slos as words
from watchbill.kernel.errors import NotFound
from watchbill.operations import alerts, budget_kept, changes, dashboard, incidents, resources, reviews, slos
from watchbill.operations.budget_kept import AdjustmentView
from watchbill.operations.changes import ChangeEventView
from watchbill.operations.incident_given import ListIncidents
from watchbill.operations.incident_views import IncidentRow
from watchbill.operations.slo_views import SloDetailView, SloGlanceView

__all__ = ["index", "show"]

SHOWN, POINTS, MARKS = 50, 160, 40
# The axis goes this much of the window beyond now, so that a forecast can be seen to fall.
AHEAD = Fraction(1, 14)
LATELY = timedelta(minutes=60)
HOURS = (1, 6, 24)


def index(s: Services, visit: Visit) -> Shown:
    """All promises, worst first, filtered by state and words."""
    everything = slos.glances(s, visit.who)
    state, text = visit.ask("state"), (visit.ask("q") or "").casefold()
    found = [
        one
        for one in everything
        if (not state or _is(one, state)) and (not text or text in f"{one.slo} {one.service} {one.type}".casefold())
    ]
    start = next((place + 1 for place, one in enumerate(found) if one.slo == visit.ask("after")), 0)
    shown = found[start : start + SHOWN]
    promises = look(s, visit, everything, shown)
    facts = promises.facts
    return Shown(
        "slos.html",
        {
            "headline": words.list_headline(facts),
            "more": words.list_more(facts, visit.local),
            "promises": promises.rows,
            "days": {one.slo: spark(days_of(s, visit, one)) for one in promises.rows},
            "after": shown[-1].slo if start + SHOWN < len(found) else None,
            "total": len(everything),
            "found": len(found),
            "asked": {"state": state or "", "q": visit.ask("q") or ""},
            "counts": words.state_counts(facts),
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One promise in full."""
    who, name = visit.who, visit.params["name"]
    one = slos.show(s, who, slos.NamedSlo(name=name))
    burned = slos.burndown(s, who, slos.BurndownOf(name=one.slo, points=POINTS))
    deploys = changes.list_all(
        s, who, changes.ListChanges(service=one.service, since=burned.window_start, limit=MARKS)
    ).items
    happened = incidents.list_all(
        s, who, ListIncidents(service=one.service, since=burned.window_start, limit=MARKS)
    ).items
    line = [
        Left(point.at, None if point.remaining_pct is None else Fraction(str(point.remaining_pct)))
        for point in burned.points
    ]
    kept = _kept(s, visit, one)
    pictures = [
        replace(_burndown(one, visit, line, happened, deploys, wide=wide), taken=_taken(kept["adjustments"]))
        for wide in (True, False)
    ]
    return Shown(
        "slo.html",
        {
            "one": one,
            "headline": words.slo_headline(one),
            "more": words.slo_more(one, visit.local),
            "wide": burndown(pictures[0], class_="far"),
            "narrow": burndown(pictures[1], class_="near"),
            "calendar": calendar(days_of(s, visit, one)),
            "lately": _lately(s, visit, one, deploys),
            "incidents": happened,
            "changes": deploys,
            "alerts": alerts.list_all(s, who, alerts.ListAlerts(service=one.service, name="SLOBurn", limit=6)).items,
            "resource": _resource(s, visit, one),
            "losses": dashboard.contributors(s, who, dashboard.ContributorsOf(name=one.slo, hours=_hours(visit))),
            "hours": _hours(visit),
            "spans": HOURS,
            **kept,
        },
    )


class _Kept(TypedDict):
    """What people decided and are asked about one promise."""

    adjustments: list[AdjustmentView]
    duties: list[budget_kept.DutyView]
    reviewed: reviews.ReviewsView
    missing: list[str]
    decisions: list[str]


def _kept(s: Services, visit: Visit, one: SloDetailView) -> _Kept:
    who = visit.who
    reviewed = reviews.history(s, who, reviews.ReviewedSlo(name=one.slo))
    agreed = {each.stakeholder for each in reviewed.agreements if each.target_pct == one.target_pct}
    return {
        "adjustments": [
            each
            for each in budget_kept.adjustments(s, who, budget_kept.ListAdjustments(slo=one.slo))
            if each.end > one.window_start
        ],
        "duties": budget_kept.duties(s, who, budget_kept.ListDuties(slo=one.slo, open=True, limit=20)),
        "reviewed": reviewed,
        "missing": [each for each in one.stakeholders if each not in agreed],
        "decisions": list(ReviewDecision),
    }


def _taken(adjustments: Sequence[AdjustmentView]) -> list[Stretch]:
    return [Stretch(one.start, one.end, one.reason) for one in adjustments if one.withdrawn_at is None]


def _hours(visit: Visit) -> int:
    """Over how many hours the page looks for causes: one of the few that it offers."""
    asked = visit.ask("hours") or ""
    return int(asked) if asked in map(str, HOURS) else HOURS[0]


def _resource(s: Services, visit: Visit, one: SloDetailView) -> resources.ResourceView | None:
    """What is written down; None for a member of a group, whose one SLO is written for all."""
    try:
        return resources.show(s, visit.who, resources.NamedResource(kind="slo", name=one.slo))
    except NotFound:
        return None


def _is(one: SloGlanceView, state: str) -> bool:
    """Whether a promise belongs to a state of the filter; burning, frozen and blind are asked like states."""
    return {"burning": bool(one.firing), "frozen": one.frozen, "blind": one.data_status in {"stale", "no_data"}}.get(
        state, one.state == state
    )


def _burndown(
    one: SloDetailView,
    visit: Visit,
    line: list[Left],
    happened: list[IncidentRow],
    deploys: list[ChangeEventView],
    *,
    wide: bool,
) -> Burndown:
    now = visit.local.now
    end = one.window_end if one.window_end > now + timedelta(hours=1) else now + (now - one.window_start) * float(AHEAD)
    return Burndown(
        start=one.window_start, end=end, now=now, zone=visit.local.zone, line=line,
        incidents=[Stretch(_began(each), each.resolved_at, f"INC-{each.number}") for each in happened],
        deploys=[Mark(each.at, each.version or each.kind) for each in deploys],
        gone_at=one.exhausted_at, width_px=1080 if wide else 358,
    )  # fmt: skip


def _began(row: IncidentRow) -> datetime:
    return row.started_at or row.detected_at


def _lately(s: Services, visit: Visit, one: SloDetailView, deploys: list[ChangeEventView]) -> object:
    """The last hour, minute by minute."""
    end = visit.local.now
    found = slos.series(s, visit.who, slos.SeriesOf(name=one.slo, start=end - LATELY, end=end))
    rows = [Minute(point.minute, point.good, point.total if point.covered else 0) for point in found.points]
    flags = [Flag(each.at, f"{each.kind} {each.version or ''}".strip()) for each in deploys]
    return minutes(Minutes(rows, 1 - Fraction(str(one.target_pct)) / 100, visit.local.zone, flags, width_px=520))
