"""Action items: what is to be done so that it does not happen again, with an owner and a deadline."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watchbill.kernel.ids import ActionItemId, IncidentId, PostmortemId

__all__ = ["ActionItem", "ActionPriority", "ActionStatus", "ActionType"]


class ActionType(StrEnum):
    """What an action item is good for."""

    PREVENT = "prevent"
    DETECT = "detect"
    MITIGATE = "mitigate"
    PROCESS = "process"


class ActionPriority(StrEnum):
    """How urgent it is."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"


class ActionStatus(StrEnum):
    """How far it has come."""

    OPEN = "open"
    IN_PROGRESS = "in-progress"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ActionItem:
    """One action item; people say `AI-7`, numbered over the whole installation."""

    id: ActionItemId
    number: int
    description: str
    type: ActionType
    priority: ActionPriority
    status: ActionStatus
    created_at: datetime
    created_by: str
    postmortem: PostmortemId | None = None
    incident: IncidentId | None = None
    owner: str | None = None
    deadline: date | None = None
    ticket: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None

    @property
    def name(self) -> str:
        """`AI-7`."""
        return f"AI-{self.number}"

    def is_overdue(self, today: date) -> bool:
        """Whether the deadline has passed and it is not done."""
        return self.status is not ActionStatus.DONE and self.deadline is not None and self.deadline < today
