"""What budgets need from outside: the policies, and a place for the standing of each budget."""

from collections.abc import Sequence
from typing import Protocol

from watchbill.budget.model import BudgetPolicy, BudgetStanding

__all__ = ["BudgetStandings", "PolicyDefinitions"]


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
