"""How people get from what broke to why it could: the chain of whys, the fishbone, and the kinds of contributing factors (playbook ph. 6)."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Bone", "FactorKind", "Finding", "FishboneCategory", "Why"]


class FishboneCategory(StrEnum):
    """The six bones: where causes are looked for."""

    PEOPLE = "people"
    PROCESS = "process"
    TECHNOLOGY = "technology"
    ENVIRONMENT = "environment"
    MONITORING = "monitoring"
    TESTING = "testing"


class FactorKind(StrEnum):
    """What a contributing factor did."""

    TRIGGER = "trigger"
    PROPAGATION = "propagation"
    DETECTION = "detection"
    RESOLUTION = "resolution"
    PROCESS = "process"


@dataclass(frozen=True, slots=True)
class Why:
    """One link of the chain; `evidence` is an address or words that show that the answer is true."""

    question: str
    answer: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Bone:
    """One cause on the fishbone."""

    category: FishboneCategory
    cause: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Wording that blames a person: where it stands (line and column from 1), why it does harm, what to ask of the system instead."""

    field: str
    line: int
    column: int
    quote: str
    why: str
    suggestion: str
