"""What people stood and were called for in a month, as whoever pays or gives time off needs it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.oncall.model import Schedule
from watchbill.oncall.model.health import HourClass, Interruption, KeptShift
from watchbill.oncall.rules.hours import Calendar

__all__ = ["Stood", "stood_in"]

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stood:
    """One person on one schedule in one month. Hours are exact; off-hours are free time and sleep together.

    `pages` and `interruptions` came while the person stood there; somebody on two schedules at once counts on both.
    """

    person: str
    schedule: str
    compensation: str  # as the schedule says; empty where it says nothing
    shifts: int
    hours: Fraction
    off_hours: Fraction
    night_hours: Fraction
    pages: int
    interruptions: int
    off_hours_interruptions: int


def stood_in(
    span: tuple[datetime, datetime],
    shifts: Iterable[KeptShift],
    felt: Sequence[Interruption],
    calendar_of: Callable[[str], Calendar],
    schedules: Mapping[str, Schedule],
) -> list[Stood]:
    """One row for each person and schedule, by person; a shift that reaches over an edge of the month is split there."""
    since, until = span
    rows: dict[tuple[str, str], list[KeptShift]] = {}
    for shift in shifts:
        if shift.clipped(since, until):
            rows.setdefault((shift.person, shift.schedule), []).append(shift)
    found = []
    for (person, schedule), mine in sorted(rows.items()):
        spent: Counter[HourClass] = Counter()
        for one in mine:
            begins, ends = max(one.start, since), min(one.end or until, until)
            for length, hour_class in calendar_of(person).spans(begins, ends):
                spent[hour_class] += length // _SECOND
        hit = [one for one in felt if one.person == person and any(each.holds(one.at) for each in mine)]
        definition = schedules.get(schedule)
        found.append(
            Stood(
                person=person,
                schedule=schedule,
                compensation=definition.compensation if definition else "",
                shifts=len(mine),
                hours=Fraction(sum(spent.values()), 3600),
                off_hours=Fraction(spent[HourClass.OFF] + spent[HourClass.SLEEP], 3600),
                night_hours=Fraction(spent[HourClass.SLEEP], 3600),
                pages=sum(len(one.pages) for one in hit),
                interruptions=len(hit),
                off_hours_interruptions=sum(one.hour_class is not HourClass.BUSINESS for one in hit),
            )
        )
    return found
