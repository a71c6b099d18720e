"""Finding: the palette that Ctrl K opens, and the same as a page of its own where there are no scripts."""

from dataclasses import dataclass

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.nav import NAV
from watchbill.entrypoints.web.visit import Shown, Visit
from watchbill.operations import finding
from watchbill.operations.finding import FoundKind

__all__ = ["page"]

_PATHS = {
    FoundKind.INCIDENT: "/incidents/",
    FoundKind.SERVICE: "/services/",
    FoundKind.SLO: "/slos/",
    FoundKind.SCHEDULE: "/oncall/",
    FoundKind.TICKET: "/tickets/",
    FoundKind.SILENCE: "/silences#",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the palette."""

    title: str
    note: str
    path: str


def page(s: Services, visit: Visit) -> Shown:
    """Pages and objects that match; pages alone where nothing was asked for."""
    text = visit.ask("q") or ""
    objects = [Hit(one.title, one.note, f"{_PATHS[one.kind]}{one.name}") for one in finding.find(s, visit.who, text)]
    return Shown("find.html", {"q": text, "hits": [*_pages(visit, text), *objects]})


def _pages(visit: Visit, text: str) -> list[Hit]:
    """Sections, their tabs and what can be done, by any part of their names."""
    known = [Hit(one.name, "page", one.path) for one in NAV]
    known += [Hit(name, one.name, path) for one in NAV for name, path in one.within if path != one.path]
    if visit.may("responder"):
        known.append(Hit("Declare an incident", "do", "/incidents/new"))
    known += [
        Hit("How you are reached", "your contacts", "/me/contacts"),
        Hit("Zone, theme and keys", "your settings", "/me"),
        Hit("The design", "page", "/design"),
    ]
    return [one for one in known if text.casefold() in one.title.casefold()]
