"""Runbooks: the list, one with how fresh it is, and beginning to walk through it."""

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.visit import Go, Shown, Visit
from watchbill.entrypoints.web.words import runbooks as words
from watchbill.operations import incidents, resources, runbook_runs, runbooks
from watchbill.operations.incident_given import ListIncidents

__all__ = ["begin", "index", "show"]

_WALKS = 10


def index(s: Services, visit: Visit) -> Shown:
    """All of them, the stale ones named in the sentence."""
    found = runbooks.list_all(s, visit.who, runbooks.ListRunbooks(owner=visit.ask("owner")))
    return Shown(
        "runbooks.html",
        {
            "books": found,
            "headline": words.list_headline(found),
            "more": words.list_more(found),
            "owner": visit.ask("owner"),
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """One runbook, by its name or by the alert that it answers."""
    one = runbooks.show(s, visit.who, runbooks.ShowRunbook(name=visit.params["name"]))
    walks = runbook_runs.list_all(s, visit.who, runbook_runs.ListRuns(runbook=one.name, limit=_WALKS))
    going_on = incidents.list_all(s, visit.who, ListIncidents(open=True)).items
    return Shown(
        "runbook.html",
        {
            "one": one,
            "headline": words.headline(one),
            "more": words.more(one, visit.local),
            "walks": walks,
            "contact": words.whom(one.escalation.contact, visit.name),
            "open": [(f"INC-{each.number}", f"INC-{each.number} {each.title}") for each in going_on],
            "chosen": visit.ask("incident") or (f"INC-{going_on[0].number}" if going_on else ""),
            "resource": resources.show(s, visit.who, resources.NamedResource(kind="runbook", name=one.name)),
        },
    )


def begin(s: Services, visit: Visit) -> Go:
    """Walk through it, for an incident or as a rehearsal."""
    given = runbook_runs.StartRun(
        name=visit.params["name"],
        incident=visit.maybe("incident"),
        dry_run=bool(visit.form.get("rehearsal")),
        values={},
    )
    return Go(f"/walks/{runbook_runs.start(s, visit.who, given).id}")
