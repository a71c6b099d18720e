"""`experiment`: a fault, what should happen, and when to stop (playbook ph. 7)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import LooseName, Name, OpenValue, Spec, Title

__all__ = ["ExperimentSpec"]


class MetricSpec(Spec):
    """One measure of the steady state."""

    name: str = Field(description="What is measured")
    baseline: str | None = Field(default=None, description="What it is without a fault")
    acceptable_range: str | None = Field(default=None, description="< 300ms, 99.5..100, >= 0.98")
    probe: str | None = Field(default=None, description="How it is measured")


class SteadyStateSpec(Spec):
    """What normal looks like."""

    metrics: list[MetricSpec] = Field(default=[], description="Measures that hold before, and must hold during")


class MethodSpec(Spec):
    """What is done to what."""

    fault_type: Literal["network", "compute", "storage", "dependency", "data", "scale"] | None = Field(
        default=None, description="The category of the fault"
    )
    target: str | None = Field(default=None, description="Which service or component")
    blast_radius: str | None = Field(default=None, description="How much of it: an instance, a share of traffic")
    duration: str | None = Field(default=None, description="How long: 10m")
    fault: dict[str, OpenValue] | None = Field(default=None, description="The fault, with its backend's parameters")


class SafetySpec(Spec):
    """What keeps it harmless."""

    abort_conditions: list[str] = Field(default=[], description="When to stop at once")
    rollback_plan: str | None = Field(default=None, description="How to undo it by hand")
    required_approvals: list[str] = Field(default=[], description="Who must agree")


class ResultsSpec(Spec):
    """What came of it."""

    outcome: Literal["confirmed", "disproved", "inconclusive"] | None = Field(
        default=None, description="Of the hypothesis"
    )
    observations: list[str] = Field(default=[], description="What was seen")
    action_items: list[str] = Field(default=[], description="What is done about it")


class ExperimentSpec(Spec):
    """A chaos experiment."""

    name: Title = Field(description="What it is called; its id is made from this unless `id` is given")
    hypothesis: str | None = Field(default=None, description="When [fault], the system will [behaviour]")
    steady_state: SteadyStateSpec | None = Field(default=None, description="What normal looks like")
    method: MethodSpec | None = Field(default=None, description="What is done to what")
    safety: SafetySpec | None = Field(default=None, description="What keeps it harmless")
    results: ResultsSpec | None = Field(default=None, description="What came of it")
    id: LooseName | None = Field(default=None, description="The experiment's id")
    service: Name | None = Field(default=None, description="The service under test")
    environment: str | None = Field(default=None, description="Where it runs")
