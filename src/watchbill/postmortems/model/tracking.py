"""Action items that are mirrored as issues elsewhere (GitHub, GitLab, Jira)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from watchbill.kernel.ids import ActionItemId
from watchbill.oncall.model.delivery import Outcome
from watchbill.postmortems.model.actions import ActionPriority, ActionStatus, ActionType

__all__ = ["ActionLink", "IssueCall", "Mirrored", "Seen", "Synced"]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What both sides say about an item. `owner` is a handle of ours."""

    description: str
    type: ActionType
    priority: ActionPriority
    status: ActionStatus
    owner: str | None
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How an issue stands there. What a tracker does not know, or we cannot read, is named in `unread` and says nothing."""

    issue: str
    url: str
    status: ActionStatus
    owner: str | None = None
    deadline: date | None = None
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActionLink:
    """An item and its issue. `issue` is None until it was made; `base` is what both sides were when they last agreed."""

    action: ActionItemId
    tracker: str
    linked_at: datetime
    issue: str | None = None
    url: str | None = None
    base: Mirrored | None = None
    fault: str = ""
    synced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssueCall:
    """One meeting of an item with its issue: what we say now, what was agreed, and what the issue is to tell about us."""

    link: ActionLink
    name: str  # AI-7
    ours: Mirrored
    address: str  # of the item here
    marker: str  # text by which the issue is found again
    at: datetime
    attempt: int

    @property
    def delivery(self) -> str:
        """Its name in the log."""
        return self.link.action


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of it: `taken` are fields of ours that the tracker's side decided."""

    outcome: Outcome
    answer: str
    issue: str | None = None
    url: str | None = None
    agreed: Mirrored | None = None
    taken: Mapping[str, object] = field(default_factory=dict)
    retry_after_s: float | None = None
