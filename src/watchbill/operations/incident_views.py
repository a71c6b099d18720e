"""What the operations on incidents answer: rows of the list, and everything that the incident room shows."""

from datetime import datetime

from pydantic import BaseModel

from watchbill.incidents.model import (
    DetectedBy,
    IncidentRole,
    NoteKind,
    Phase,
    Severity,
    Source,
    Status,
)
from watchbill.operations.changes import ChangeEventView
from watchbill.operations.incident_damage import ImpactView, MatrixCellView, SeverityReasonView
from watchbill.operations.incident_told import DraftView, UpdateView

__all__ = [
    "AttachedAlertView", "BriefingView", "DemandView", "DurationsView", "ExportedTimeline", "HolderView", "ImpactView", "IncidentRow",
    "IncidentView", "PhaseStepView", "PostmortemLinkView", "RelatedView", "ResponderView", "RolesView", "SeverityReasonView",
    "SimilarView", "SloImpactView", "SuggestionView", "TaskView", "TimelineView", "WarningView",
]  # fmt: skip


class IncidentRow(BaseModel):
    """One incident in a list. `duration_seconds` runs until it is resolved; `status` says what was reached, `phase` what is under way."""

    id: str
    number: int
    title: str
    severity: Severity
    provisional: bool
    status: Status
    phase: Phase
    service: str | None
    services: list[str]
    drill: bool
    drill_calls: bool
    channel: str
    ic: str | None
    started_at: datetime | None
    detected_at: datetime
    declared_at: datetime
    resolved_at: datetime | None
    duration_seconds: int
    next_update_at: datetime | None
    update_overdue: bool


class RolesView(BaseModel):
    """Who holds which role, by handle; None is a free seat."""

    ic: str | None
    communications: str | None
    operations: str | None
    sme: list[str]
    scribe: str | None


class HolderView(BaseModel):
    """One assignment; `accepted` False: watchbill gave it, and the person has not yet shown up."""

    role: IncidentRole
    person: str
    since: datetime
    assigned_by: str
    accepted: bool


class SuggestionView(BaseModel):
    """Who could take a free seat, and why."""

    role: IncidentRole
    person: str
    reason: str


class WarningView(BaseModel):
    """Something that the commander should know: `code` is stable, `text` is for people."""

    code: str
    text: str


class TimelineView(BaseModel):
    """One entry of the timeline. `superseded_by` is the number of the entry that corrects it."""

    id: str
    sequence: int
    at: datetime
    recorded_at: datetime
    late: bool
    source: Source
    kind: NoteKind | None
    text: str
    author: str
    supersedes: int | None
    superseded_by: int | None
    withdrawn: bool
    cause: str | None
    output: str = ""  # of a command that was run


class ExportedTimeline(BaseModel):
    """The timeline as a file."""

    name: str
    format: str
    content: str


class BriefingView(BaseModel):
    """The commander's three lists."""

    know: list[TimelineView]
    dont_know: list[TimelineView]
    doing: list[TimelineView]


class SloImpactView(BaseModel):
    """What the incident took from one SLO's budget so far (percent of the whole budget); None is not known."""

    slo: str
    service: str
    target_pct: float
    good: int
    bad: int
    budget_consumed_pct: float | None
    budget_remaining_pct: float | None
    burn_rate_1h: float | None
    state: str | None


class PhaseStepView(BaseModel):
    """One step of the workflow; `reached_at` None: not yet, or skipped."""

    phase: Phase
    state: str  # done | skipped | now | ahead
    reached_at: datetime | None
    due_at: datetime | None
    overdue: bool


class TaskView(BaseModel):
    """One line of the check-list. `automatic`: watchbill sees by itself whether it is done."""

    id: str | None
    key: str | None
    phase: Phase
    text: str
    owner: str | None
    done: bool
    done_at: datetime | None
    done_by: str | None
    automatic: bool


class DemandView(BaseModel):
    """What has to be true before it may be resolved; `met` None: it does not apply."""

    code: str
    text: str
    met: bool | None
    detail: str


class AttachedAlertView(BaseModel):
    """One alert of the incident."""

    id: str
    title: str
    severity: str
    status: str
    service: str | None
    starts_at: datetime
    ends_at: datetime | None
    generator_url: str | None
    runbook: str | None


class SimilarView(BaseModel):
    """Another incident that looks alike, why, and what helped then."""

    id: str
    number: int
    title: str
    severity: Severity
    status: Status
    service: str | None
    declared_at: datetime
    why: list[str]
    mitigation: str | None
    root_cause: str | None


class RelatedView(BaseModel):
    """An incident that belongs to this one; `merged` is the direction, None where both go on."""

    id: str
    number: int
    title: str
    status: Status
    merged: str | None  # into-this | into-that


class ResponderView(BaseModel):
    """Somebody who takes part: by a role, an acknowledgement or an entry."""

    person: str
    roles: list[IncidentRole]
    since: datetime
    entries: int


class DurationsView(BaseModel):
    """Minutes: start to detection, declaration to acknowledgement, detection to mitigation and to resolution; None where unknown."""

    detect_minutes: float | None
    acknowledge_minutes: float | None
    mitigate_minutes: float | None
    resolve_minutes: float | None
    total_minutes: float


class PostmortemLinkView(BaseModel):
    """The incident's postmortem."""

    id: str
    status: str
    due_on: str


class IncidentView(IncidentRow):
    """Everything that the incident room shows, at one moment: the newest 500 entries of the timeline, the worst 100 alerts."""

    detected_by: DetectedBy
    declared_by: str
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    mitigated_at: datetime | None
    mitigation: str | None
    resolved_by: str | None
    root_cause: str | None
    override: str | None
    all_clear_at: datetime | None
    closed_at: datetime | None
    close_reason: str | None
    merged_into: int | None
    reopened: int
    cause: str | None
    update_every_minutes: int
    sentence: str
    roles: RolesView
    role_holders: list[HolderView]
    suggestions: list[SuggestionView]
    warnings: list[WarningView]
    timeline: list[TimelineView]
    timeline_total: int
    briefing: BriefingView
    slo_impact: list[SloImpactView]
    assessment: MatrixCellView
    severity_reason: SeverityReasonView | None
    impact: ImpactView
    steps: list[PhaseStepView]
    tasks: list[TaskView]
    updates: list[UpdateView]
    next_draft: DraftView | None
    demands: list[DemandView]
    mitigations: list[str]
    alerts: list[AttachedAlertView]
    alerts_total: int
    alerts_firing: int
    changes: list[ChangeEventView]
    similar: list[SimilarView]
    related: list[RelatedView]
    responders: list[ResponderView]
    durations: DurationsView
    postmortem: PostmortemLinkView | None
