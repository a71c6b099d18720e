"""What rules found out about an incident: its severity with the reasons, its recovery, what it cost, what still stands in its way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from watchbill.incidents.model.incident import Impairment, Incident, Severity
from watchbill.kernel.units import Ratio

__all__ = [
    "Assessment",
    "Column",
    "Demand",
    "Reach",
    "Reason",
    "Recovery",
    "SeverityStanding",
    "SimilarIncident",
    "SloImpact",
    "Trigger",
]


class Reach(StrEnum):
    """The column of the severity matrix."""

    ONE_USER = "one user"
    BELOW_QUARTER = "fewer than 25 % of users"
    QUARTER_OR_MORE = "25 % of users or more"
    ALL = "all users"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the matrix; `assumed` where nobody knows how many users are affected."""

    reach: Reach
    assumed: bool = False


class Trigger(StrEnum):
    """What raises a severity whatever the matrix says, in the order of application."""

    DATA_LOSS = "data loss"
    PII_BREACH = "personal data exposed"
    REVENUE = "revenue is being lost"
    SLA_IMMINENT = "an SLA is about to be broken"


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an assessment: which trigger moved the severity from what to what."""

    trigger: Trigger
    before: Severity
    after: Severity


@dataclass(frozen=True, slots=True)
class Assessment:
    """A severity with its derivation: the cell of the matrix, then the triggers that moved it."""

    severity: Severity
    row: Impairment
    column: Column
    matrix: Severity
    reasons: tuple[Reason, ...] = ()

    @property
    def provisional(self) -> bool:
        """Whether it rests on an assumption."""
        return self.column.assumed

    @property
    def sentence(self) -> str:
        """The derivation in words."""
        column = f"{self.column.reach}{' (assumed)' if self.column.assumed else ''}"
        steps = "".join(f"; {reason.trigger}: {reason.before} to {reason.after}" for reason in self.reasons)
        return f"{self.row}, {column}: {self.matrix}{steps}"


@dataclass(frozen=True, slots=True)
class SeverityStanding:
    """Why the severity is what it is, as the record has it. `by_hand`: a person set it, so that the matrix has no say in it."""

    reason: str
    by: str
    at: datetime
    by_hand: bool

    @property
    def sentence(self) -> str:
        """`set by ann: it spreads`; the derivation where matrix and triggers decided."""
        return f"set by {self.by}: {self.reason}" if self.by_hand else self.reason


@dataclass(frozen=True, slots=True)
class Recovery:
    """Whether an SLO was back inside its target over the last minutes; `ratio` None: nothing was measured."""

    slo: str
    target: Ratio
    ratio: Ratio | None
    measured_minutes: int
    wanted_minutes: int

    @property
    def is_back(self) -> bool:
        """Measured for long enough, and inside the target."""
        return self.ratio is not None and self.measured_minutes >= self.wanted_minutes and self.ratio >= self.target


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that has to be true before an incident may be resolved; `met` None: it does not apply here."""

    code: str
    text: str
    met: bool | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SloImpact:
    """What an incident took from one SLO's budget so far; percentages are of the whole budget, None where not known."""

    slo: str
    service: str
    target: Ratio
    start: datetime
    end: datetime
    good: int
    bad: int
    consumed_pct: Fraction | None
    remaining_pct: Fraction | None
    burn_1h: Fraction | None
    state: str | None


@dataclass(frozen=True, slots=True)
class SimilarIncident:
    """Another incident that looks alike, and why."""

    incident: Incident
    score: int
    why: tuple[str, ...]
