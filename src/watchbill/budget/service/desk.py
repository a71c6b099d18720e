"""What the use cases around budgets share: ports and neighbours of one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watchbill.budget.ports import Adjustments, Duties, GateDecisions, Holidays, Reviews, Snapshots
from watchbill.budget.rules.gate import House
from watchbill.budget.service.service import BudgetService
from watchbill.catalog.service import CatalogService
from watchbill.kernel.audit import AuditLog
from watchbill.kernel.clock import Clock
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids
from watchbill.kernel.jobs import Jobs
from watchbill.people.service import PeopleService
from watchbill.slo.service import SloService

__all__ = ["BudgetDesk"]

_SRE = "sre"


@dataclass(frozen=True, kw_only=True)
class BudgetDesk:
    """`forget` is called after what is excluded from budgets changed, so that this transaction sees it."""

    budget: BudgetService
    catalog: CatalogService
    people: PeopleService
    holidays: Holidays
    decisions: GateDecisions
    adjustments: Adjustments
    duties: Duties
    reviews: Reviews
    snapshots: Snapshots
    events: EventSink
    audit: AuditLog
    jobs: Jobs
    ids: Ids
    clock: Clock
    forget: Callable[[], None]

    @property
    def slos(self) -> SloService:
        """The promises."""
        return self.budget.slos

    @property
    def now(self) -> datetime:
        """The transaction's moment."""
        return self.clock.now()

    def house(self) -> House:
        """What gates ask of the house now."""
        organisation = self.people.organisation()
        today: date = self.now.astimezone(organisation.timezone).date()
        holidays = self.holidays.between(organisation.holidays, today - timedelta(days=1), today + timedelta(days=1))
        return House(self.now, organisation, holidays, self._sres())

    def _sres(self) -> frozenset[str]:
        """Who may approve as an SRE: holders of a role with `sre` in its title, and members of the team `sre`."""
        roles = self.people.organisation().roles
        named = {person for role, person in roles.items() if _SRE in role.lower().replace("-", "_").split("_")}
        teams = {member for team in self.people.teams() if team.name.lower() == _SRE for member in team.members}
        return frozenset(named | teams)
