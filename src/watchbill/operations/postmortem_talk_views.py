"""What the operations around a postmortem take and answer: its file, versions, comments, check, meeting."""

from datetime import date, datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.operations.postmortem_views import ActionView, NamedPostmortem, PostmortemView
from watchbill.postmortems.model import ActionPriority, ActionType
from watchbill.postmortems.rules.compare import Change

__all__ = [
    "AgendaPartView",
    "AgendaView",
    "ChangedLineView",
    "CommentPostmortem",
    "CommentView",
    "ComparePostmortem",
    "ComparedView",
    "DecisionGiven",
    "DecisionView",
    "FindingView",
    "HoldMeeting",
    "LintPostmortem",
    "MeetingView",
    "ReturnPostmortem",
    "SettleComment",
    "WritePostmortem",
    "WrittenView",
]


class WritePostmortem(NamedPostmortem):
    """Input of `postmortem.write`: the exported YAML, changed. `version` guards against lost updates."""

    content: str = Field(min_length=1, max_length=1_000_000)
    version: int | None = None


class WrittenView(BaseModel):
    """The postmortem, and remarks on what in the file is computed and stayed."""

    postmortem: PostmortemView
    notes: list[str]


class ComparePostmortem(NamedPostmortem):
    """Input of `postmortem.diff`: two versions; the newest with the one before it, unless they are named."""

    before: int | None = Field(default=None, ge=1)
    after: int | None = Field(default=None, ge=1)


class ChangedLineView(BaseModel):
    """One line of a comparison."""

    change: Change
    text: str


class ComparedView(BaseModel):
    """What changed from one version to another."""

    before: int
    after: int
    lines: list[ChangedLineView]


class CommentPostmortem(NamedPostmortem):
    """Input of `postmortem.comment`: on a field, or on the whole."""

    text: str = Field(min_length=1, max_length=8000)
    field: str | None = Field(default=None, max_length=64)


class SettleComment(BaseModel):
    """Input of `postmortem.comment.settle`."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)


class CommentView(BaseModel):
    """A reader's remark."""

    id: str
    field: str | None
    text: str
    by: str
    at: datetime
    settled_at: datetime | None
    settled_by: str | None


class ReturnPostmortem(NamedPostmortem):
    """Input of `postmortem.return`: a draft again, because of this, which is kept as a comment."""

    reason: str = Field(min_length=1, max_length=8000)


class LintPostmortem(BaseModel):
    """Input of `postmortem.lint`: a postmortem, or any text."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = Field(default=None, max_length=64)
    text: str | None = Field(default=None, max_length=1_000_000)


class FindingView(BaseModel):
    """Wording that blames a person; `line` and `column` count from 1 within the field."""

    field: str
    line: int
    column: int
    quote: str
    why: str
    suggestion: str


class AgendaPartView(BaseModel):
    """One part of the meeting."""

    title: str
    minutes: int
    starts_at: datetime | None
    questions: list[str]
    points: list[str]
    said: str


class AgendaView(BaseModel):
    """The agenda of the review meeting."""

    id: str
    title: str
    minutes: int
    parts: list[AgendaPartView]


class DecisionGiven(BaseModel):
    """What was decided: it becomes an action item."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=2000)
    type: ActionType = ActionType.PREVENT
    owner: str | None = Field(default=None, max_length=64)
    priority: ActionPriority = ActionPriority.P1
    deadline: date | None = None


class HoldMeeting(NamedPostmortem):
    """Input of `postmortem.meeting`: what is known of it; `minutes` has a text for each of the four parts."""

    held_at: AwareDatetime | None = None
    attendees: list[str] | None = Field(default=None, max_length=100)
    minutes: list[str] | None = Field(default=None, max_length=4)
    decisions: list[DecisionGiven] = Field(default=[], max_length=50)


class DecisionView(BaseModel):
    """A decision and the action item that it became."""

    text: str
    action: ActionView


class MeetingView(BaseModel):
    """The review meeting: None before anything about it was written."""

    held_at: datetime | None
    attendees: list[str]
    decisions: list[DecisionView]
    changed_by: str | None
    agenda: AgendaView
