"""The postmortem desk: ports and neighbours of its use cases."""

from dataclasses import dataclass
from datetime import date, datetime

from watchbill.budget.service import BudgetService
from watchbill.catalog.service import CatalogService
from watchbill.incidents.service import IncidentService
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids
from watchbill.kernel.jobs import Jobs
from watchbill.people.service import PeopleService
from watchbill.postmortems.ports import ActionItems, ActionLinks, Holidays, Postmortems, Talk, Texts, Trackers

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ports and neighbours, by name."""

    store: Postmortems
    action_items: ActionItems
    talk: Talk
    texts: Texts
    links: ActionLinks
    trackers: Trackers
    holidays: Holidays
    incidents: IncidentService
    budget: BudgetService
    catalog: CatalogService
    people: PeopleService
    events: EventSink
    jobs: Jobs
    ids: Ids
    clock: Clock
    public_url: str

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The house's day, by which deadlines are judged."""
        return self.now.astimezone(self.people.organisation().timezone).date()

    @property
    def names(self) -> tuple[str, ...]:
        """What the house's people are called: handles, full names and first names of more than two letters."""
        found: list[str] = []
        for person in self.people.persons():
            words = person.full_name.split()
            found += [person.name, person.full_name, *(words[:1] if words and len(words[0]) > 2 else ())]  # noqa: PLR2004 - Al and Bo are words of other languages
        return tuple(dict.fromkeys(name for name in found if name))
