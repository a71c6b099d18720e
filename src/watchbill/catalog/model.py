"""Facts of the catalog: services with the playbook's fields, their dependencies, and change events."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.ids import ChangeId
from watchbill.kernel.units import Money

__all__ = [
    "Architecture",
    "Change",
    "ChangeKind",
    "ChangeRecorded",
    "DataClassification",
    "Dependency",
    "DeploymentFrequency",
    "Infra",
    "Risk",
    "Service",
    "ServiceType",
    "Tier",
    "TrafficPattern",
]


class Tier(StrEnum):
    """How much depends on a service; drives every default (playbook ph. 1)."""

    CRITICAL = "critical"
    IMPORTANT = "important"
    STANDARD = "standard"
    EXPERIMENTAL = "experimental"


class ServiceType(StrEnum):
    """The row of the SLI table that fits the service (playbook ph. 2)."""

    API = "api"
    FRONTEND = "frontend"
    PIPELINE = "pipeline"
    STORAGE = "storage"
    STREAMING = "streaming"
    BATCH = "batch"
    ML = "ml"


class DataClassification(StrEnum):
    """Who may see what the service holds."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"


class DeploymentFrequency(StrEnum):
    """How often the service is deployed."""

    DAILY = "daily"
    WEEKLY = "weekly"
    BIWEEKLY = "biweekly"
    MONTHLY = "monthly"


class Architecture(StrEnum):
    """How the service is built."""

    MONOLITH = "monolith"
    MICROSERVICE = "microservice"
    SERVERLESS = "serverless"
    HYBRID = "hybrid"


class Infra(StrEnum):
    """What the service runs on, written as the playbook writes it."""

    K8S = "k8s"
    ECS = "ECS"
    LAMBDA = "Lambda"
    VM = "VM"
    BARE_METAL = "bare-metal"
    OTHER = "other"


class TrafficPattern(StrEnum):
    """The shape of the load over time."""

    STEADY = "steady"
    DIURNAL = "diurnal"
    SPIKY = "spiky"
    SEASONAL = "seasonal"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One edge to another service. `hard`: without it we fail; `external`: it is not ours and not in the catalog."""

    service: str
    hard: bool = False
    external: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """One entry of the catalog; None where the entry does not say."""

    name: str
    tier: Tier = Tier.STANDARD
    owner_team: str | None = None
    oncall_rotation: str | None = None  # a schedule, by name
    upstream: tuple[Dependency, ...] = ()  # services we call
    downstream: tuple[Dependency, ...] = ()  # services that call us
    type: ServiceType | None = None
    aliases: tuple[str, ...] = ()
    description: str | None = None
    data_classification: DataClassification | None = None
    deployment_frequency: DeploymentFrequency | None = None
    architecture: Architecture | None = None
    language: str | None = None
    infra: Infra | None = None
    traffic_pattern: TrafficPattern | None = None
    peak_rps: Decimal | None = None
    storage_gb: Decimal | None = None
    monthly_cost: Money | None = None
    allowed_faults: tuple[str, ...] = ()
    allowed_environments: tuple[str, ...] = ()
    allowed_load_targets: tuple[str, ...] = ()


class ChangeKind(StrEnum):
    """What was changed."""

    DEPLOY = "deploy"
    CONFIG = "config"
    FLAG = "flag"
    SCALE = "scale"
    OTHER = "other"


class Risk(StrEnum):
    """How risky its author holds a change to be."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was done to a service: the first suspect of every incident. `at` is when it took effect."""

    id: ChangeId
    service: str
    kind: ChangeKind
    at: datetime
    summary: str
    recorded_by: str
    version: str | None = None
    author: str | None = None
    risk: Risk = Risk.LOW
    rollback_plan: str | None = None
    url: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class ChangeRecorded(Event):
    """A change event came in."""

    kind: ClassVar[str] = "change.recorded"

    change: ChangeId
    service: str
    change_kind: ChangeKind
    risk: Risk
    at: datetime
    summary: str
