"""Adjustments: a stretch of time is taken out of a budget for a written reason, and both figures stay in sight.

There is no reset. What was taken out can be put back, and who did which is in the audit log for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.budget.model import Adjustment, BudgetAdjusted
from watchbill.budget.service.desk import BudgetDesk
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.kernel.ids import AdjustmentId
from watchbill.kernel.instants import floor_minute, to_text
from watchbill.kernel.units import pct_text
from watchbill.people.model import Actor, Role
from watchbill.slo.model import Slo

__all__ = ["AUTHORISED", "Adjusted", "AdjustmentService"]

AUTHORISED = Role.EDITOR
_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(days=31)
_SHORTEST_REASON = 10  # characters; "test" explains nothing to who reads it in a year


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An adjustment with what was left of the budget before it and after it."""

    adjustment: Adjustment
    before_pct: Fraction | None
    after_pct: Fraction | None


class AdjustmentService:
    """Takes out and puts back."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    def take_out(self, slo: str, start: datetime, end: datetime, reason: str, who: Actor) -> Adjusted:
        """[start, end), widened to whole minutes, no longer counts in that budget; burn alerts still see everything.

        Needs an editor. Raises Invalid for a span that is empty, longer than 31 days or not over yet, and for a reason that
        says nothing.
        """
        who.require(AUTHORISED)
        found = self._desk.slos.find(slo)
        first, last = floor_minute(start), -((floor_minute(end) - end) // _MINUTE) * _MINUTE + floor_minute(end)
        self._check(first, last, reason)
        adjustment = Adjustment(
            self._desk.ids.new(AdjustmentId), found.name, first, last, reason.strip(), who.name, self._desk.now
        )
        before = self._left(found)
        self._desk.adjustments.add(adjustment)
        return self._told(found, adjustment, before, who, withdrawn=False)

    def put_back(self, adjustment: str, who: Actor) -> Adjusted:
        """It counts again. Needs an editor; raises Conflict where it was put back before."""
        who.require(AUTHORISED)
        known = self._desk.adjustments.get(adjustment)
        if known is None:
            raise NotFound("adjustment", adjustment, hint="`watchbill budget adjustments` lists them")
        if known.withdrawn_at is not None:
            raise Conflict(f"{known.id} was put back by {known.withdrawn_by} at {to_text(known.withdrawn_at)}")
        slo = self._desk.slos.find(known.slo)
        before = self._left(slo)
        taken_back = replace(known, withdrawn_by=who.name, withdrawn_at=self._desk.now)
        self._desk.adjustments.withdraw(taken_back)
        return self._told(slo, taken_back, before, who, withdrawn=True)

    def list(self, slo: str | None = None) -> Sequence[Adjustment]:
        """All adjustments of an SLO, or of every one, oldest first; also those that were put back."""
        return self._desk.adjustments.of(None if slo is None else self._desk.slos.find(slo).name)

    def _check(self, start: datetime, end: datetime, reason: str) -> None:
        if end <= start:
            raise Invalid("to", f"{to_text(end)} is not after {to_text(start)}")
        if end - start > _LONGEST:
            raise Invalid("to", "is more than 31 days after the start", hint="a whole window is not an exception")
        if end > floor_minute(self._desk.now) + _MINUTE:
            raise Invalid("to", f"{to_text(end)} is not over yet", hint="only what happened can be taken out")
        if len(reason.strip()) < _SHORTEST_REASON:
            raise Invalid("reason", "says too little", hint="write what happened and why it must not count")

    def _left(self, slo: Slo) -> Fraction | None:
        return self._desk.slos.status(slo).remaining_pct

    def _told(
        self, slo: Slo, adjustment: Adjustment, before: Fraction | None, who: Actor, *, withdrawn: bool
    ) -> Adjusted:
        self._desk.forget()
        after = self._left(slo)
        event = BudgetAdjusted(
            adjustment.id,
            slo.name,
            slo.service,
            adjustment.start,
            adjustment.end,
            who.name,
            withdrawn,
            _words(before),
            _words(after),
        )
        self._desk.events.publish(event, subject=f"slo/{slo.name}", cause=None)
        details = {
            "adjustment": adjustment.id,
            "start": to_text(adjustment.start),
            "end": to_text(adjustment.end),
            "reason": adjustment.reason,
            "before_pct": event.before_pct,
            "after_pct": event.after_pct,
        }
        action = "budget.adjust.withdraw" if withdrawn else "budget.adjust"
        self._desk.audit.record(who.name, action, f"slo/{slo.name}", details)
        return Adjusted(adjustment, before, after)


def _words(left: Fraction | None) -> str:
    return "unknown" if left is None else pct_text(left)
