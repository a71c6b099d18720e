"""What figures need of an incident and no more: of a year, thousands of them are read at once."""

from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.model.incident import Severity, Status
from watchbill.kernel.ids import IncidentId

__all__ = ["Milestones"]


@dataclass(frozen=True, slots=True)
class Milestones:
    """When an incident reached what, and by what it is told apart; the fields are those of `Incident`."""

    id: IncidentId
    number: int
    title: str
    severity: Severity
    status: Status
    services: tuple[str, ...]
    drill: bool
    root_cause: str | None
    declared_at: datetime
    detected_at: datetime
    started_at: datetime | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
