"""What people and the calendar leave behind about budgets: adjustments, duties, reviews, agreements, weekly snapshots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from watchbill.budget.model.budget import BudgetState
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AdjustmentId, DutyId, ReviewId
from watchbill.kernel.units import Ratio

__all__ = [
    "Adjustment",
    "Agreement",
    "BudgetAdjusted",
    "BudgetEscalated",
    "Duty",
    "DutyKind",
    "Review",
    "ReviewDecision",
    "SloReviewed",
    "Snapshot",
]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """[start, end) is taken out of one budget, for a written reason. Withdrawn ones count again; nothing is ever deleted."""

    id: AdjustmentId
    slo: str
    start: datetime
    end: datetime
    reason: str
    by: str
    at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


class DutyKind(StrEnum):
    """What a budget asks of people."""

    CHANGE_REVIEW = "change_review"  # entering warning: look through the changes of the last seven days
    DAILY_REVIEW = "daily_review"  # critical and worse: once a day until it is left
    ESCALATION = "escalation"  # exhausted: a step of the timed list


@dataclass(frozen=True, slots=True)
class Duty:
    """One step, recorded. `episode` is when the state (or the freeze) began; `number` counts within it, from 0.

    `told`: the persons who were told. `done_at`/`outcome`: when and how it ended; a task of people stays open until somebody
    says so, or until the budget is out of the state.
    """

    id: DutyId
    slo: str
    service: str
    kind: DutyKind
    episode: datetime
    number: int
    at: datetime
    text: str
    told: tuple[str, ...] = ()
    details: Mapping[str, object] | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    outcome: str = ""


class ReviewDecision(StrEnum):
    """What a review of a promise came to."""

    KEEP = "keep"
    TIGHTEN = "tighten"
    LOOSEN = "loosen"


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody looked at a promise. `target` is what it was at that time; `remaining_pct` what was left of its budget."""

    id: ReviewId
    slo: str
    at: datetime
    by: str
    decision: ReviewDecision
    note: str
    target: Ratio
    remaining_pct: Fraction | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """A stakeholder agreed to a target. It holds for that target only: another one has to be agreed to anew."""

    slo: str
    stakeholder: str
    at: datetime
    by: str
    target: Ratio
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How a budget stood at the start of a week (local midnight of Monday in the house's zone)."""

    slo: str
    week: datetime
    remaining_pct: Fraction | None
    consumed_pct: Fraction | None  # in the week that ended then
    state: BudgetState | None
    frozen: bool
    bad: int
    total: int


@dataclass(frozen=True)
class BudgetAdjusted(Event):
    """A stretch of time was taken out of a budget, or put back."""

    kind: ClassVar[str] = "budget.adjusted"

    adjustment: AdjustmentId
    slo: str
    service: str
    start: datetime
    end: datetime
    by: str
    withdrawn: bool
    before_pct: str
    after_pct: str


@dataclass(frozen=True)
class BudgetEscalated(Event):
    """A step of the list for an exhausted budget is due, and these persons are to be told.

    `pages`: the house has written that they are; else they are told at once and nobody is woken.
    """

    kind: ClassVar[str] = "budget.escalated"

    duty: DutyId
    slo: str
    service: str
    text: str
    sentence: str
    told: tuple[str, ...]
    pages: bool = True


@dataclass(frozen=True)
class SloReviewed(Event):
    """A promise was reviewed."""

    kind: ClassVar[str] = "slo.reviewed"

    review: ReviewId
    slo: str
    service: str
    decision: ReviewDecision
    by: str
