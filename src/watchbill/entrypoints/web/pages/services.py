"""Services: the catalog with who has the watch and how its promises stand, and everything known about one."""

from collections.abc import Callable

from watchbill.bootstrap import Services
from watchbill.budget.model import GateAction, GateException, WorkKind
from watchbill.catalog.model import Risk
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.entrypoints.web.words import services as words
from watchbill.operations import alerts, gates, incidents, maintenance, oncall, resources, runbooks, services, slos
from watchbill.operations.incident_given import ListIncidents
from watchbill.operations.services import ServiceView

__all__ = ["index", "show"]

SORTS = ("trouble", "name", "tier", "team")
_STATES = ("exhausted", "critical", "warning", "healthy", None)
_TIERS = ("critical", "important", "standard", "experimental")
SHOWN, WINDOWS, DECISIONS = 50, 3, 3


def index(s: Services, visit: Visit) -> Shown:
    """The catalog, worst first; filtered by words, tier and team."""
    everything = services.list_all(s, visit.who, services.ListServices())
    tier, team, text = visit.ask("tier"), visit.ask("team"), (visit.ask("q") or "").casefold()
    sort = visit.ask("sort") if visit.ask("sort") in SORTS else "trouble"
    found = [
        one
        for one in everything
        if (not tier or one.tier == tier)
        and (not team or one.owner_team == team)
        and (not text or text in _words_of(one))
    ]
    found.sort(key=_key(str(sort)))
    start = next((place + 1 for place, one in enumerate(found) if one.name == visit.ask("after")), 0)
    shown = found[start : start + SHOWN]
    return Shown(
        "services.html",
        {
            "headline": words.catalog_headline(everything),
            "more": words.catalog_more(everything),
            "services": shown,
            "after": shown[-1].name if start + SHOWN < len(found) else None,
            "total": len(everything),
            "found": len(found),
            "tiers": [one for one in _TIERS if any(each.tier == one for each in everything)],
            "teams": sorted({one.owner_team for one in everything if one.owner_team}),
            "asked": {"tier": tier or "", "team": team or "", "q": visit.ask("q") or "", "sort": sort},
        },
    )


def show(s: Services, visit: Visit) -> Shown:
    """Everything known about one service."""
    who = visit.who
    one = services.show(s, who, services.NamedService(name=visit.params["name"]))
    promises = slos.list_all(s, who, slos.ListSlos(service=one.name))
    named = {promise.runbook for promise in promises if promise.runbook}
    return Shown(
        "service.html",
        {
            "one": one,
            "headline": words.service_headline(one, promises),
            "more": words.service_more(one, visit),
            "promises": promises,
            "watches": oncall.now(s, who, oncall.Now(service=one.name)),
            "incidents": incidents.list_all(s, who, ListIncidents(service=one.name, limit=8)).items,
            "alerts": alerts.list_all(s, who, alerts.ListAlerts(service=one.name, limit=8)).items,
            "runbooks": [book for book in runbooks.list_all(s, who, runbooks.ListRunbooks()) if book.name in named],
            "resource": resources.show(s, who, resources.NamedResource(kind="service", name=one.name)),
            "facts": words.service_facts(one),
            "decisions": gates.list_all(s, who, gates.ListDecisions(service=one.name, limit=DECISIONS)).items,
            "gate": {
                "actions": list(GateAction),
                "kinds": list(WorkKind),
                "risks": list(Risk),
                "exceptions": list(GateException),
            },
            "windows": maintenance.list_all(s, who, maintenance.ListMaintenance(service=one.name))[:WINDOWS],
        },
    )


def _words_of(one: ServiceView) -> str:
    return " ".join((one.name, one.tier, one.owner_team or "", one.type or "", one.description or "")).casefold()


def _key(sort: str) -> Callable[[ServiceView], tuple[object, ...]]:
    def tier(one: ServiceView) -> int:
        return _TIERS.index(one.tier) if one.tier in _TIERS else len(_TIERS)

    keys: dict[str, Callable[[ServiceView], tuple[object, ...]]] = {
        "trouble": lambda one: (not one.open_incidents, _STATES.index(one.budget_state), tier(one), one.name),
        "name": lambda one: (one.name,),
        "tier": lambda one: (tier(one), one.name),
        "team": lambda one: (one.owner_team is None, one.owner_team, one.name),
    }
    return keys[sort]
