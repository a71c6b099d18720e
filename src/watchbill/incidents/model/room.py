"""The incident room: everything about one incident at one moment, gathered for whoever walks in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from watchbill.alerts.model import Alert
from watchbill.catalog.model import Change
from watchbill.incidents.model.assessed import Assessment, Demand, SeverityStanding, SimilarIncident, SloImpact
from watchbill.incidents.model.incident import Incident, Phase
from watchbill.incidents.model.roles import Assignment, IncidentRole, RoleWarning, Suggestion
from watchbill.incidents.model.tasks import TaskState
from watchbill.incidents.model.timeline import Briefing, TimelineEntry
from watchbill.incidents.model.updates import Rendered, StatusUpdate
from watchbill.kernel.units import Money

__all__ = ["Responder", "Room", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One phase as the stepper shows it: done, skipped, now or ahead. `due_at` is by when it is to be left, while anybody waits for it."""

    phase: Phase
    state: str
    reached_at: datetime | None
    due_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether it has not been left by then; at the very moment it is overdue."""
        return self.due_at is not None and self.due_at <= now and self.state in {"now", "ahead"}


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who takes part, since their first sign of life."""

    person: str
    roles: tuple[IncidentRole, ...]
    since: datetime
    entries: int


@dataclass(frozen=True, slots=True)
class Room:
    """One incident with all that belongs to it: the newest entries of its timeline, the worst of its alerts.

    `corrections` tells by which entry each superseded one was corrected; `bad_ratio` hints at the share of affected users.
    """

    incident: Incident
    sentence: str
    roles: tuple[Assignment, ...]
    suggestions: tuple[Suggestion, ...]
    warnings: tuple[RoleWarning, ...]
    timeline: tuple[TimelineEntry, ...]
    briefing: Briefing
    impacts: tuple[SloImpact, ...]
    assessment: Assessment
    bad_ratio: Fraction | None
    revenue_lost: Money | None
    steps: tuple[Step, ...]
    tasks: tuple[TaskState, ...]
    updates: tuple[StatusUpdate, ...]
    next_draft: StatusUpdate | Rendered | None
    demands: tuple[Demand, ...]
    alerts: tuple[Alert, ...]
    changes: tuple[Change, ...]
    similar: tuple[SimilarIncident, ...]
    related: tuple[Incident, ...]
    merged_into: Incident | None
    responders: tuple[Responder, ...]
    corrections: Mapping[int, int] = field(default_factory=dict)
    standing: SeverityStanding | None = None
    alerts_total: int = 0
    alerts_firing: int = 0
