"""What is said about a postmortem: comments of readers, and the meeting that reviews it."""

from dataclasses import dataclass
from datetime import datetime

from watchbill.kernel.ids import CommentId, PostmortemId

__all__ = ["AgendaPart", "Comment", "Decision", "Meeting"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's remark, on a field or (None) on the whole; open until somebody settles it."""

    id: CommentId
    postmortem: PostmortemId
    field: str | None
    text: str
    by: str
    at: datetime
    settled_at: datetime | None = None
    settled_by: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the meeting decided, and the number of the action item that it became."""

    text: str
    action: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """The review meeting of a postmortem: when, who came, what was said in each part (in the order of the agenda), what was decided."""

    postmortem: PostmortemId
    held_at: datetime
    attendees: tuple[str, ...]
    minutes: tuple[str, ...]
    decisions: tuple[Decision, ...]
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class AgendaPart:
    """One of the four parts: what it asks (playbook ph. 6) and what this postmortem brings to it."""

    title: str
    minutes: int
    questions: tuple[str, ...]
    points: tuple[str, ...]
