"""Facts of the incidents domain, split by noun: the incident, roles, timeline, updates, tasks, what was assessed, events."""

from watchbill.incidents.model.assessed import (
    Assessment,
    Column,
    Demand,
    Reach,
    Reason,
    Recovery,
    SeverityStanding,
    SimilarIncident,
    SloImpact,
    Trigger,
)
from watchbill.incidents.model.events import (
    AcknowledgeOverdue,
    AlertAttached,
    CommandVacant,
    HandOverDue,
    IncidentAcknowledged,
    IncidentClosed,
    IncidentDeclared,
    IncidentMerged,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
    IncidentUnmerged,
    PhaseChanged,
    RoleChanged,
    SeverityChanged,
    TimelineAppended,
    TriageDue,
    UpdateOverdue,
    UpdateSent,
)
from watchbill.incidents.model.incident import (
    DetectedBy,
    Impact,
    Impairment,
    Incident,
    Phase,
    Severity,
    Status,
)
from watchbill.incidents.model.milestones import Milestones
from watchbill.incidents.model.roles import Assignment, IncidentRole, RoleWarning, Suggestion
from watchbill.incidents.model.room import Responder, Room, Step
from watchbill.incidents.model.tasks import Task, TaskState
from watchbill.incidents.model.timeline import Briefing, NoteKind, Source, TimelineEntry
from watchbill.incidents.model.updates import (
    Audience,
    CommunicationTemplate,
    Mail,
    MailState,
    Rendered,
    StakeholderList,
    StatusUpdate,
    UpdateKind,
)

__all__ = [
    "AcknowledgeOverdue", "AlertAttached", "Assessment", "Assignment", "Audience", "Briefing", "Column", "CommandVacant", "CommunicationTemplate", "Demand", "DetectedBy",
    "HandOverDue", "Impact", "Impairment", "Incident", "IncidentAcknowledged", "IncidentClosed", "IncidentDeclared",
    "IncidentMerged", "IncidentMitigated", "IncidentReopened", "IncidentResolved", "IncidentRole", "IncidentUnmerged", "Mail", "MailState", "Milestones", "NoteKind", "Phase",
    "PhaseChanged", "Reach", "Reason", "Recovery", "Rendered", "Responder", "RoleChanged", "RoleWarning", "Room", "Severity", "SeverityChanged", "SeverityStanding",
    "SimilarIncident", "SloImpact", "Source", "StakeholderList", "Status", "StatusUpdate", "Step", "Suggestion", "Task", "TaskState", "TimelineAppended",
    "TimelineEntry", "TriageDue", "Trigger", "UpdateKind", "UpdateOverdue", "UpdateSent",
]  # fmt: skip
