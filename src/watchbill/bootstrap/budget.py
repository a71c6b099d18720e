"""Puts the desk of budgets together over one transaction."""

from typing import TYPE_CHECKING

from watchbill.adapters.store.budget_kept import DutyStore, GateDecisionStore, ReviewStore, SnapshotStore
from watchbill.adapters.workdays import PublicHolidays
from watchbill.budget.service import BudgetDesk

if TYPE_CHECKING:
    from watchbill.bootstrap.services import Services

__all__ = ["budget_desk"]


def budget_desk(s: "Services") -> BudgetDesk:
    """Ports and neighbours of what is decided about budgets."""
    return BudgetDesk(
        budget=s.budget,
        catalog=s.catalog,
        people=s.people,
        holidays=PublicHolidays(),
        decisions=GateDecisionStore(s.connection),
        adjustments=s.excluded,
        duties=DutyStore(s.connection),
        reviews=ReviewStore(s.connection),
        snapshots=SnapshotStore(s.connection),
        events=s.events,
        audit=s.audit,
        jobs=s.jobs,
        ids=s.ids,
        clock=s.clock,
        forget=s.promised.forget,
    )
