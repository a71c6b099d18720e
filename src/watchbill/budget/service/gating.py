"""Gates: may this go out now? Every answer is a record, the refused ones as well."""

from collections.abc import Sequence

from watchbill.budget.model import BudgetStatus, GateAsk, GateDecided, GateDecision
from watchbill.budget.rules.gate import BudgetFacts, rule
from watchbill.budget.service.desk import BudgetDesk
from watchbill.kernel.ids import GateDecisionId
from watchbill.kernel.units import pct_text
from watchbill.people.model import Actor

__all__ = ["GateService"]


class GateService:
    """Decides and records."""

    def __init__(self, desk: BudgetDesk) -> None:
        self._desk = desk

    def decide(self, service: str, ask: GateAsk, who: Actor) -> GateDecision:
        """The decision for a service (name or alias) by all its budgets as they stand now; kept, audited and published."""
        desk = self._desk
        name = desk.catalog.find(service).name
        budgets = desk.budget.worst_first(desk.slos.for_service(name))
        policy = desk.budget.policy(name)
        ruling = rule(ask, [facts_of(one) for one in budgets], policy, desk.house())
        decision = GateDecision(
            id=desk.ids.new(GateDecisionId),
            at=desk.now,
            service=name,
            ask=ask,
            by=who.name,
            allowed=ruling.allowed,
            state=ruling.state,
            frozen=ruling.frozen,
            reasons=ruling.reasons,
            left={one.status.slo.name: _left(one) for one in budgets},
            policy=policy.name,
        )
        desk.decisions.add(decision)
        event = GateDecided(decision.id, name, ask.action, ruling.allowed, ask.exception, who.name)
        desk.events.publish(event, subject=decision.id, cause=None)
        details = {"service": name, "allowed": ruling.allowed, "reasons": list(ruling.reasons)}
        if ask.exception is not None:
            details |= {"exception": str(ask.exception), "reason": ask.reason}
        desk.audit.record(who.name, f"gate.{ask.action}", decision.id, details)
        return decision

    def list(self, service: str | None, *, limit: int, before: str | None = None) -> Sequence[GateDecision]:
        """Decisions, newest first, of a service (name or alias) or of all."""
        name = None if service is None else self._desk.catalog.find(service).name
        return self._desk.decisions.find(name, limit=limit, before=before)


def facts_of(budget: BudgetStatus) -> BudgetFacts:
    """What a gate has to know of a budget."""
    status = budget.status
    return BudgetFacts(status.slo.name, budget.state, budget.frozen, status.remaining_pct, status.data_reason)


def _left(budget: BudgetStatus) -> str:
    left = budget.status.remaining_pct
    return "unknown" if left is None else pct_text(left)
