"""Services from their specs."""

from collections.abc import Mapping

from watchbill.adapters.resources.kinds.service import ChaosSpec, DependencySpec, LoadSpec, ServiceSpec
from watchbill.catalog.model import Dependency, Service
from watchbill.kernel.units import Money

__all__ = ["service"]


def service(spec: ServiceSpec, names: Mapping[str, str]) -> Service:
    """A service; `names` turns aliases of other services into their names."""
    chaos, load = spec.chaos or ChaosSpec(), spec.load or LoadSpec()
    cost = spec.monthly_cost_usd
    return Service(
        name=spec.name,
        tier=spec.tier,
        owner_team=spec.owner_team,
        oncall_rotation=spec.oncall_rotation,
        upstream=tuple(_dependency(one, names) for one in spec.dependencies.upstream),
        downstream=tuple(_dependency(one, names) for one in spec.dependencies.downstream),
        type=spec.type,
        aliases=tuple(spec.aliases),
        description=spec.description,
        data_classification=spec.data_classification,
        deployment_frequency=spec.deployment_frequency,
        architecture=spec.architecture,
        language=spec.language,
        infra=spec.infra,
        traffic_pattern=spec.traffic_pattern,
        peak_rps=spec.peak_rps,
        storage_gb=spec.storage_gb,
        monthly_cost=Money.parse(f"{cost:f}", "USD", field="monthly_cost_usd") if cost is not None else None,
        allowed_faults=tuple(chaos.allowed),
        allowed_environments=tuple(chaos.environments),
        allowed_load_targets=tuple(load.allowed_targets),
    )


def _dependency(spec: DependencySpec, names: Mapping[str, str]) -> Dependency:
    return Dependency(names.get(spec.name, spec.name), spec.hard, spec.external)
