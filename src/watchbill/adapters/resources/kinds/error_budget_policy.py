"""`error_budget_policy`: what a spent budget changes (playbook ph. 3)."""

from pydantic import Field

from watchbill.adapters.resources.fields import LooseName, Name, Spec

__all__ = ["BudgetStateSpec", "BudgetStatesSpec", "ErrorBudgetPolicySpec"]


class BudgetStateSpec(Spec):
    """One state of the budget."""

    condition: str = Field(description="remaining_budget > 50%, 25-50%, <= 0")
    actions: list[str] = Field(default=[], description="What holds in this state")


class BudgetStatesSpec(Spec):
    """The four states; together they cover every number exactly once."""

    healthy: BudgetStateSpec = Field(description="Go ahead")
    warning: BudgetStateSpec = Field(description="Look out")
    critical: BudgetStateSpec = Field(description="Reliability work only")
    exhausted: BudgetStateSpec = Field(description="Stop")


class ErrorBudgetPolicySpec(Spec):
    """An error budget policy."""

    name: LooseName | None = Field(default=None, description="The policy's id; the service if left out")
    service: Name | None = Field(default=None, description="The service it holds for; all others if left out")
    budget_states: BudgetStatesSpec = Field(description="What each state means")
    exceptions: list[str] = Field(default=[], description="What is allowed even without a budget")
    reset: str | None = Field(default=None, description="How the budget recovers, in prose")
