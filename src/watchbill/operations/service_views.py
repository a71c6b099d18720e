"""What operations on the catalog answer with: rows, everything about one service, and the graph."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from watchbill.operations.changes import ChangeEventView

__all__ = [
    "BlastView",
    "BudgetSummaryView",
    "DependencyView",
    "EdgeView",
    "GraphView",
    "NodeView",
    "OncallSummaryView",
    "OpenIncidentView",
    "PromiseView",
    "ServiceDetailView",
    "ServiceView",
]


class OncallSummaryView(BaseModel):
    """Who stands watch over a service now."""

    schedule: str
    primary: str | None
    secondary: str | None
    until: datetime | None


class BudgetSummaryView(BaseModel):
    """The state of one SLO's error budget."""

    slo: str
    state: str | None
    frozen: bool
    budget_remaining_pct: float | None
    target_pct: float
    data_status: str


class OpenIncidentView(BaseModel):
    """An open incident of a service."""

    id: str
    number: int
    title: str
    severity: str
    status: str
    started_at: datetime


class ServiceView(BaseModel):
    """One row of the catalog. `budget_state` is the state of its worst SLO, None where it has none."""

    name: str
    tier: str
    type: str | None
    owner_team: str | None
    description: str | None
    oncall: OncallSummaryView | None
    budget_state: str | None
    frozen: bool
    slos: list[BudgetSummaryView]
    open_incidents: list[OpenIncidentView]


class DependencyView(BaseModel):
    """An edge of the graph, seen from one service; `known` is False for a name that is not in the catalog."""

    service: str
    hard: bool
    external: bool
    known: bool
    tier: str | None
    budget_state: str | None


class BlastView(BaseModel):
    """Who feels it if this service fails: every service that reaches it, the hops between, by tier."""

    service: str
    tier: str | None
    hops: int
    hard: bool  # every hop of the shortest way is a hard dependency


class PromiseView(BaseModel):
    """What the hard dependencies allow: the product of their targets beside the service's own."""

    own_target_pct: float | None
    dependencies_allow_pct: float | None
    tighter_than_possible: bool
    unknown: list[str]  # hard dependencies that promise nothing
    sentence: str


class ServiceDetailView(ServiceView):
    """Everything known about one service."""

    aliases: list[str]
    data_classification: str | None
    deployment_frequency: str | None
    architecture: str | None
    language: str | None
    infra: str | None
    traffic_pattern: str | None
    peak_rps: float | None
    storage_gb: float | None
    monthly_cost_usd: float | None
    suggested_target_pct: float
    review_cadence: str
    upstream: list[DependencyView]
    downstream: list[DependencyView]
    cycles: list[list[str]]
    blast_radius: list[BlastView]
    promise: PromiseView
    changes: list[ChangeEventView]
    origin: str | None


class NodeView(BaseModel):
    """A service in the graph; external ones have no tier."""

    name: str
    known: bool
    tier: str | None
    owner_team: str | None
    budget_state: str | None
    open_incidents: int
    blast_radius: int


class EdgeView(BaseModel):
    """`source` calls `target`."""

    source: str
    target: str
    hard: bool
    declared_by: Literal["caller", "callee", "both"]


class GraphView(BaseModel):
    """The dependency graph: nodes by name, edges by name, and the cycles in it."""

    nodes: list[NodeView]
    edges: list[EdgeView]
    cycles: list[list[str]]
