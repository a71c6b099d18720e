"""Operations on the catalog: the list of services, everything known about one, and the dependency graph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetGlance
from watchbill.catalog.model import Service, Tier
from watchbill.catalog.rules.graph import Affected, Edge, Graph
from watchbill.catalog.rules.promise import Promise
from watchbill.catalog.rules.tiers import TIER_DEFAULTS, TIER_ORDER
from watchbill.incidents.model import Incident
from watchbill.oncall.model import Watch
from watchbill.operations.changes import change_view
from watchbill.operations.service_views import (
    BlastView,
    BudgetSummaryView,
    DependencyView,
    EdgeView,
    GraphView,
    NodeView,
    OncallSummaryView,
    OpenIncidentView,
    PromiseView,
    ServiceDetailView,
    ServiceView,
)
from watchbill.people.model import Actor

__all__ = [
    "BlastView",
    "BudgetSummaryView",
    "DependencyView",
    "EdgeView",
    "GraphView",
    "ListServices",
    "NamedService",
    "NodeView",
    "OncallSummaryView",
    "OpenIncidentView",
    "PromiseView",
    "ServiceDetailView",
    "ServiceGraph",
    "ServiceView",
    "graph",
    "list_all",
    "names",
    "show",
]

_RECENT_CHANGES = 20


class ListServices(BaseModel):
    """Input of `service.list`."""

    model_config = ConfigDict(extra="forbid")

    tier: Tier | None = None
    team: str | None = None


class NamedService(BaseModel):
    """Input of `service.show`: a name or an alias."""

    model_config = ConfigDict(extra="forbid")

    name: str


class ServiceGraph(BaseModel):
    """Input of `service.graph`: the whole map, or what lies around one service."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = None


@dataclass(frozen=True, slots=True)
class _Around:
    """What the other domains know about services now, asked once for all of them."""

    watches: Mapping[str, Watch]  # by schedule
    budgets: Mapping[str, Sequence[BudgetGlance]]  # by service, worst first
    incidents: Mapping[str, Sequence[Incident]]  # by service

    @classmethod
    def all(cls, s: Services) -> "_Around":
        """Everything."""
        return cls.of(s, s.schedules.now(), s.budget.glances(s.slo.list()))

    @classmethod
    def one(cls, s: Services, service: Service) -> "_Around":
        """What concerns one service; cheap."""
        watch = s.schedules.for_service(service.name)
        return cls.of(s, [watch] if watch else [], s.budget.glances(s.slo.for_service(service.name)))

    @classmethod
    def of(cls, s: Services, watches: Iterable[Watch], budgets: Iterable[BudgetGlance]) -> "_Around":
        """Sorted by what they are about."""
        of_service, incidents = defaultdict(list), defaultdict(list)
        for budget in budgets:
            of_service[budget.slo.service].append(budget)
        for incident in s.incidents.open():
            for name in incident.services or filter(None, [incident.service]):
                incidents[name].append(incident)
        return cls({watch.schedule: watch for watch in watches}, of_service, incidents)

    def state(self, service: str) -> str | None:
        """The state of the service's worst budget."""
        states = [budget.state for budget in self.budgets.get(service, ()) if budget.state is not None]
        return states[0].value if states else None


def list_all(s: Services, who: Actor, given: ListServices) -> list[ServiceView]:
    """The catalog, most important tier first, then by name."""
    chosen = [
        service
        for service in s.catalog.list()
        if given.tier in {None, service.tier} and given.team in {None, service.owner_team}
    ]
    around = _Around.all(s)
    chosen.sort(key=lambda service: (TIER_ORDER[service.tier], service.name))
    return [ServiceView(**_row(service, around)) for service in chosen]


def names(s: Services, who: Actor) -> list[str]:
    """The names alone, which cost nothing: for lists to choose from."""
    return sorted(service.name for service in s.catalog.list())


def show(s: Services, who: Actor, given: NamedService) -> ServiceDetailView:
    """Everything known about one service."""
    service = s.catalog.find(given.name)
    graph = s.catalog.graph()
    defaults = TIER_DEFAULTS[service.tier]
    document = s.documents.get("service", service.name)
    neighbours = [edge.callee for edge in graph.upstream(service.name)]
    neighbours += [edge.caller for edge in graph.downstream(service.name)]
    states = _states(s, neighbours)
    return ServiceDetailView(
        **_row(service, _Around.one(s, service)),
        **_written(service),
        suggested_target_pct=float(defaults.suggested_target.pct),
        review_cadence=defaults.review_cadence,
        upstream=[_dependency(edge.callee, edge, graph, states) for edge in graph.upstream(service.name)],
        downstream=[_dependency(edge.caller, edge, graph, states) for edge in graph.downstream(service.name)],
        cycles=[cycle for cycle in graph.cycles() if service.name in cycle],
        blast_radius=[_blast(affected, graph) for affected in graph.blast_radius(service.name)],
        promise=_promise(s.catalog.promise(service.name)),
        changes=[change_view(change) for change in s.catalog.changes(service.name, limit=_RECENT_CHANGES)],
        origin=document.origin if document else None,
    )


def graph(s: Services, who: Actor, given: ServiceGraph) -> GraphView:
    """The dependency graph: whole, or one service with all that it reaches and all that reaches it."""
    whole = s.catalog.graph()
    around, sizes = _Around.all(s), whole.blast_sizes()
    names = set(whole.nodes)
    if given.name is not None:
        centre = s.catalog.find(given.name).name
        names = {centre, *whole.reached_from(centre), *(one.service for one in whole.blast_radius(centre))}
    nodes = [_node(name, whole.services.get(name), around, sizes[name]) for name in whole.nodes if name in names]
    edges = [_edge(edge) for edge in whole.edges if edge.caller in names and edge.callee in names]
    return GraphView(nodes=nodes, edges=edges, cycles=[cycle for cycle in whole.cycles() if names >= set(cycle)])


def _row(service: Service, around: _Around) -> dict[str, Any]:  # Any: the fields of ServiceView
    budgets = around.budgets.get(service.name, ())
    watch = around.watches.get(service.oncall_rotation or "")
    return {
        "name": service.name,
        "tier": service.tier.value,
        "type": service.type.value if service.type else None,
        "owner_team": service.owner_team,
        "description": service.description,
        "oncall": _oncall(watch) if watch else None,
        "budget_state": around.state(service.name),
        "frozen": any(budget.frozen for budget in budgets),
        "slos": [_budget(budget) for budget in budgets],
        "open_incidents": [_incident(incident) for incident in around.incidents.get(service.name, ())],
    }


def _written(service: Service) -> dict[str, Any]:  # Any: fields of ServiceDetailView
    """The template's fields as they stand in the definition."""
    cost = service.monthly_cost
    return {
        "aliases": list(service.aliases),
        **{
            name: getattr(service, name)
            for name in (
                "data_classification",
                "deployment_frequency",
                "architecture",
                "language",
                "infra",
                "traffic_pattern",
            )
        },
        "peak_rps": None if service.peak_rps is None else float(service.peak_rps),
        "storage_gb": None if service.storage_gb is None else float(service.storage_gb),
        "monthly_cost_usd": None if cost is None else cost.cents / 100,
    }


def _oncall(watch: Watch) -> OncallSummaryView:
    return OncallSummaryView(
        schedule=watch.schedule, primary=watch.primary, secondary=watch.secondary, until=watch.until
    )


def _budget(budget: BudgetGlance) -> BudgetSummaryView:
    remaining = budget.remaining_pct
    return BudgetSummaryView(
        slo=budget.slo.name,
        state=budget.state.value if budget.state else None,
        frozen=budget.frozen,
        budget_remaining_pct=None if remaining is None else float(remaining),
        target_pct=float(budget.slo.target.pct),
        data_status=budget.data_status.value,
    )


def _incident(incident: Incident) -> OpenIncidentView:
    return OpenIncidentView(
        id=incident.id,
        number=incident.number,
        title=incident.title,
        severity=incident.severity.value,
        status=incident.status.value,
        started_at=incident.began_at,
    )


def _states(s: Services, names: Sequence[str]) -> dict[str, str | None]:
    """The worst budget state of each of these services; names outside of the catalog have none."""
    slos = [slo for name in names for slo in s.slo.for_service(name)]
    around = _Around.of(s, (), s.budget.glances(slos))
    return {name: around.state(name) for name in names}


def _dependency(name: str, edge: Edge, graph: Graph, states: Mapping[str, str | None]) -> DependencyView:
    service = graph.services.get(name)
    return DependencyView(
        service=name,
        hard=edge.hard,
        external=edge.external,
        known=service is not None,
        tier=service.tier.value if service else None,
        budget_state=states.get(name),
    )


def _blast(affected: Affected, graph: Graph) -> BlastView:
    service = graph.services.get(affected.service)
    tier = service.tier.value if service else None
    return BlastView(service=affected.service, tier=tier, hops=affected.hops, hard=affected.hard)


def _promise(found: Promise) -> PromiseView:
    return PromiseView(
        own_target_pct=float(found.own.pct) if found.own else None,
        dependencies_allow_pct=float(found.allowed.pct) if found.allowed else None,
        tighter_than_possible=found.tighter_than_possible,
        unknown=list(found.unknown),
        sentence=found.sentence,
    )


def _node(name: str, service: Service | None, around: _Around, blast: int) -> NodeView:
    return NodeView(
        name=name,
        known=service is not None,
        tier=service.tier.value if service else None,
        owner_team=service.owner_team if service else None,
        budget_state=around.state(name),
        open_incidents=len(around.incidents.get(name, ())),
        blast_radius=blast,
    )


def _edge(edge: Edge) -> EdgeView:
    declared = {(True, True): "both", (True, False): "caller", (False, True): "callee"}
    by = declared[edge.by_caller, edge.by_callee]
    return EdgeView.model_validate({"source": edge.caller, "target": edge.callee, "hard": edge.hard, "declared_by": by})
