"""What is told to whom: status updates, drafted from templates and marked as sent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.ids import IncidentId, UpdateId

__all__ = ["Audience", "Rendered", "StatusUpdate", "UpdateKind"]


class UpdateKind(StrEnum):
    """Which template an update follows."""

    INITIAL = "initial"
    PROGRESS = "progress"
    CUSTOMER = "customer"
    MITIGATED = "mitigated"
    RESOLUTION = "resolution"  # the all-clear
    FREE = "free"  # words of the sender's own

    @property
    def audience(self) -> "Audience":
        """Whom the template addresses."""
        return Audience.CUSTOMERS if self is UpdateKind.CUSTOMER else Audience.INTERNAL


class Audience(StrEnum):
    """Who reads an update."""

    INTERNAL = "internal"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class Rendered:
    """An update as it would read; `gaps` names what is not known and stands in it as a visible blank."""

    kind: UpdateKind
    text: str
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """An update: a draft until `sent_at` is set, then never changed."""

    id: UpdateId
    incident: IncidentId
    kind: UpdateKind
    audience: Audience
    text: str
    gaps: tuple[str, ...]
    drafted_at: datetime
    drafted_by: str
    sent_at: datetime | None = None
    sent_by: str | None = None
