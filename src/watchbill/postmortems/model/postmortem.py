"""A postmortem: figures that watchbill computed, and judgements that only people can make, kept apart so that neither overwrites the other."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from watchbill.incidents.model import DetectedBy, Severity
from watchbill.kernel.ids import IncidentId, PostmortemId
from watchbill.kernel.units import Money
from watchbill.postmortems.model.analysis import Bone, Why

__all__ = [
    "Approval",
    "BudgetShare",
    "Figures",
    "Judgement",
    "Moment",
    "Postmortem",
    "PostmortemStatus",
    "Prompt",
    "Version",
]


class PostmortemStatus(StrEnum):
    """Where a postmortem stands; final ones are locked."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class BudgetShare:
    """How much of one SLO's whole budget the incident took, in percent, exact; None where it was not measured."""

    slo: str
    consumed_pct: Fraction | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `recorded_at` is set where it was written down late."""

    time: datetime
    event: str
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What could be computed from data at `computed_at`; None is not known. `resolved` False: the incident was going on.

    `duration_minutes` is how long it hurt (until it was mitigated), `total_minutes` how long it was worked on as a whole.
    """

    computed_at: datetime
    resolved: bool
    date: date
    severity: Severity | None = None
    duration_minutes: int | None = None
    total_minutes: int | None = None
    summary: str = ""
    users_affected: int | None = None
    revenue: Money | None = None
    budget: tuple[BudgetShare, ...] = ()
    data_loss: bool | None = None
    customer_tickets: int | None = None
    timeline: tuple[Moment, ...] = ()
    how_detected: DetectedBy | None = None
    minutes_to_detect: int | None = None
    how_resolved: str | None = None
    minutes_to_mitigate: int | None = None
    minutes_to_resolve: int | None = None

    @property
    def budget_consumed_pct(self) -> Fraction | None:
        """The figure of the template: the worst of the SLOs; None where none was measured."""
        known = [share.consumed_pct for share in self.budget if share.consumed_pct is not None]
        return max(known, default=None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What people say. None and empty mean that nobody has judged yet, or (counts, money, data loss) that the figure stands.

    `whys` is the chain from what was seen to the root cause, which `root_action` (AI-7: 7) answers; `moments` are lines of
    the timeline that people remember and no machine wrote down.
    """

    title: str
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    summary: str | None = None
    root_cause: str | None = None
    contributing_factors: tuple[str, ...] = ()
    could_have_detected_sooner: str | None = None
    how_resolved: str | None = None
    what_went_well: tuple[str, ...] = ()
    what_went_wrong: tuple[str, ...] = ()
    where_we_got_lucky: tuple[str, ...] = ()
    users_affected: int | None = None
    revenue: Money | None = None
    data_loss: bool | None = None
    customer_tickets: int | None = None
    whys: tuple[Why, ...] = ()
    root_action: int | None = None
    fishbone: tuple[Bone, ...] = ()
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """A reviewer's yes to a version."""

    person: str
    at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Postmortem:
    """One postmortem, of an incident or (demanded by a spent budget) of an SLO. `due_on` is the day by which it is to be final."""

    id: PostmortemId
    status: PostmortemStatus
    figures: Figures
    judged: Judgement
    version: int
    created_at: datetime
    created_by: str
    changed_at: datetime
    due_on: date
    incident: IncidentId | None = None
    slo: str | None = None
    approvals: tuple[Approval, ...] = ()
    submitted_at: datetime | None = None
    final_at: datetime | None = None
    cause: str | None = None

    @property
    def is_locked(self) -> bool:
        """Whether nothing may be changed any more."""
        return self.status is PostmortemStatus.FINAL


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state of a postmortem."""

    postmortem: PostmortemId
    number: int
    at: datetime
    by: str
    reason: str
    figures: Figures
    judged: Judgement


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question that only people can answer, standing where the answer will."""

    field: str
    question: str
    required: bool = False
