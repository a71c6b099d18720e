"""Operations on what is decided about budgets: adjustments, and the steps and tasks that budgets give rise to."""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.budget.model import Adjustment, Duty, DutyKind
from watchbill.budget.service import Adjusted
from watchbill.operations.slo_views_of import number
from watchbill.people.model import Actor

__all__ = [
    "AdjustBudget", "AdjustedView", "AdjustmentView", "DutyDone", "DutyView", "ListAdjustments", "ListDuties",
    "WithdrawAdjustment", "adjust", "adjustments", "done", "duties", "waiting", "withdraw",
]  # fmt: skip


class AdjustBudget(BaseModel):
    """Input of `budget.adjust`: [start, end), widened to whole minutes, is taken out of one budget."""

    model_config = ConfigDict(extra="forbid")

    slo: str
    start: AwareDatetime
    end: AwareDatetime
    reason: str = Field(max_length=2000)


class WithdrawAdjustment(BaseModel):
    """Input of `budget.adjust.withdraw`."""

    model_config = ConfigDict(extra="forbid")

    adjustment: str


class ListAdjustments(BaseModel):
    """Input of `budget.adjustments`: of one SLO, or of all."""

    model_config = ConfigDict(extra="forbid")

    slo: str | None = None


class AdjustmentView(BaseModel):
    """What was taken out, by whom and why; `withdrawn_*` where it was put back."""

    id: str
    slo: str
    start: datetime
    end: datetime
    reason: str
    by: str
    at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class AdjustedView(AdjustmentView):
    """An adjustment with both figures."""

    before_pct: float | None
    after_pct: float | None


class ListDuties(BaseModel):
    """Input of `budget.duties`: newest first."""

    model_config = ConfigDict(extra="forbid")

    slo: str | None = None
    open: bool = False
    limit: int = Field(default=100, ge=1, le=500)


class DutyDone(BaseModel):
    """Input of `budget.duty.done`."""

    model_config = ConfigDict(extra="forbid")

    duty: str
    note: str = Field(default="", max_length=4000)


class DutyView(BaseModel):
    """One step or task; `details` holds the changes of the last seven days, by risk, where it is about them."""

    id: str
    slo: str
    service: str
    kind: DutyKind
    episode: datetime
    number: int
    at: datetime
    text: str
    told: list[str]
    details: dict[str, Any] | None  # Any: JSON
    open: bool
    done_at: datetime | None
    done_by: str | None
    outcome: str


def adjust(s: Services, who: Actor, given: AdjustBudget) -> AdjustedView:
    """Take a stretch of time out of a budget."""
    return _adjusted(s.budgets.adjustments.take_out(given.slo, given.start, given.end, given.reason, who))


def withdraw(s: Services, who: Actor, given: WithdrawAdjustment) -> AdjustedView:
    """Let it count again."""
    return _adjusted(s.budgets.adjustments.put_back(given.adjustment, who))


def adjustments(s: Services, who: Actor, given: ListAdjustments) -> list[AdjustmentView]:
    """Everything that was ever taken out, oldest first."""
    return [AdjustmentView(**_fields(one)) for one in s.budgets.adjustments.list(given.slo)]


def duties(s: Services, who: Actor, given: ListDuties) -> list[DutyView]:
    """Steps and tasks, newest first."""
    return [_duty(one) for one in s.budgets.duties.list(given.slo, open_only=given.open, limit=given.limit)]


def waiting(s: Services, who: Actor) -> int:
    """How many steps and tasks are open; pages say so without listing them."""
    return sum(s.budgets.duties.open_by_slo().values())


def done(s: Services, who: Actor, given: DutyDone) -> DutyView:
    """Somebody did it."""
    return _duty(s.budgets.duties.done(given.duty, given.note, who))


def _adjusted(one: Adjusted) -> AdjustedView:
    return AdjustedView(**_fields(one.adjustment), before_pct=number(one.before_pct), after_pct=number(one.after_pct))


def _fields(one: Adjustment) -> dict[str, Any]:  # Any: the fields have several types
    return {name: getattr(one, name) for name in AdjustmentView.model_fields}


def _duty(one: Duty) -> DutyView:
    fields = {name: getattr(one, name) for name in DutyView.model_fields if name not in {"open", "told"}}
    return DutyView(**fields, told=list(one.told), open=one.done_at is None)
