"""Words of one schedule: stretches of days, watches to choose from, whose clock, and holidays that fall on a watch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from watchbill.entrypoints.web.visit import Visit
from watchbill.kernel.instants import to_text
from watchbill.operations.oncall import ScheduleView, ShiftView
from watchbill.people.model import Person

__all__ = ["Feast", "clocks", "feasts", "stretch", "watches_of"]

_DAY = timedelta(days=1)


class _Holidays(Protocol):
    def named(self, region: str | None, start: date, end: date) -> Mapping[date, str]:
        """Holidays with their names."""


@dataclass(frozen=True, slots=True)
class Feast:
    """A public holiday of somebody who has the watch on it."""

    day: date
    name: str
    person: str


def stretch(start: datetime, days: int, visit: Visit) -> str:
    """`Wednesday 25 November`, `25 November to 1 December 2026`."""
    first, last = visit.local.at(start), visit.local.at(start + timedelta(days=days - 1))
    if days == 1:
        return f"{first:%A} {first.day} {first:%B}"
    year = f" {last.year}" if last.year != visit.local.at(visit.local.now).year else ""
    return f"{first.day}\u00a0{first:%B} to {last.day}\u00a0{last:%B}{year}"


def clocks(
    people: Sequence[Person], one: ScheduleView, shifts: Sequence[ShiftView], own: ZoneInfo, chosen: str | None
) -> list[tuple[str, str]]:
    """Whose clock the page can show: one's own, the schedule's, and those of its people who live elsewhere (and the chosen)."""
    mine = own.key
    rota = {person for layer in one.layers for person in layer.people} | {shift.person for shift in shifts}
    found = [("", "your own clock")]
    if one.timezone != mine:
        found.append(("schedule", f"the schedule's clock ({_place(ZoneInfo(one.timezone))})"))
    found += [
        (person.name, f"{person.display_name}'s clock ({_place(person.timezone)})")
        for person in people
        if person.name == chosen or (person.name in rota and person.timezone.key not in {mine, one.timezone})
    ]
    return found


def watches_of(shifts: Sequence[ShiftView], visit: Visit, *, own: bool | None = None) -> list[tuple[str, str]]:
    """Watches as choices (`PERSON@START`, words): one's own, those of others, or all."""
    return [
        (f"{shift.person}@{to_text(shift.start)}", _said(shift, visit, named=own is not True))
        for shift in _stretches(shifts)
        if shift.person and (own is None or (shift.person == visit.who.name) is own)
    ]


def feasts(holidays: _Holidays, people: Sequence[Person], shifts: Sequence[ShiftView], visit: Visit) -> list[Feast]:
    """Public holidays, by each person's own calendar and clock, on which that person has the watch."""
    by_name = {person.name: person for person in people}
    found: dict[tuple[date, str], Feast] = {}
    for shift in shifts:
        person = by_name.get(shift.person or "")
        if person is None:
            continue
        first, last = shift.start.astimezone(person.timezone).date(), (shift.end - timedelta(seconds=1)).astimezone(person.timezone).date()  # fmt: skip
        for day, name in holidays.named(person.holidays, first, last + _DAY).items():
            found[day, person.name] = Feast(day, name, visit.name(person.name))
    return [found[key] for key in sorted(found)]


def _stretches(shifts: Sequence[ShiftView]) -> Iterator[ShiftView]:
    """Adjoining rows of one person as one."""
    held: ShiftView | None = None
    for shift in shifts:
        if held and held.person == shift.person and held.end == shift.start:
            held = ShiftView(start=held.start, end=shift.end, person=held.person, layer=held.layer)
            continue
        if held:
            yield held
        held = shift
    if held:
        yield held


def _said(shift: ShiftView, visit: Visit, *, named: bool) -> str:
    start, end = visit.local.at(shift.start), visit.local.at(shift.end)
    span = f"{start:%a} {start.day} {start:%b %H:%M} to {end:%a} {end.day} {end:%b %H:%M}"
    return f"{visit.name(shift.person)}, {span}" if named else span


def _place(zone: ZoneInfo) -> str:
    return zone.key.rpartition("/")[2].replace("_", " ")
