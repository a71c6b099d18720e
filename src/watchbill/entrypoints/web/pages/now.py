"""Now: what is wrong, who has the watch, which promises are in danger, what is open, what changed. Calm on a good day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.pages.promises import look
from watchbill.entrypoints.web.pages.watch import leading, watch_pictures
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words.now import IncidentFact, NowFacts, WatchFact, headline, more
from watchbill.entrypoints.web.words.silences import maintenance_words
from watchbill.operations import changes, incidents, maintenance, oncall, paging, services, slos, unroutable
from watchbill.operations.incident_given import ListIncidents
from watchbill.operations.incident_views import IncidentRow
from watchbill.operations.paging_views import EscalationView, PageRow

__all__ = ["page"]

WORST, SCHEDULES, PAGES, NAMES, RECENT = 8, 4, 50, 4, timedelta(hours=1)
NEAR = timedelta(hours=24)


def page(s: Services, visit: Visit) -> Shown:
    """The one glance."""
    seen = slos.glances(s, visit.who)
    promises = look(s, visit, seen, seen[:WORST])
    opened = incidents.list_all(s, visit.who, ListIncidents(open=True)).items
    schedules = leading(oncall.list_all(s, visit.who, oncall.ListSchedules()))
    watches = oncall.now(s, visit.who, oncall.Now())
    pages = paging.list_all(s, visit.who, paging.ListPages(limit=PAGES)).items
    catalog = services.names(s, visit.who)
    walks = paging.escalations(s, visit.who, paging.ListEscalations(open=True, limit=20)).items
    calling, answered_by, answered_at = _answering(walks, visit)
    facts = NowFacts(
        promises=promises.facts,
        incidents=[_incident(one, visit) for one in opened],
        watches=[
            WatchFact(one.schedule, visit.name(one.primary) if one.primary else None, one.until)
            for one in watches
            if one.schedule in {each.name for each in schedules}
        ],
        services=len(catalog),
        calling=calling,
        acknowledged_by=answered_by,
        acknowledged_at=answered_at,
    )
    since = visit.local.now - RECENT
    return Shown(
        "now.html",
        {
            "headline": headline(facts),
            "more": more(facts, visit.local),
            "watch": watch_pictures(s, visit, schedules[:SCHEDULES], pages, _today(s, visit, opened))
            if schedules
            else None,
            "schedules_hidden": max(0, len(schedules) - SCHEDULES),
            "promises": promises.rows,
            "promise_count": len(seen),
            "incidents": opened,
            "open_count": len(opened),
            "calls": _my_calls(s, visit, walks),
            "unroutable": unroutable.list_all(s, visit.who, unroutable.ListUnroutable()),
            "changes": changes.list_all(s, visit.who, changes.ListChanges(since=since, limit=8)).items,
            "maintenance": maintenance_words(
                maintenance.list_all(s, visit.who, maintenance.ListMaintenance(until=visit.local.now + NEAR)),
                visit.local,
            ),
            "is_new": not catalog and not seen,
        },
    )


def _incident(row: IncidentRow, visit: Visit) -> IncidentFact:
    return IncidentFact(
        row.number,
        row.title,
        row.severity,
        visit.name(row.ic) if row.ic else None,
        row.service,
        row.update_overdue,
        row.next_update_at,
    )


def _answering(walks: Sequence[EscalationView], visit: Visit) -> tuple[list[str], str | None, datetime | None]:
    """Who is being called and has not answered; who answered last, and when."""
    calling = sorted(
        {visit.name(person) for one in walks if one.status in {"open", "exhausted"} for person in one.people}
    )
    answered = next((one for one in walks if one.acknowledged_by), None)
    if answered is None:
        return calling[:NAMES], None, None
    return calling[:NAMES], visit.name(answered.acknowledged_by), answered.acknowledged_at


def _my_calls(s: Services, visit: Visit, walks: Sequence[EscalationView]) -> list[PageRow]:
    """Pages that call whoever is logged in and that nobody has answered: they come before everything else."""
    unanswered = {one.id for one in walks if one.status in {"open", "exhausted"}}
    mine = paging.list_all(s, visit.who, paging.ListPages(person=visit.who.name, limit=20)).items if unanswered else []
    found = {page.escalation: page for page in reversed(mine) if page.escalation in unanswered}
    return list(found.values())


def _today(s: Services, visit: Visit, opened: Sequence[IncidentRow]) -> list[IncidentRow]:
    """Open incidents, and those of the day that are over."""
    recent = incidents.list_all(
        s, visit.who, ListIncidents(since=visit.local.now - timedelta(hours=24), limit=20)
    ).items
    return [*opened, *(one for one in recent if one.number not in {each.number for each in opened})]
