"""Figures that follow from others: both numbers are named where they differ."""

from collections.abc import Iterator
from decimal import Decimal

from watchbill.adapters.resources.checks.world import World
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.kinds.capacity_model import CapacityModelSpec
from watchbill.adapters.resources.kinds.toil_item import ToilItemSpec
from watchbill.adapters.resources.parsed import Parsed

__all__ = ["check_capacity", "check_toil"]

_DIFFICULTY = {"low": 1, "medium": 2, "high": 3}  # playbook ph. 8: priority = value / difficulty
_CLOSE = Decimal("0.05")  # figures written with one decimal


def check_toil(resource: Parsed, _world: World) -> Iterator[Finding]:
    """Hours are minutes x occurrences / 60; priority is value / difficulty."""
    spec = resource.spec
    assert isinstance(spec, ToilItemSpec)
    if spec.time_per_occurrence_min is not None and spec.occurrences_per_month is not None:
        hours = spec.time_per_occurrence_min * spec.occurrences_per_month / 60
        formula = f"{spec.time_per_occurrence_min} min x {spec.occurrences_per_month} / 60"
        yield from _differs("total_hours_per_month", spec.total_hours_per_month, hours, formula)
    if spec.automation_value is not None and spec.automation_difficulty is not None:
        divisor = _DIFFICULTY[spec.automation_difficulty]
        formula = f"{spec.automation_value} / {divisor}"
        yield from _differs("priority_score", spec.priority_score, spec.automation_value / divisor, formula)


def _differs(field: str, given: Decimal | None, computed: Decimal, formula: str) -> Iterator[Finding]:
    if given is not None and abs(given - computed) > _CLOSE:
        shown = format(computed.quantize(Decimal("0.01")).normalize(), "f")
        yield Finding((field,), f"is {given}, but {formula} is {shown}; {shown} is used", "correct it", "warning")


def check_capacity(resource: Parsed, _world: World) -> Iterator[Finding]:
    """Limits in order: never fewer than min, never more than max, down below up."""
    spec = resource.spec
    assert isinstance(spec, CapacityModelSpec)
    scaling = spec.scaling_strategy
    if scaling is None:
        return
    least, most = scaling.min_instances, scaling.max_instances
    if least is not None and most is not None and least > most:
        yield Finding(("scaling_strategy", "min_instances"), f"{least} is more than max_instances {most}", "swap them")
    down, up = scaling.scale_down_threshold, scaling.scale_up_threshold
    if down is not None and up is not None and down >= up:
        reason = f"{down} is not below scale_up_threshold {up}: it would flap"
        yield Finding(("scaling_strategy", "scale_down_threshold"), reason, "write a lower one")
