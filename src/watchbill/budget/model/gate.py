"""Facts of gates: what somebody wants to do to a service, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.budget.model.budget import BudgetState
from watchbill.catalog.model import Risk
from watchbill.kernel.events import Event
from watchbill.kernel.ids import GateDecisionId

__all__ = ["GateAction", "GateAsk", "GateDecided", "GateDecision", "GateException", "WorkKind"]


class GateAction(StrEnum):
    """What is about to be done."""

    DEPLOY = "deploy"
    CHAOS = "chaos"
    LAUNCH = "launch"


class WorkKind(StrEnum):
    """What a deploy is for."""

    FEATURE = "feature"
    RELIABILITY = "reliability"


class GateException(StrEnum):
    """What goes out whatever the budget says (playbook ph. 3, exceptions)."""

    SECURITY = "security"
    REGULATORY = "regulatory"
    DATA_LOSS = "data-loss"


@dataclass(frozen=True, slots=True)
class GateAsk:
    """The question: may this be done to the service now?"""

    action: GateAction
    kind: WorkKind = WorkKind.FEATURE
    risk: Risk = Risk.LOW
    approved_by: str = ""
    rollback_plan: str = ""
    exception: GateException | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GateDecision:
    """A decision as it is kept. `state` is the worst budget's; `left` says what was left of each, as text, at that moment."""

    id: GateDecisionId
    at: datetime
    service: str
    ask: GateAsk
    by: str
    allowed: bool
    state: BudgetState | None
    frozen: bool
    reasons: tuple[str, ...]
    left: Mapping[str, str]
    policy: str


@dataclass(frozen=True)
class GateDecided(Event):
    """A gate let something through, or did not."""

    kind: ClassVar[str] = "gate.decided"

    decision: GateDecisionId
    service: str
    action: GateAction
    allowed: bool
    exception: GateException | None
    by: str
