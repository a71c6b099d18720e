"""One search over what has a name: services, promises, schedules, incidents. For people who know what they want to see."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pydantic import BaseModel

from watchbill.bootstrap import Services
from watchbill.incidents.ports import Search
from watchbill.kernel.errors import NotFound
from watchbill.people.model import Actor

__all__ = ["Found", "FoundKind", "find"]

EACH = 6


class FoundKind(StrEnum):
    """What can be found."""

    INCIDENT = "incident"
    SERVICE = "service"
    SLO = "slo"
    SCHEDULE = "schedule"


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
    ]


def _named(names: Iterable[str], wanted: str, notes: dict[str, str] | None = None) -> list[str]:
    """The best names; `notes` may match as well (an alias, a tier)."""
    known = {name: name.casefold() for name in names}
    hits = [name for name, plain in known.items() if wanted in plain or (notes and wanted in notes[name].casefold())]
    return sorted(
        hits,
        key=lambda name: (known[name] != wanted, not known[name].startswith(wanted), wanted not in known[name], name),
    )[:EACH]


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
