"""Facts of on-call health: shifts as they were stood, pages as they were felt, and what the figures of a review come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from watchbill.kernel.ids import EscalationId, PageId, ShiftId

__all__ = [
    "Band",
    "Evenness",
    "Figure",
    "Figures",
    "HourClass",
    "Interruption",
    "KeptShift",
    "Metric",
    "PersonReview",
    "SentPage",
    "Share",
    "ShiftReview",
    "TeamReview",
]


class HourClass(StrEnum):
    """What an hour is to a person, on their own wall clock; each moment belongs to exactly one."""

    BUSINESS = "business"
    OFF = "off"
    SLEEP = "sleep"


class Metric(StrEnum):
    """The playbook's seven metrics of on-call health, in its order."""

    PAGES = "pages_per_shift"
    OFF_HOURS = "off_hours_pages_per_week"
    ACKNOWLEDGE = "acknowledge_minutes"
    MITIGATE = "mitigate_minutes"
    FALSE_POSITIVES = "false_positive_pct"
    ESCALATIONS = "escalation_pct"
    SATISFACTION = "satisfaction"


class Band(StrEnum):
    """The playbook's three bands."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"


class Evenness(StrEnum):
    """How evenly a load is spread."""

    BALANCED = "balanced"
    WATCH = "watch"
    UNFAIR = "unfair"


@dataclass(frozen=True, slots=True)
class KeptShift:
    """One person at one level without a break, as it was really stood. `end` is None while it goes on."""

    schedule: str
    person: str
    start: datetime
    end: datetime | None = None
    id: ShiftId | None = None

    def holds(self, at: datetime) -> bool:
        """Whether the moment lies in [start, end)."""
        return self.start <= at and (self.end is None or at < self.end)

    def clipped(self, since: datetime, until: datetime) -> timedelta:
        """How much of it lies in [since, until)."""
        return max(timedelta(0), min(self.end or until, until) - max(self.start, since))


@dataclass(frozen=True, slots=True)
class SentPage:
    """One attempt to reach one person that asked for an answer. `at` is the first notification that left.

    `acknowledged_at` is the person's own answer. Without it, `waited_until` is when the wait was cut off: by an
    escalation, somebody else's answer, the end of the trouble, or now. `left` says of a page at the first level whether
    the call went on to another; None for pages further up. `actionable` is None while nobody has said.
    """

    id: PageId
    escalation: EscalationId
    person: str
    at: datetime
    service: str | None
    acknowledged_at: datetime | None
    waited_until: datetime
    left: bool | None
    actionable: bool | None


@dataclass(frozen=True, slots=True)
class Interruption:
    """Pages to one person within ten minutes: one time that somebody was torn out of what they did."""

    person: str
    at: datetime
    pages: tuple[SentPage, ...]
    hour_class: HourClass
    hour_of_week: int  # 0 is Monday 00:00 to 01:00 on the person's wall clock


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric of a period. `value` is None where nothing can be said; `count` is what it rests on, `previous` the value before."""

    metric: Metric
    value: Fraction | None
    band: Band | None
    count: int
    previous: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The metrics, and what is shown beside them."""

    by_metric: Mapping[Metric, Figure]
    acknowledge_p90: Fraction | None  # minutes; None where fewer than nine in ten were answered
    acknowledge_mean: Fraction | None  # of those answered
    unanswered: int
    labelled: int
    calls: int
    false_positive_interval: tuple[float, float] | None  # Wilson, 95 %, percent


@dataclass(frozen=True, slots=True)
class ShiftReview:
    """One shift that ended in the period."""

    shift: KeptShift
    interruptions: int
    pages: int
    off_hours: int
    band: Band
    acknowledge_minutes: Fraction | None


@dataclass(frozen=True, slots=True)
class PersonReview:
    """One person's load. Satisfaction is never known of one person. `share` is of the burden, by what was expected."""

    person: str
    shifts: int
    hours: Fraction
    interruptions: int
    pages: int
    business: int
    off: int
    sleep: int
    nights: int  # different nights in which sleep was broken
    burden: Fraction
    per_week: Fraction | None
    band: Band | None
    acknowledge_minutes: Fraction | None


@dataclass(frozen=True, slots=True)
class Share:
    """How evenly a load lies on the members. Gini is corrected for their number; all are None for fewer than two members."""

    gini: Fraction | None
    variation: float | None  # coefficient of variation over the population
    largest: Fraction | None  # the greatest share of the whole, 0..1
    evenness: Evenness | None


@dataclass(frozen=True, slots=True)
class TeamReview:
    """The health of a team's watch over [since, until)."""

    team: str
    schedules: tuple[str, ...]
    since: datetime
    until: datetime
    figures: Figures
    shifts: tuple[ShiftReview, ...]
    people: tuple[PersonReview, ...]
    interruptions: int
    pages: int
    heat: tuple[int, ...]  # interruptions in each of the 168 hours of the week
    burden: Share
    hours: Share
    noisiest: tuple[tuple[str, int], ...]
    too_small: bool
