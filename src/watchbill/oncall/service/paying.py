"""The compensation report: hours, off-hours and pages of each person in a calendar month of the house."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid
from watchbill.oncall.health_ports import Holidays, PageHistory
from watchbill.oncall.rules.hours import interruptions
from watchbill.oncall.rules.paying import Stood, stood_in
from watchbill.oncall.service.health import Calendars
from watchbill.oncall.service.keeping import ShiftService
from watchbill.people.service import PeopleService

__all__ = ["PayService"]

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")  # our own pattern over a short text
_DECEMBER = 12


@dataclass(eq=False, kw_only=True)
class PayService:
    """Reads only."""

    shifts: ShiftService
    pages: PageHistory
    holidays: Holidays
    people: PeopleService
    clock: Clock

    def month(self, text: str | None) -> tuple[datetime, datetime]:
        """[start, end) of a month `2026-10` on the house's wall clock; the last whole month where none is named.

        Raises Invalid for what is no month, or lies ahead.
        """
        zone, now = self.people.organisation().timezone, self.clock.now()
        local = now.astimezone(zone)
        if text is None:
            year, month = (local.year, local.month - 1) if local.month > 1 else (local.year - 1, _DECEMBER)
        else:
            found = _MONTH.fullmatch(text)
            if found is None or not 1 < int(found[1]) < 9999:  # noqa: PLR2004 - the years that datetime can count on from
                raise Invalid("month", f"{text!r} is not a month", hint="write 2026-10")
            year, month = int(found[1]), int(found[2])
        following = (year + month // _DECEMBER, month % _DECEMBER + 1)
        start = datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
        if start > now:
            raise Invalid("month", f"{year}-{month:02} lies ahead", hint="a month that has begun")
        return start, datetime(*following, 1, tzinfo=zone).astimezone(UTC)

    def report(self, span: tuple[datetime, datetime], *, people: Sequence[str] | None = None) -> list[Stood]:
        """One row for each person and schedule, seconds in line included; a month that goes on counts up to now."""
        since, until = span[0], min(span[1], self.clock.now())
        calendars = Calendars(self.people, self.holidays, since, until)
        felt = interruptions(self.pages.sent(since, until, self.clock.now()), calendars.of)
        schedules = {one.name: one for one in self.shifts.schedules.list()}
        rows = stood_in((since, until), self.shifts.stood(since, until), felt, calendars.of, schedules)
        return [row for row in rows if people is None or row.person in people]
