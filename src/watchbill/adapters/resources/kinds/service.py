"""`service`: an entry of the catalog (playbook ph. 1)."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer

from watchbill.adapters.resources.fields import Flag, Name, Number, Spec, shorthand
from watchbill.catalog.model import (
    Architecture,
    DataClassification,
    DeploymentFrequency,
    Infra,
    ServiceType,
    Tier,
    TrafficPattern,
)

__all__ = ["ServiceSpec"]


class DependencySpec(Spec):
    """A dependency: a name, or a mapping that says more."""

    name: Name = Field(description="The other service; one that is not in the catalog is fine")
    hard: Flag = Field(default=False, description="Without it this service fails; its SLO limits ours")
    external: Flag = Field(default=False, description="Not ours and never in the catalog")

    @model_serializer(mode="wrap")
    def _short(self, full: SerializerFunctionWrapHandler) -> Any:  # Any: text or a mapping
        return self.name if self.model_fields_set == {"name"} else full(self)


_Dependency = Annotated[DependencySpec, BeforeValidator(shorthand("name"), json_schema_input_type=str | DependencySpec)]


class DependenciesSpec(Spec):
    """Both directions; each edge needs to be written on one side only."""

    upstream: list[_Dependency] = Field(default=[], description="Services that this one calls")
    downstream: list[_Dependency] = Field(default=[], description="Services that call this one")


class ChaosSpec(Spec):
    """What chaos experiments may do to the service."""

    allowed: list[str] = Field(default=[], description="Fault types that may be injected")
    environments: list[str] = Field(default=[], description="Where they may be injected")


class LoadSpec(Spec):
    """What load tests may hit."""

    allowed_targets: list[str] = Field(default=[], description="Addresses that may be put under load")


class ServiceSpec(Spec):
    """A service: what it is, who owns it, what it depends on."""

    name: Name = Field(description="The service's id")
    tier: Tier = Field(default=Tier.STANDARD, description="How much depends on it; drives the defaults")
    owner_team: str | None = Field(default=None, description="The team that owns it")
    oncall_rotation: str | None = Field(default=None, description="The schedule whose watch covers it")
    dependencies: DependenciesSpec = Field(default=DependenciesSpec(), description="Whom it calls, and who calls it")
    data_classification: DataClassification | None = Field(default=None, description="Who may see the data it holds")
    deployment_frequency: DeploymentFrequency | None = Field(default=None, description="How often it is deployed")
    architecture: Architecture | None = Field(default=None, description="How it is built")
    language: str | None = Field(default=None, description="What it is written in")
    infra: Infra | None = Field(default=None, description="What it runs on")
    traffic_pattern: TrafficPattern | None = Field(default=None, description="The shape of its load over time")
    peak_rps: Number | None = Field(default=None, description="Requests a second at the peak")
    storage_gb: Number | None = Field(default=None, description="Gigabytes it stores")
    monthly_cost_usd: Number | None = Field(default=None, description="What it costs a month, in US dollars")
    type: ServiceType | None = Field(default=None, description="Which row of the SLI table fits it")
    aliases: list[Name] = Field(default=[], description="Other names under which it appears in alerts and logs")
    description: str | None = Field(default=None, description="One or two sentences for people")
    chaos: ChaosSpec | None = Field(default=None, description="What chaos experiments may do to it")
    load: LoadSpec | None = Field(default=None, description="What load tests may hit")
