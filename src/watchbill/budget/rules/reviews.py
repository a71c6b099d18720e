"""When a promise is to be looked at again, and who has yet to agree to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.budget.model import Agreement, Review
from watchbill.slo.model import Slo

__all__ = ["CADENCES", "ReviewStanding", "review_standing"]

CADENCES = {
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
    "quarterly": timedelta(days=92),
    "yearly": timedelta(days=366),
}


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """Where reviews of a promise stand. `due_at` None: no cadence was written, so none is ever due."""

    last: Review | None
    due_at: datetime | None
    overdue: bool
    agreed: tuple[str, ...]
    missing: tuple[str, ...]  # stakeholders who did not agree to the present target


def review_standing(
    slo: Slo, reviews: Sequence[Review], agreements: Sequence[Agreement], now: datetime
) -> ReviewStanding:
    """Due one cadence after the last review; one that was never reviewed is due now."""
    last = max(reviews, key=lambda one: one.at, default=None)
    cadence = CADENCES.get(slo.review_cadence or "")
    due = None if cadence is None else (last.at + cadence if last else now)
    agreed = {one.stakeholder for one in agreements if one.target == slo.target}
    return ReviewStanding(
        last=last,
        due_at=due,
        overdue=due is not None and due <= now,
        agreed=tuple(name for name in slo.stakeholders if name in agreed),
        missing=tuple(name for name in slo.stakeholders if name not in agreed),
    )
