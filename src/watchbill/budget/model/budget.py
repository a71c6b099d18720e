"""Facts of error budgets: states, the policy that goes with them, the freeze, forecasts and attribution."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.slo.model import DataStatus, Forecast, Slo, SloStatus, WindowSum

__all__ = [
    "Attribution",
    "BudgetExhausted",
    "BudgetGlance",
    "BudgetPolicy",
    "BudgetRange",
    "BudgetStanding",
    "BudgetState",
    "BudgetStateChanged",
    "BudgetStatus",
    "BudgetThawed",
    "DaySpend",
    "Forecast",
    "Point",
    "StatePolicy",
]


class BudgetState(StrEnum):
    """What the remaining percentage alone says; the freeze is a flag beside it (playbook ph. 3)."""

    HEALTHY = "healthy"  # > 50
    WARNING = "warning"  # > 25 to 50
    CRITICAL = "critical"  # > 0 to 25
    EXHAUSTED = "exhausted"  # <= 0


@dataclass(frozen=True, slots=True)
class BudgetRange:
    """A part of the remaining percentages; None is open-ended, `*_closed` says who owns the edge."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = False
    high_closed: bool = False

    def __contains__(self, remaining_pct: Fraction) -> bool:
        low, high = self.low, self.high
        return (low is None or remaining_pct > low or (self.low_closed and remaining_pct == low)) and (
            high is None or remaining_pct < high or (self.high_closed and remaining_pct == high)
        )


@dataclass(frozen=True, slots=True)
class StatePolicy:
    """What a policy says about one state: its range, as written and as parsed, and the actions."""

    state: BudgetState
    condition: str
    range: BudgetRange
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """An `error_budget_policy`. `service` None: for every service without one of its own. States are in falling order."""

    name: str
    states: tuple[StatePolicy, ...]
    service: str | None = None
    exceptions: tuple[str, ...] = ()
    reset: str | None = None

    def of(self, state: BudgetState) -> StatePolicy:
        """What the policy says about that state."""
        return next(one for one in self.states if one.state is state)


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """What is remembered about an SLO's budget from tick to tick: the last state and the latched freeze."""

    slo: str
    state: BudgetState
    state_since: datetime
    frozen: bool = False
    frozen_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class BudgetStatus:
    """How a budget stands: the promise, the state, the freeze, and where it is heading. `state` None: nothing is known."""

    status: SloStatus
    state: BudgetState | None
    frozen: bool
    frozen_since: datetime | None
    exhausted_since: datetime | None
    forecast: Forecast
    actions: tuple[str, ...]
    policy: str | None
    budget_events: Fraction | None  # events that may be bad in the window, at its traffic
    projected_remaining_pct: Fraction | None  # calendar windows: with the traffic of the whole period; else None
    recent: WindowSum  # the last five minutes
    sentence: str  # for people: how it stands
    outlook: str  # for people: where it is heading

    @property
    def exhausted_at(self) -> datetime | None:
        """When the budget was, or will be, spent; None where that is not in sight."""
        return self.exhausted_since or self.forecast.exhausts_at


@dataclass(frozen=True, slots=True)
class BudgetGlance:
    """As much of a BudgetStatus as a list of a thousand needs."""

    slo: Slo
    state: BudgetState | None
    frozen: bool
    remaining_pct: Fraction | None
    data_status: DataStatus
    firing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """Bad events of a span that are above the baseline before it, and what they took of the window's budget.

    0 <= bad <= bad_in_span; over disjoint spans the sums never exceed the total.
    """

    slo: str
    service: str
    start: datetime
    end: datetime
    good: int
    total: int
    bad_in_span: int
    baseline_ratio: Fraction | None
    bad: Fraction
    share_of_budget_pct: Fraction | None
    budget_remaining_pct: Fraction | None  # at the end of the span


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the burn-down: what was left of the budget at that moment; None where nothing was known."""

    at: datetime
    remaining_pct: Fraction | None


@dataclass(frozen=True, slots=True)
class DaySpend:
    """What one local day took of the window's budget, by whole hours."""

    day: date
    bad: int
    share_pct: Fraction


@dataclass(frozen=True)
class BudgetStateChanged(Event):
    """A budget went from one state into another."""

    kind: ClassVar[str] = "budget.state_changed"

    slo: str
    service: str
    old: BudgetState
    new: BudgetState


@dataclass(frozen=True)
class BudgetExhausted(Event):
    """Nothing is left of a budget: the freeze is on until it is back at 10 %, and a postmortem is demanded."""

    kind: ClassVar[str] = "budget.exhausted"

    slo: str
    service: str
    remaining_pct: str  # decimal text with three digits at most, for people


@dataclass(frozen=True)
class BudgetThawed(Event):
    """The budget is back at 10 % or more: the freeze is off."""

    kind: ClassVar[str] = "budget.thawed"

    slo: str
    service: str
    frozen_since: datetime
