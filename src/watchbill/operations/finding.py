"""One search over what has a name: services, promises, schedules, incidents, tickets, silences. For people who know what they want to see."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel

from watchbill.alerts.model import SilenceState
from watchbill.alerts.model.tickets import TicketStatus
from watchbill.alerts.ports import TicketSearch
from watchbill.bootstrap import Services
from watchbill.incidents.ports import Search
from watchbill.kernel.errors import NotFound
from watchbill.people.model import Actor

__all__ = ["Found", "FoundKind", "find"]

EACH = 6
_LOOKED_AT = 500  # tickets, the newest


class FoundKind(StrEnum):
    """What can be found."""

    INCIDENT = "incident"
    SERVICE = "service"
    SLO = "slo"
    SCHEDULE = "schedule"
    TICKET = "ticket"
    SILENCE = "silence"


class Found(BaseModel):
    """One hit: `name` is how its page is addressed, `note` what to tell it by."""

    kind: FoundKind
    name: str
    title: str
    note: str = ""


def find(s: Services, who: Actor, text: str) -> list[Found]:
    """At most six of each kind; names that begin with the words come before names that contain them."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    services = {one.name: " ".join((one.tier, *one.aliases)) for one in s.catalog.list()}
    promises = {one.name: f"promise of {one.service}" for one in s.slo.list()}
    schedules = {one.name: "schedule" for one in s.schedules.list()}
    return [
        *_incidents(s, wanted),
        *(
            Found(kind=FoundKind.SERVICE, name=name, title=name, note=services[name])
            for name in _named(services, wanted, notes=services)
        ),
        *(Found(kind=FoundKind.SLO, name=name, title=name, note=promises[name]) for name in _named(promises, wanted)),
        *(
            Found(kind=FoundKind.SCHEDULE, name=name, title=name, note=schedules[name])
            for name in _named(schedules, wanted)
        ),
        *_tickets(s, wanted),
        *_silences(s, wanted),
    ]


def _named(names: Iterable[str], wanted: str, notes: dict[str, str] | None = None) -> list[str]:
    """The best names; `notes` may match as well (an alias, a tier)."""
    known = {name: name.casefold() for name in names}
    hits = [name for name, plain in known.items() if wanted in plain or (notes and wanted in notes[name].casefold())]
    return sorted(
        hits,
        key=lambda name: (known[name] != wanted, not known[name].startswith(wanted), wanted not in known[name], name),
    )[:EACH]


def _tickets(s: Services, wanted: str) -> Iterator[Found]:
    """One by its number, else the newest whose title or service holds the words; open ones come first."""
    number = wanted.removeprefix("tkt-").removeprefix("#")
    if number.isdecimal():
        try:
            found = [s.tickets.find(number)]
        except NotFound:
            found = []
    else:
        known = s.tickets.list(TicketSearch(None, None, None, _LOOKED_AT))
        hits = [one for one in known if wanted in f"{one.title} {one.service or ''}".casefold()]
        found = sorted(hits, key=lambda one: one.status is not TicketStatus.OPEN)[:EACH]
    for one in found:
        yield Found(
            kind=FoundKind.TICKET,
            name=str(one.number),
            title=f"{one.reference} {one.title}",
            note=f"ticket, {one.status}",
        )


def _silences(s: Services, wanted: str) -> Iterator[Found]:
    """Those that hold or will, by their matchers, reason and author."""
    known = [one for one in s.silences.list() if one.state(s.now) is not SilenceState.EXPIRED]
    told = {one.id: " ".join(map(str, one.matchers)) for one in known}
    hits = [one for one in known if wanted in f"silence {told[one.id]} {one.comment} {one.created_by}".casefold()]
    for one in hits[:EACH]:
        yield Found(kind=FoundKind.SILENCE, name=one.id, title=told[one.id], note=f"silence by {one.created_by}")


def _incidents(s: Services, wanted: str) -> Iterator[Found]:
    number = wanted.removeprefix("inc-").removeprefix("#")
    if number.isdecimal():
        try:
            found = [s.incidents.find(number)]
        except NotFound:
            found = []
    else:
        found = list(s.incidents.list(Search(text=wanted, limit=EACH)))
    for one in found:
        yield Found(
            kind=FoundKind.INCIDENT,
            name=str(one.number),
            title=f"INC-{one.number} {one.title}",
            note=f"{one.severity}, {one.status}",
        )
