"""What budgets need from outside: policies, holidays, and places for standings and for what people decide."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from watchbill.budget.model import (
    Adjustment,
    Agreement,
    BudgetPolicy,
    BudgetStanding,
    Duty,
    DutyKind,
    GateDecision,
    Review,
    Snapshot,
)

__all__ = [
    "Adjustments",
    "BudgetStandings",
    "Duties",
    "GateDecisions",
    "Holidays",
    "PolicyDefinitions",
    "Reviews",
    "Snapshots",
]


class PolicyDefinitions(Protocol):
    """The error budget policies of the resources."""

    def policy(self, service: str) -> BudgetPolicy | None:
        """The service's own policy, else the one without a service, else None (the playbook's stands)."""

    def policies(self) -> Sequence[BudgetPolicy]:
        """All policies, by name."""


class BudgetStandings(Protocol):
    """State and freeze of each budget, in the running transaction."""

    def get(self, slo: str) -> BudgetStanding | None:
        """The standing of one SLO's budget."""

    def all(self) -> Sequence[BudgetStanding]:
        """Every standing."""

    def save(self, changed: Sequence[BudgetStanding], dropped: Sequence[str] = ()) -> None:
        """Insert or update, and drop those whose SLO is gone."""


class Holidays(Protocol):
    """Public holidays of a region."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays in [start, end); empty where no region is named."""


class GateDecisions(Protocol):
    """Decisions of gates, in the running transaction; append-only."""

    def add(self, decision: GateDecision) -> None:
        """Keep one."""

    def find(self, service: str | None, *, limit: int, before: str | None = None) -> Sequence[GateDecision]:
        """Newest first, older than the decision `before`."""


class Adjustments(Protocol):
    """What was taken out of budgets, in the running transaction."""

    def add(self, adjustment: Adjustment) -> None:
        """Keep one."""

    def withdraw(self, adjustment: Adjustment) -> None:
        """Save who took it back, and when."""

    def get(self, adjustment: str) -> Adjustment | None:
        """By its id."""

    def of(self, slo: str | None) -> Sequence[Adjustment]:
        """All of an SLO, or of every one, oldest first, withdrawn ones as well."""


class Duties(Protocol):
    """Steps and tasks that budgets gave rise to, in the running transaction."""

    def save(self, duty: Duty) -> None:
        """Insert or update by id."""

    def get(self, duty: str) -> Duty | None:
        """By its id."""

    def find(
        self, *, slo: str | None = None, kind: DutyKind | None = None, open_only: bool = False, limit: int = 100
    ) -> Sequence[Duty]:
        """Newest first."""

    def open_by_slo(self) -> Mapping[str, int]:
        """How many are open, for each SLO that has any."""


class Reviews(Protocol):
    """Reviews of promises and agreements to them, in the running transaction."""

    def add(self, review: Review) -> None:
        """Keep a review."""

    def of(self, slo: str | None) -> Sequence[Review]:
        """Reviews of an SLO, or of all, newest first."""

    def agree(self, agreement: Agreement) -> None:
        """Keep an agreement; the same stakeholder's earlier one to that SLO is replaced."""

    def agreements(self, slo: str | None) -> Sequence[Agreement]:
        """Agreements to an SLO, or to all."""


class Snapshots(Protocol):
    """Weekly snapshots of budgets, in the running transaction."""

    def save(self, snapshots: Sequence[Snapshot]) -> None:
        """Keep them; one that is there already stays as it is."""

    def of(self, slo: str | None, *, weeks: int = 13) -> Sequence[Snapshot]:
        """The newest of an SLO, or of all, oldest first."""
