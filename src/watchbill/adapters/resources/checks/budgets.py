"""Budget policies: four conditions that can be read, and that together cover every number exactly once."""

from collections.abc import Iterator

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.error_budget_policy import ErrorBudgetPolicySpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.snapshot import promises
from watchbill.budget.model import BudgetState
from watchbill.budget.rules.conditions import parse_condition
from watchbill.kernel.errors import Invalid

__all__ = ["check_budget_policy"]


def check_budget_policy(resource: Parsed, world: World) -> Iterator[Finding]:
    """Each condition by itself first, then all of them together; and one policy a service."""
    spec = resource.spec
    assert isinstance(spec, ErrorBudgetPolicySpec)
    unreadable = False
    for state in BudgetState:
        try:
            parse_condition(getattr(spec.budget_states, state).condition)
        except Invalid as wrong:
            unreadable = True
            yield Finding(("budget_states", state.value, "condition"), wrong.reason, wrong.hint)
    if not unreadable:
        try:
            promises.budget_policy(spec, resource.name, {})
        except Invalid as wrong:
            yield Finding(tuple(wrong.field.split(".")), wrong.reason, wrong.hint)
    same = [name for name, one in world.of(ErrorBudgetPolicySpec) if one.service == spec.service]
    if len(same) > 1 and resource.name != min(same):
        whom = f"the service {spec.service}" if spec.service else "services without a policy of their own"
        yield Finding(("service",), f"{min(same)} is the policy of {whom} already", "one policy a service")
