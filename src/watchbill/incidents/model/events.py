"""What happens in an incident, as events. The subject is always the incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchbill.incidents.model.incident import DetectedBy, Phase, Severity
from watchbill.incidents.model.roles import IncidentRole
from watchbill.incidents.model.timeline import NoteKind, Source
from watchbill.incidents.model.updates import Audience, UpdateKind
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId, IncidentId, UpdateId

__all__ = [
    "AcknowledgeOverdue", "AlertAttached", "CommandVacant", "HandOverDue", "IncidentAcknowledged", "IncidentClosed", "IncidentDeclared",
    "IncidentMerged", "IncidentMitigated", "IncidentReopened", "IncidentResolved", "IncidentUnmerged", "PhaseChanged", "RoleChanged",
    "SeverityChanged", "TimelineAppended", "TriageDue", "UpdateOverdue", "UpdateSent",
]  # fmt: skip


@dataclass(frozen=True)
class IncidentDeclared(Event):
    """An incident was declared, by a person or for an alert."""

    kind: ClassVar[str] = "incident.declared"
    incident: IncidentId
    number: int
    title: str
    severity: Severity
    provisional: bool
    service: str | None
    detected_by: DetectedBy
    declared_by: str
    drill: bool
    alert: AlertId | None = None


@dataclass(frozen=True)
class AlertAttached(Event):
    """An alert belongs to this incident from now on."""

    kind: ClassVar[str] = "incident.alert-attached"
    incident: IncidentId
    alert: AlertId


@dataclass(frozen=True)
class IncidentAcknowledged(Event):
    """Somebody took it, for the first time."""

    kind: ClassVar[str] = "incident.acknowledged"
    incident: IncidentId
    by: str


@dataclass(frozen=True)
class SeverityChanged(Event):
    """The severity was changed, or confirmed (`before` equals `severity`)."""

    kind: ClassVar[str] = "incident.severity-changed"
    incident: IncidentId
    before: Severity
    severity: Severity
    by: str
    reason: str


@dataclass(frozen=True)
class RoleChanged(Event):
    """A role was given to `person` (None: taken away) by somebody, after `before` held it."""

    kind: ClassVar[str] = "incident.role-changed"
    incident: IncidentId
    role: IncidentRole
    person: str | None
    before: str | None
    by: str


@dataclass(frozen=True)
class PhaseChanged(Event):
    """The incident went on to another phase."""

    kind: ClassVar[str] = "incident.phase-changed"
    incident: IncidentId
    before: Phase
    phase: Phase
    by: str


@dataclass(frozen=True)
class TimelineAppended(Event):
    """The timeline has a new entry."""

    kind: ClassVar[str] = "incident.timeline"
    incident: IncidentId
    sequence: int
    source: Source
    note: NoteKind | None
    author: str


@dataclass(frozen=True)
class UpdateSent(Event):
    """A status update was told."""

    kind: ClassVar[str] = "incident.update-sent"
    incident: IncidentId
    update: UpdateId
    update_kind: UpdateKind
    audience: Audience
    by: str


@dataclass(frozen=True)
class UpdateOverdue(Event):
    """A status update is overdue; `reminded` was asked for it (None: nobody holds a role)."""

    kind: ClassVar[str] = "incident.update-overdue"
    incident: IncidentId
    due_at: datetime
    reminded: str | None
    role: IncidentRole | None


@dataclass(frozen=True)
class AcknowledgeOverdue(Event):
    """The severity's deadline for an acknowledgement is over and nobody has it."""

    kind: ClassVar[str] = "incident.acknowledge-overdue"
    incident: IncidentId
    severity: Severity


@dataclass(frozen=True)
class TriageDue(Event):
    """The time for triage is over and the severity still rests on an assumption."""

    kind: ClassVar[str] = "incident.triage-due"
    incident: IncidentId
    severity: Severity


@dataclass(frozen=True)
class CommandVacant(Event):
    """The time for triage is over and nobody has taken command."""

    kind: ClassVar[str] = "incident.command-vacant"
    incident: IncidentId
    severity: Severity
    suggested: str | None


@dataclass(frozen=True)
class HandOverDue(Event):
    """The commander's watch has ended and the incident has not."""

    kind: ClassVar[str] = "incident.hand-over-due"
    incident: IncidentId
    ic: str
    next_on_watch: str | None


@dataclass(frozen=True)
class IncidentMitigated(Event):
    """The bleeding is stopped."""

    kind: ClassVar[str] = "incident.mitigated"
    incident: IncidentId
    by: str
    how: str | None


@dataclass(frozen=True)
class IncidentResolved(Event):
    """The emergency is over. `override` is the reason why it was resolved although a demand was not met."""

    kind: ClassVar[str] = "incident.resolved"
    incident: IncidentId
    number: int
    severity: Severity
    service: str | None
    by: str
    drill: bool
    override: str | None = None


@dataclass(frozen=True)
class IncidentReopened(Event):
    """It was not over."""

    kind: ClassVar[str] = "incident.reopened"
    incident: IncidentId
    by: str
    reason: str


@dataclass(frozen=True)
class IncidentClosed(Event):
    """Nothing more is to be done about it; `false_alarm`: it never was an incident."""

    kind: ClassVar[str] = "incident.closed"
    incident: IncidentId
    by: str
    reason: str
    false_alarm: bool


@dataclass(frozen=True)
class IncidentMerged(Event):
    """It turned out to be the same as another, which goes on with its alerts."""

    kind: ClassVar[str] = "incident.merged"
    incident: IncidentId
    into: IncidentId
    alerts: tuple[AlertId, ...]
    by: str


@dataclass(frozen=True)
class IncidentUnmerged(Event):
    """It was another one after all: it goes on by itself, and its alerts are its own again."""

    kind: ClassVar[str] = "incident.unmerged"
    incident: IncidentId
    out_of: IncidentId
    alerts: tuple[AlertId, ...]
    by: str
