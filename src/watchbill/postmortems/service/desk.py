"""The postmortem desk: ports and neighbours of its use cases."""

from dataclasses import dataclass
from datetime import datetime

from watchbill.budget.service import BudgetService
from watchbill.catalog.service import CatalogService
from watchbill.incidents.service import IncidentService
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids
from watchbill.people.service import PeopleService
from watchbill.postmortems.ports import ActionItems, Holidays, Postmortems

__all__ = ["Desk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ports and neighbours, by name."""

    store: Postmortems
    action_items: ActionItems
    holidays: Holidays
    incidents: IncidentService
    budget: BudgetService
    catalog: CatalogService
    people: PeopleService
    events: EventSink
    ids: Ids
    clock: Clock

    @property
    def now(self) -> datetime:
        """The moment of the transaction."""
        return self.clock.now()
