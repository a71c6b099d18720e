"""Operations on reviews of promises: what was decided, who agreed, and which review is due."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import Agreement, Review, ReviewDecision
from watchbill.operations.slo_views_of import number
from watchbill.people.model import Actor

__all__ = [
    "AgreeSlo",
    "AgreementView",
    "DueReviews",
    "ReviewSlo",
    "ReviewStandingView",
    "ReviewView",
    "ReviewedSlo",
    "ReviewsView",
    "agree",
    "due",
    "history",
    "review",
]  # fmt: skip


class ReviewSlo(BaseModel):
    """Input of `slo.review`."""

    model_config = ConfigDict(extra="forbid")

    name: str
    decision: ReviewDecision
    note: str = Field(default="", max_length=4000)


class AgreeSlo(BaseModel):
    """Input of `slo.agree`: a stakeholder named in the SLO agrees to its present target."""

    model_config = ConfigDict(extra="forbid")

    name: str
    stakeholder: str
    note: str = Field(default="", max_length=4000)


class ReviewedSlo(BaseModel):
    """Input of `slo.reviews`."""

    model_config = ConfigDict(extra="forbid")

    name: str


class DueReviews(BaseModel):
    """Input of `slo.reviews.due`: only what is overdue, or where all of them stand."""

    model_config = ConfigDict(extra="forbid")

    overdue: bool = False


class ReviewView(BaseModel):
    """One review."""

    id: str
    slo: str
    at: datetime
    by: str
    decision: ReviewDecision
    note: str
    target_pct: float
    budget_remaining_pct: float | None


class AgreementView(BaseModel):
    """One agreement; it holds for that target only."""

    slo: str
    stakeholder: str
    at: datetime
    by: str
    target_pct: float
    note: str


class ReviewsView(BaseModel):
    """Everything that was kept about one promise, newest first."""

    slo: str
    reviews: list[ReviewView]
    agreements: list[AgreementView]


class ReviewStandingView(BaseModel):
    """Where reviews of one promise stand; `due_at` null: no review_cadence was written."""

    slo: str
    service: str
    owner: str | None
    review_cadence: str | None
    last_at: datetime | None
    last_decision: ReviewDecision | None
    due_at: datetime | None
    overdue: bool
    agreed: list[str]
    missing_agreement: list[str]


def review(s: Services, who: Actor, given: ReviewSlo) -> ReviewView:
    """Keep what a review came to; the SLO itself is changed where it is written."""
    return _review(s.budgets.reviews.review(given.name, given.decision, given.note, who))


def agree(s: Services, who: Actor, given: AgreeSlo) -> AgreementView:
    """Keep a stakeholder's agreement."""
    return _agreement(s.budgets.reviews.agree(given.name, given.stakeholder, given.note, who))


def history(s: Services, who: Actor, given: ReviewedSlo) -> ReviewsView:
    """All reviews of and agreements to one promise."""
    reviews, agreements = s.budgets.reviews.history(given.name)
    return ReviewsView(
        slo=s.slo.find(given.name).name,
        reviews=[_review(one) for one in reviews],
        agreements=[_agreement(one) for one in agreements],
    )


def due(s: Services, who: Actor, given: DueReviews) -> list[ReviewStandingView]:
    """Where reviews stand, the longest overdue first."""
    return [
        ReviewStandingView(
            slo=slo.name,
            service=slo.service,
            owner=slo.owner,
            review_cadence=slo.review_cadence,
            last_at=standing.last.at if standing.last else None,
            last_decision=standing.last.decision if standing.last else None,
            due_at=standing.due_at,
            overdue=standing.overdue,
            agreed=list(standing.agreed),
            missing_agreement=list(standing.missing),
        )
        for slo, standing in s.budgets.reviews.standings()
        if standing.overdue or not given.overdue
    ]


def _review(one: Review) -> ReviewView:
    return ReviewView(
        id=one.id, slo=one.slo, at=one.at, by=one.by, decision=one.decision, note=one.note,
        target_pct=float(one.target.pct), budget_remaining_pct=number(one.remaining_pct),
    )  # fmt: skip


def _agreement(one: Agreement) -> AgreementView:
    return AgreementView(
        slo=one.slo, stakeholder=one.stakeholder, at=one.at, by=one.by, target_pct=float(one.target.pct), note=one.note
    )
