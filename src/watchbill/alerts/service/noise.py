"""The noise review over what is kept: loads the window, says of each page whether it came off-hours, and has it judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from watchbill.alerts.model.history import Calling, NoiseReview
from watchbill.alerts.ports import History, Holidays
from watchbill.alerts.rules.noise import review
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Person
from watchbill.people.rules import is_off_hours
from watchbill.people.service import PeopleService

__all__ = ["NoiseService"]

_LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseService:
    """Reads only."""

    history: History
    people: PeopleService
    holidays: Holidays
    clock: Clock

    def review(self, days: int, *, service: str | None = None) -> NoiseReview:
        """The last so many days up to now, of all services or of one; raises Invalid beyond a year."""
        if not 1 <= days <= _LONGEST_DAYS:
            raise Invalid("days", f"{days} is not between 1 and {_LONGEST_DAYS}", hint="--days 28")
        until = self.clock.now()
        since = until - timedelta(days=days)
        occurred = self.history.occurred(since, until)
        if service is not None:
            occurred = [one for one in occurred if one.service == service]
        wanted = {one.alert for one in occurred}
        calls = [one for one in self.history.callings(since, until) if service is None or one.alert in wanted]
        return review(occurred, self._by_the_clock(calls, since, until), since, until)

    def _by_the_clock(self, calls: Sequence[Calling], since: datetime, until: datetime) -> list[Calling]:
        """With whether each came off-hours, by the person's own zone, hours and holidays, else by the house's."""
        persons = {one.name: one for one in self.people.persons()}
        free = self._free_days({call.person for call in calls}, persons, since, until)
        house = self.people.organisation()
        judged = []
        for call in calls:
            person = persons.get(call.person)
            hours = person.work_hours if person and person.work_hours else house.business_hours
            zone = person.timezone if person else house.timezone
            off = is_off_hours(call.at, hours, zone, free.get(call.person, frozenset()).__contains__)
            judged.append(replace(call, off_hours=off))
        return judged

    def _free_days(
        self, called: set[str], persons: Mapping[str, Person], since: datetime, until: datetime
    ) -> dict[str, frozenset[date]]:
        start, end = since.date() - timedelta(days=2), until.date() + timedelta(days=2)
        house = self.people.organisation().holidays
        regions = {name: (persons[name].holidays if name in persons else None) or house for name in called}
        days = {region: frozenset(self.holidays.between(region, start, end)) for region in set(regions.values())}
        return {name: days[region] for name, region in regions.items()}
