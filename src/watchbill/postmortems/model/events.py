"""What happens to postmortems and action items, as events."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.ids import ActionItemId, CommentId, IncidentId, PostmortemId
from watchbill.postmortems.model.actions import ActionPriority, ActionStatus
from watchbill.postmortems.model.postmortem import PostmortemStatus

__all__ = [
    "ActionItemAdded", "ActionItemChanged", "ActionItemReminded", "IssueLinked", "PostmortemApproved", "PostmortemCommented",
    "PostmortemDemanded", "PostmortemDrafted", "PostmortemMet", "PostmortemMoved", "PostmortemRevised",
]  # fmt: skip


@dataclass(frozen=True)
class PostmortemDrafted(Event):
    """A draft was made from an incident. Subject: the postmortem; cause: the incident."""

    kind: ClassVar[str] = "postmortem.drafted"
    postmortem: PostmortemId
    incident: IncidentId
    due_on: date
    by: str


@dataclass(frozen=True)
class PostmortemDemanded(Event):
    """A budget was spent and no incident explains it: somebody has to. Subject: the postmortem; cause: the SLO's event."""

    kind: ClassVar[str] = "postmortem.demanded"
    postmortem: PostmortemId
    slo: str
    due_on: date


@dataclass(frozen=True)
class PostmortemRevised(Event):
    """It has a new version. Subject: the postmortem."""

    kind: ClassVar[str] = "postmortem.revised"
    postmortem: PostmortemId
    version: int
    by: str
    reason: str


@dataclass(frozen=True)
class PostmortemMoved(Event):
    """It went from one status to another. Subject: the postmortem."""

    kind: ClassVar[str] = "postmortem.moved"
    postmortem: PostmortemId
    before: PostmortemStatus
    status: PostmortemStatus
    by: str


@dataclass(frozen=True)
class PostmortemApproved(Event):
    """A reviewer said yes. Subject: the postmortem."""

    kind: ClassVar[str] = "postmortem.approved"
    postmortem: PostmortemId
    version: int
    by: str


@dataclass(frozen=True)
class PostmortemCommented(Event):
    """A reader remarked something. Subject: the postmortem."""

    kind: ClassVar[str] = "postmortem.commented"
    postmortem: PostmortemId
    comment: CommentId
    by: str


@dataclass(frozen=True)
class PostmortemMet(Event):
    """Its review meeting was held, or its minutes were changed. Subject: the postmortem."""

    kind: ClassVar[str] = "postmortem.met"
    postmortem: PostmortemId
    attendees: tuple[str, ...]
    decisions: tuple[int, ...]
    by: str


@dataclass(frozen=True)
class ActionItemAdded(Event):
    """There is something to do. Subject: the action item; cause: the postmortem or incident."""

    kind: ClassVar[str] = "action.added"
    action: ActionItemId
    number: int
    priority: ActionPriority
    owner: str | None
    deadline: date | None


@dataclass(frozen=True)
class ActionItemChanged(Event):
    """Its status (`before` differs), or something else about it, changed. Subject: the action item."""

    kind: ClassVar[str] = "action.changed"
    action: ActionItemId
    before: ActionStatus
    status: ActionStatus
    by: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActionItemReminded(Event):
    """Its deadline is near or has passed: these persons are told so. Subject: the action item."""

    kind: ClassVar[str] = "action.reminded"
    action: ActionItemId
    number: int
    title: str
    sentence: str
    told: tuple[str, ...]
    overdue: bool


@dataclass(frozen=True)
class IssueLinked(Event):
    """An issue elsewhere mirrors it from now on. Subject: the action item."""

    kind: ClassVar[str] = "action.linked"
    action: ActionItemId
    tracker: str
    issue: str
    url: str
