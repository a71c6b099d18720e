"""What the 3 AM screen shows: one escalation with everything a woken person needs to decide, gathered in one place."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from watchbill.alerts.model import Severity
from watchbill.kernel.ids import AlertId, EscalationId, IncidentId, PageId
from watchbill.kernel.units import Ratio
from watchbill.oncall.model.escalations import EscalationKind, EscalationStatus
from watchbill.oncall.model.runbooks import Runbook

__all__ = [
    "Acknowledgement",
    "BudgetFacts",
    "ChangeFact",
    "EarlierFact",
    "Errand",
    "FirstStep",
    "LinkAction",
    "NextPage",
    "PageFacts",
    "SeriesPoint",
    "Situation",
]


class LinkAction(StrEnum):
    """What a one-tap link can do."""

    ACK = "ack"
    HELP = "help"  # call the next in line now
    NOT_ME = "not_me"
    SNOOZE = "snooze"
    NOT_ACTIONABLE = "not_actionable"


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One minute of the service's SLO; no total means that nothing was measured."""

    minute: datetime
    good: int
    total: int


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """The SLO that hurts most: its promise, what is left of the budget (percent, exact), and when it is gone at this rate."""

    slo: str
    target: Ratio
    remaining_pct: Fraction | None
    state: str
    burn_rate: Fraction | None
    exhausted_at: datetime | None
    losing: str | None = None  # what the service does to its users right now: "is losing 15 in 1,000 orders"


@dataclass(frozen=True, slots=True)
class ChangeFact:
    """Something that changed shortly before: a deploy, a flag, a configuration."""

    at: datetime
    service: str
    kind: str
    summary: str
    author: str


@dataclass(frozen=True, slots=True)
class EarlierFact:
    """An incident that is over and looked like this, and what helped then."""

    number: int
    title: str
    at: datetime
    mitigation: str | None


@dataclass(frozen=True, slots=True)
class Errand:
    """What the link of a notice leads to: the record it is about, in the name of the person who was told."""

    person: str
    about: str


@dataclass(frozen=True, slots=True)
class FirstStep:
    """The first step of the runbook."""

    runbook: str
    title: str
    step: str
    command: str | None
    expected: str
    if_unexpected: str


@dataclass(frozen=True, slots=True)
class NextPage:
    """Who is called next, and when, unless somebody acknowledges."""

    at: datetime
    people: tuple[str, ...]
    is_fallback: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Who took it, and when."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """How the service is doing right now; every field may be unknown, and a page goes out all the same."""

    tier: str | None = None
    budget: BudgetFacts | None = None
    bad_ratio: Fraction | None = None
    series: tuple[SeriesPoint, ...] = ()
    changes: tuple[ChangeFact, ...] = ()
    incident: IncidentId | None = None
    incident_number: int | None = None
    earlier: EarlierFact | None = None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The 3 AM screen as data. `now` is the moment it was gathered, so that "4 min ago" agrees with the countdown."""

    page: PageId
    escalation: EscalationId
    person: str
    about: EscalationKind
    status: EscalationStatus
    severity: Severity
    title: str
    sentence: str
    service: str | None
    firing_since: datetime
    alerts: tuple[AlertId, ...]  # the first twenty
    firing: int
    situation: Situation
    runbook: Runbook | None
    first_step: FirstStep | None
    next_page: NextPage | None
    acknowledged: Acknowledgement | None
    snoozed_until: datetime | None
    resolved_at: datetime | None
    declined: bool
    now: datetime
