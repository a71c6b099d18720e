"""What an hour is to a person: work, free time or sleep, on their own wall clock with their own holidays.

Sleep is 22:00 to 08:00 on any day, work is 08:00 to 18:00 from Monday to Friday unless that day is a holiday, and the rest is
free time. A person who wrote down their own work hours is at work in those, whenever they lie, and in no others.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from watchbill.oncall.model.health import HourClass, Interruption, SentPage
from watchbill.people.model import WorkHours
from watchbill.people.rules import is_off_hours

__all__ = ["MERGED_WITHIN", "USUAL", "Calendar", "interruptions"]

MERGED_WITHIN = timedelta(minutes=10)
USUAL = WorkHours(time(8), time(18))
NIGHT, MORNING = time(22), time(8)
_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A person's clock: their zone, their work hours (None: the usual), their holidays."""

    zone: ZoneInfo
    hours: WorkHours | None
    is_holiday: Callable[[date], bool]

    def class_of(self, at: datetime) -> HourClass:
        """The class of a moment."""
        if not is_off_hours(at, self.hours or USUAL, self.zone, self.is_holiday):
            return HourClass.BUSINESS
        clock = at.astimezone(self.zone).time()
        return HourClass.SLEEP if clock >= NIGHT or clock < MORNING else HourClass.OFF

    def hour_of_week(self, at: datetime) -> int:
        """0 for Monday 00:00 to 01:00 on the wall, 167 for the last hour of Sunday."""
        local = at.astimezone(self.zone)
        return local.weekday() * 24 + local.hour

    def night_of(self, at: datetime) -> date:
        """The evening on which the night of that moment began."""
        local = at.astimezone(self.zone)
        return local.date() - _DAY if local.time() < MORNING else local.date()

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[timedelta, HourClass]]:
        """How long each stretch of one class lasts within [start, end), in order; exact across clock changes."""
        cuts = {start, end, *(cut for cut in self._cuts(start, end) if start < cut < end)}
        for begins, ends in pairwise(sorted(cuts)):
            yield ends - begins, self.class_of(begins)

    def _cuts(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every moment at which the class may change."""
        hours = self.hours or USUAL
        clocks = {time(0), NIGHT, MORNING, hours.start, hours.end}
        day, last = start.astimezone(self.zone).date() - _DAY, end.astimezone(self.zone).date() + _DAY
        while day <= last:
            walls = [datetime.combine(day, clock, self.zone) for clock in clocks]
            yield from (wall.replace(fold=fold).astimezone(UTC) for wall in walls for fold in (0, 1))
            if self._offset(day) != self._offset(day + _DAY):
                yield from self._quarters(day)  # the clock is moved, and with it the wall may jump over a cut
            day += _DAY

    def _quarters(self, day: date) -> Iterator[datetime]:
        at = datetime.combine(day, time(0), self.zone).astimezone(UTC)
        at = at.replace(minute=at.minute // 15 * 15, second=0)
        for _ in range(4 * 26):
            yield at
            at += _QUARTER

    def _offset(self, day: date) -> timedelta | None:
        return datetime.combine(day, time(0), self.zone).utcoffset()


def interruptions(pages: Iterable[SentPage], calendar_of: Callable[[str], Calendar]) -> list[Interruption]:
    """Pages of each person, merged: whatever comes less than ten minutes after the first of them belongs to it.

    The ten minutes count from the first page, so that a storm that goes on for hours is not one interruption.
    """
    by_person: dict[str, list[list[SentPage]]] = {}
    for page in sorted(pages, key=lambda one: (one.at, one.id)):
        merged = by_person.setdefault(page.person, [])
        if merged and page.at - merged[-1][0].at < MERGED_WITHIN:
            merged[-1].append(page)
        else:
            merged.append([page])
    found = [_one(group, calendar_of(person)) for person, groups in by_person.items() for group in groups]
    return sorted(found, key=lambda one: (one.at, one.person))


def _one(pages: Sequence[SentPage], calendar: Calendar) -> Interruption:
    at = pages[0].at
    return Interruption(pages[0].person, at, tuple(pages), calendar.class_of(at), calendar.hour_of_week(at))
