"""`capacity_model`: what limits a service and how that grows (playbook ph. 9)."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Count, Flag, Name, Number, Percent, Signed, Spec

__all__ = ["CapacityModelSpec"]


class CurrentStateSpec(Spec):
    """Where it stands."""

    peak_utilization_pct: Number | None = Field(default=None, description="Of the bottleneck, at the peak")
    headroom_pct: Number | None = Field(default=None, description="What is left")
    cost_per_month_usd: Number | None = Field(default=None, description="What it costs")


class GrowthSpec(Spec):
    """How the load grows."""

    metric: str | None = Field(default=None, description="What drives the load: MAU, requests/sec, storage_gb")
    current: Number | None = Field(default=None, description="Now")
    monthly_growth_pct: Signed | None = Field(default=None, description="A month")
    projected_6mo: Number | None = Field(default=None, description="In six months")
    projected_12mo: Number | None = Field(default=None, description="In twelve months")


class ScalingSpec(Spec):
    """How it is met."""

    type: Literal["horizontal", "vertical", "hybrid"] | None = Field(default=None, description="More, larger, or both")
    auto_scaling: Flag | None = Field(default=None, description="Whether a machine does it")
    min_instances: Count | None = Field(default=None, description="Never fewer")
    max_instances: Count | None = Field(default=None, description="Never more")
    scale_up_threshold: Percent | None = Field(
        default=None, description="Utilisation in percent above which more is added"
    )
    scale_down_threshold: Percent | None = Field(default=None, description="Below which some is taken away")
    cooldown_seconds: Count | None = Field(default=None, description="Between two steps")


class CostSpec(Spec):
    """What that costs."""

    current_monthly: Number | None = Field(default=None, description="Now")
    projected_6mo_monthly: Number | None = Field(default=None, description="In six months")
    projected_12mo_monthly: Number | None = Field(default=None, description="In twelve months")


class CapacityModelSpec(Spec):
    """A capacity model; one a service."""

    service: Name = Field(description="The service; also the model's id")
    bottleneck_resource: Literal["CPU", "memory", "storage", "connections", "bandwidth"] | None = Field(
        default=None, description="What runs out first"
    )
    current_state: CurrentStateSpec | None = Field(default=None, description="Where it stands")
    growth_forecast: GrowthSpec | None = Field(default=None, description="How the load grows")
    scaling_strategy: ScalingSpec | None = Field(default=None, description="How it is met")
    cost_projection: CostSpec | None = Field(default=None, description="What that costs")
