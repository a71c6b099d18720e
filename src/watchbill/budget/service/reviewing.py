"""Reviews of promises and stakeholders' agreement to them, as records; and the weekly snapshots of budgets."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from watchbill.budget.model import Agreement, Review, ReviewDecision, SloReviewed, Snapshot
from watchbill.budget.rules.reviews import ReviewStanding, review_standing
from watchbill.budget.rules.trend import week_start
from watchbill.budget.service.desk import BudgetDesk
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import ReviewId
from watchbill.people.model import Actor
from watchbill.slo.model import Slo

__all__ = ["ReviewService", "SnapshotService"]

_WEEK = timedelta(days=7)
_SETTLED = timedelta(hours=1)  # late data of the week is in by then


class ReviewService:
    """Looks at promises again."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    def review(self, slo: str, decision: ReviewDecision, note: str, who: Actor) -> Review:
        """Keep what a review came to. The resource stays as it is: a decision to tighten is carried out by changing it."""
        found = self._desk.slos.find(slo)
        left = self._desk.slos.status(found).remaining_pct
        review = Review(
            self._desk.ids.new(ReviewId),
            found.name,
            self._desk.now,
            who.name,
            decision,
            note.strip(),
            found.target,
            left,
        )
        self._desk.reviews.add(review)
        event = SloReviewed(review.id, found.name, found.service, decision, who.name)
        self._desk.events.publish(event, subject=review.id, cause=None)
        details = {"decision": str(decision), "note": review.note, "target": str(found.target)}
        self._desk.audit.record(who.name, "slo.review", f"slo/{found.name}", details)
        return review

    def agree(self, slo: str, stakeholder: str, note: str, who: Actor) -> Agreement:
        """Keep that a stakeholder of the SLO agrees to its present target; raises Invalid for somebody who is none."""
        found = self._desk.slos.find(slo)
        if stakeholder not in found.stakeholders:
            known = ", ".join(found.stakeholders) or "nobody"
            raise Invalid(
                "stakeholder", f"{stakeholder} is no stakeholder of {found.name}", hint=f"stakeholders: {known}"
            )
        agreement = Agreement(found.name, stakeholder, self._desk.now, who.name, found.target, note.strip())
        self._desk.reviews.agree(agreement)
        details = {"stakeholder": stakeholder, "target": str(found.target), "note": agreement.note}
        self._desk.audit.record(who.name, "slo.agree", f"slo/{found.name}", details)
        return agreement

    def history(self, slo: str) -> tuple[Sequence[Review], Sequence[Agreement]]:
        """Everything that was kept about one promise, newest first."""
        name = self._desk.slos.find(slo).name
        return self._desk.reviews.of(name), self._desk.reviews.agreements(name)

    def standings(self, only: Collection[str] | None = None) -> list[tuple[Slo, ReviewStanding]]:
        """Where reviews of all written promises stand, or of those of these names, the longest overdue first."""
        reviews: dict[str, list[Review]] = {}
        for review in self._desk.reviews.of(None):
            reviews.setdefault(review.slo, []).append(review)
        agreements: dict[str, list[Agreement]] = {}
        for agreement in self._desk.reviews.agreements(None):
            agreements.setdefault(agreement.slo, []).append(agreement)
        now = self._desk.now
        found = [
            (slo, review_standing(slo, reviews.get(slo.name, ()), agreements.get(slo.name, ()), now))
            for slo in self._desk.slos.definitions.slos()
            if only is None or slo.name in only
        ]
        return sorted(found, key=lambda one: (one[1].due_at is None, one[1].due_at or now, one[0].name))


class SnapshotService:
    """Keeps how every budget stood when a week began."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    def is_due(self) -> bool:
        """Whether some budget has no snapshot of this week yet."""
        return bool(self._missing(self._week()))

    def take(self) -> int:
        """Keep the standing of every budget at the start of this week; once a week, however often it is called.

        A source that has not caught up is waited for: half of a history must not become the record.
        """
        week = self._week()
        known = {one.slo: one for one in self._desk.budget.standings.all()}
        taken = []
        for slo in self._missing(week):
            source = self._desk.slos.source(slo)
            if source.measured and not source.caught_up:
                continue
            status = self._desk.budget.show(slo, week - timedelta(microseconds=1))
            frozen = known[slo.name].frozen_since if slo.name in known else None
            taken.append(
                Snapshot(
                    slo=slo.name,
                    week=week,
                    remaining_pct=status.status.remaining_pct,
                    consumed_pct=self._desk.budget.consumed_pct(status.status, _WEEK),
                    state=status.state,
                    frozen=frozen is not None and frozen < week,
                    bad=status.status.counts.bad,
                    total=status.status.total,
                )
            )
        self._desk.snapshots.save(taken)
        return len(taken)

    def of(self, slo: str | None = None, *, weeks: int = 13) -> Sequence[Snapshot]:
        """Snapshots, oldest first."""
        return self._desk.snapshots.of(slo, weeks=weeks)

    def _missing(self, week: datetime) -> list[Slo]:
        if self._desk.now < week + _SETTLED:
            return []
        there = {one.slo for one in self._desk.snapshots.of(None, weeks=1) if one.week == week}
        return [slo for slo in self._desk.slos.list() if slo.name not in there]

    def _week(self) -> datetime:
        return week_start(self._desk.now, self._desk.people.organisation().timezone)
