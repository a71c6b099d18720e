"""What one resource alone cannot show: names that lead nowhere, numbers that contradict each other, rules that never act."""

from collections.abc import Iterator

from watchbill.adapters.resources.checks.budgets import check_budget_policy
from watchbill.adapters.resources.checks.figures import check_capacity, check_toil
from watchbill.adapters.resources.checks.indicators import check_sli
from watchbill.adapters.resources.checks.machines import check_experiment, check_remediation
from watchbill.adapters.resources.checks.objectives import check_slo
from watchbill.adapters.resources.checks.people import check_person, check_team
from watchbill.adapters.resources.checks.references import check_references
from watchbill.adapters.resources.checks.rotations import check_schedule
from watchbill.adapters.resources.checks.routing import check_route
from watchbill.adapters.resources.checks.services import check_service
from watchbill.adapters.resources.checks.world import Check, PredicateCheck, World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["PredicateCheck", "World", "check"]

# kind -> what is looked at besides the references
_CHECKS: dict[str, Check] = {
    "service": check_service,
    "sli": check_sli,
    "slo": check_slo,
    "error_budget_policy": check_budget_policy,
    "person": check_person,
    "team": check_team,
    "schedule": check_schedule,
    "route": check_route,
    "toil_item": check_toil,
    "capacity_model": check_capacity,
    "experiment": check_experiment,
    "auto_remediation": check_remediation,
}


def check(resource: Parsed, world: World) -> Iterator[Finding]:
    """Everything that is wrong or doubtful about a resource among the others."""
    yield from check_references(resource, world)
    own = _CHECKS.get(resource.kind.word)
    if own is not None:
        yield from own(resource, world)
