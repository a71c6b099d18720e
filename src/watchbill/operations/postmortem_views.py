"""What the operations on postmortems and action items take and answer."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.incidents.model import Severity
from watchbill.postmortems.model import ActionPriority, ActionStatus, ActionType, FishboneCategory, PostmortemStatus

__all__ = [
    "ActionView",
    "AddAction",
    "AddedMoment",
    "ApprovalView",
    "BoneView",
    "BudgetShareView",
    "DoneAction",
    "DraftPostmortem",
    "EditPostmortem",
    "ExportPostmortem",
    "ExportedPostmortem",
    "ImpactFiguresView",
    "ListActions",
    "ListPostmortems",
    "MomentView",
    "NamedPostmortem",
    "PostmortemRow",
    "PostmortemView",
    "PromptView",
    "VersionView",
    "WhyView",
]


class DraftPostmortem(BaseModel):
    """Input of `postmortem.draft`; an existing one is opened, `refresh` computes its figures anew as a further version."""

    model_config = ConfigDict(extra="forbid")

    incident: str = Field(min_length=1, max_length=64)
    refresh: bool = False


class ListPostmortems(BaseModel):
    """Input of `postmortem.list`, newest first."""

    model_config = ConfigDict(extra="forbid")

    status: PostmortemStatus | None = None
    incident: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class NamedPostmortem(BaseModel):
    """An input that names one postmortem: its id, or its incident (`12`, `INC-12`)."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)


class WhyView(BaseModel):
    """One link of the chain of whys."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=500)
    answer: str = Field(min_length=1, max_length=2000)
    evidence: str | None = Field(default=None, max_length=2000)


class BoneView(BaseModel):
    """One cause on the fishbone."""

    model_config = ConfigDict(extra="forbid")

    category: FishboneCategory
    cause: str = Field(min_length=1, max_length=500)


class AddedMoment(BaseModel):
    """A line of the timeline that somebody remembers."""

    model_config = ConfigDict(extra="forbid")

    time: AwareDatetime
    event: str = Field(min_length=1, max_length=2000)


class EditPostmortem(NamedPostmortem):
    """Input of `postmortem.edit`: what people judge; what is left out stays. `version` guards against lost updates."""

    version: int | None = None
    title: str | None = Field(default=None, min_length=1, max_length=200)
    authors: list[str] | None = Field(default=None, max_length=50)
    reviewers: list[str] | None = Field(default=None, max_length=50)
    summary: str | None = Field(default=None, max_length=20_000)
    root_cause: str | None = Field(default=None, max_length=20_000)
    contributing_factors: list[str] | None = Field(default=None, max_length=100)
    could_have_detected_sooner: str | None = Field(default=None, max_length=20_000)
    how_resolved: str | None = Field(default=None, max_length=20_000)
    what_went_well: list[str] | None = Field(default=None, max_length=100)
    what_went_wrong: list[str] | None = Field(default=None, max_length=100)
    where_we_got_lucky: list[str] | None = Field(default=None, max_length=100)
    users_affected: int | None = Field(default=None, ge=0)
    revenue_impact: str | None = Field(default=None, max_length=32)  # an amount in the organisation's currency
    data_loss: bool | None = None
    customer_tickets: int | None = Field(default=None, ge=0)
    five_whys: list[WhyView] | None = Field(default=None, max_length=20)
    root_cause_action: str | None = Field(default=None, max_length=64)
    fishbone: list[BoneView] | None = Field(default=None, max_length=200)
    moments: list[AddedMoment] | None = Field(default=None, max_length=500)


class ExportPostmortem(NamedPostmortem):
    """Input of `postmortem.export`."""

    format: Literal["yaml", "md", "html", "pdf", "svg"] = "yaml"


class PromptView(BaseModel):
    """A question that only people can answer; a required one keeps the postmortem from review."""

    field: str
    question: str
    required: bool


class BudgetShareView(BaseModel):
    """What the incident took from one SLO's budget, in percent of the whole."""

    slo: str
    consumed_pct: float | None


class MomentView(BaseModel):
    """One line of the timeline; `remembered`: a person added it to the postmortem."""

    time: datetime
    event: str
    recorded_at: datetime | None
    remembered: bool = False


class ImpactFiguresView(BaseModel):
    """The template's figures; None is not known."""

    users_affected: int | None
    duration_minutes: int | None
    revenue_impact: str | None
    slo_budget_consumed_pct: float | None
    slo_budget: list[BudgetShareView]
    data_loss: bool | None
    customer_tickets: int | None


class ApprovalView(BaseModel):
    """A reviewer's yes; `current` False: it was given to an earlier version."""

    person: str
    at: datetime
    version: int
    current: bool


class VersionView(BaseModel):
    """One saved state."""

    number: int
    at: datetime
    by: str
    reason: str


class ActionView(BaseModel):
    """One action item."""

    id: str
    number: int
    type: ActionType
    description: str
    owner: str | None
    priority: ActionPriority
    deadline: date | None
    status: ActionStatus
    ticket: str | None
    overdue: bool
    postmortem: str | None
    incident: int | None
    created_at: datetime
    done_at: datetime | None


Day = date  # `date` is a field below


class PostmortemRow(BaseModel):
    """One postmortem in a list. `incident` is `INC-12`, None where a spent budget demanded it."""

    id: str
    incident: str | None
    slo: str | None
    status: PostmortemStatus
    title: str
    severity: Severity | None
    date: Day
    due_on: Day
    overdue: bool
    version: int
    open_prompts: int
    open_actions: int


class PostmortemView(PostmortemRow):
    """Everything about one postmortem. `unresolved`: its incident was going on when the figures were computed."""

    unresolved: bool
    locked: bool
    computed_at: datetime
    duration: str
    authors: list[str]
    reviewers: list[str]
    summary: str
    impact: ImpactFiguresView
    timeline: list[MomentView]
    root_cause: str | None
    contributing_factors: list[str]
    how_detected: str | None
    time_to_detect_minutes: int | None
    could_have_detected_sooner: str | None
    how_resolved: str | None
    time_to_mitigate_minutes: int | None
    time_to_resolve_minutes: int | None
    what_went_well: list[str]
    what_went_wrong: list[str]
    where_we_got_lucky: list[str]
    five_whys: list[WhyView]
    chain_lacks: list[str]
    root_cause_action: int | None
    fishbone: list[BoneView]
    action_items: list[ActionView]
    prompts: list[PromptView]
    approvals: list[ApprovalView]
    versions: list[VersionView]
    cause: str | None


class ExportedPostmortem(BaseModel):
    """A postmortem as a file; the content of a PDF is base64."""

    name: str
    format: str
    content: str
    base64: bool = False


class ListActions(BaseModel):
    """Input of `action.list`, newest first."""

    model_config = ConfigDict(extra="forbid")

    status: ActionStatus | None = None
    owner: str | None = None
    postmortem: str | None = None
    overdue: bool | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class AddAction(BaseModel):
    """Input of `action.add`, to a postmortem (its id or its incident) or to nothing in particular."""

    model_config = ConfigDict(extra="forbid")

    description: str = Field(min_length=1, max_length=2000)
    postmortem: str | None = None
    type: ActionType = ActionType.PREVENT
    owner: str | None = Field(default=None, max_length=64)
    priority: ActionPriority = ActionPriority.P1
    deadline: date | None = None
    ticket: str | None = Field(default=None, max_length=2000)


class DoneAction(BaseModel):
    """Input of `action.done`: `7`, `AI-7` or the id. `status` other than done moves it there instead."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    status: ActionStatus = ActionStatus.DONE
