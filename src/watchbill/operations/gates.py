"""Operations of gates: may this go out now, and what was decided before."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import BudgetState, GateAction, GateAsk, GateDecision, GateException, WorkKind
from watchbill.catalog.model import Risk
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = ["AskGate", "GateView", "ListDecisions", "ask", "list_all"]


class AskGate(BaseModel):
    """Input of `gate.ask`: what is about to be done to a service (name or alias)."""

    model_config = ConfigDict(extra="forbid")

    service: str = Field(min_length=1, max_length=64)
    action: GateAction
    kind: WorkKind = WorkKind.FEATURE
    risk: Risk = Risk.LOW
    approved_by: str = Field(default="", max_length=200)
    rollback_plan: str = Field(default="", max_length=4000)
    exception: GateException | None = None
    reason: str = Field(default="", max_length=2000)


class ListDecisions(BaseModel):
    """Input of `gate.list`: newest first."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class GateView(BaseModel):
    """One decision; `state` is that of the service's worst budget, null where nothing is known."""

    id: str
    at: datetime
    service: str
    action: GateAction
    allowed: bool
    state: BudgetState | None
    frozen: bool
    reasons: list[str]
    kind: WorkKind
    risk: Risk
    approved_by: str
    rollback_plan: str
    exception: GateException | None
    reason: str
    by: str
    policy: str
    budget_left_pct: dict[str, str]


def ask(s: Services, who: Actor, given: AskGate) -> GateView:
    """Decide, and keep the decision whatever it is."""
    fields = given.model_dump(exclude={"service"})
    return _view(s.budgets.gates.decide(given.service, GateAsk(**fields), who))


def list_all(s: Services, who: Actor, given: ListDecisions) -> Page[GateView]:
    """Decisions, newest first."""
    found = s.budgets.gates.list(given.service, limit=given.limit + 1, before=given.cursor)
    shown = found[: given.limit]
    return Page(items=[_view(one) for one in shown], next=shown[-1].id if len(found) > given.limit else None)


def _view(one: GateDecision) -> GateView:
    return GateView(
        id=one.id,
        at=one.at,
        service=one.service,
        action=one.ask.action,
        allowed=one.allowed,
        state=one.state,
        frozen=one.frozen,
        reasons=list(one.reasons),
        kind=one.ask.kind,
        risk=one.ask.risk,
        approved_by=one.ask.approved_by,
        rollback_plan=one.ask.rollback_plan,
        exception=one.ask.exception,
        reason=one.ask.reason,
        by=one.by,
        policy=one.policy,
        budget_left_pct=dict(one.left),
    )
