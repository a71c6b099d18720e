"""SLOs as written: target, window, burn tiers, and what is to happen when data is missing or thin."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.slo.model.window import Rolling, Window

__all__ = [
    "DEFAULT_TIERS",
    "Budgeting",
    "BurnTier",
    "Composite",
    "CompositePart",
    "Group",
    "NoData",
    "Slo",
    "TierSeverity",
    "TimeSlice",
    "group_of",
    "series_of",
]

# Series that are computed and not stored begin with a character that no SLI's name has.
COMPOSITE, SLICES = "=composite:", "=slices:"
_MINUTE = timedelta(minutes=1)
_FOUR_WEEKS = Rolling(timedelta(days=28))


class TierSeverity(StrEnum):
    """What a tier does when it fires: call somebody (P0), or leave a ticket (P2)."""

    PAGE = "page"
    TICKET = "ticket"


class NoData(StrEnum):
    """What minutes without data mean: nothing, failure, or a reason to tell somebody."""

    IGNORE = "ignore"
    BAD = "bad"
    ALERT = "alert"


class Budgeting(StrEnum):
    """Whether events are counted, or minutes that were good as a whole."""

    OCCURRENCES = "occurrences"
    TIME_SLICES = "time_slices"


@dataclass(frozen=True, slots=True)
class TimeSlice:
    """When a slice of time is good: at least this share of its events was. `length` is whole minutes; slices begin at the
    epoch's multiples of it. A quiet slice says nothing. `p99 <= 300 ms in each minute` is a latency SLI (`duration_ms <= 300`)
    with a share of 99 %.
    """

    at_least: Ratio
    length: timedelta = _MINUTE

    def __post_init__(self) -> None:
        if not _MINUTE <= self.length <= timedelta(hours=1) or self.length % _MINUTE:
            raise Invalid("time_slice.length", "is whole minutes between 1m and 1h", hint="write 1m")
        if self.at_least.value == 0:
            raise Invalid("time_slice.good_pct", "0 % makes every slice good", hint="write 99")


Group = tuple[tuple[str, str], ...]


def series_of(sli: str, group: Group) -> str:
    """The name under which the events of one group are counted: `orders{region=eu,plan=free}`; without a group the SLI's."""
    return f"{sli}{{{','.join(f'{column}={_escaped(value)}' for column, value in group)}}}" if group else sli


def group_of(series: str, sli: str) -> Group:
    """The inverse of `series_of`."""
    inside = series[len(sli) + 1 : -1]
    pairs = (part.partition("=") for part in inside.split(",")) if inside else ()
    return tuple((column, _plain(value)) for column, _, value in pairs)


def _escaped(value: str) -> str:
    return (
        value.replace("%", "%25")
        .replace(",", "%2C")
        .replace("=", "%3D")
        .replace("{", "%7B")
        .replace("}", "%7D")
        .replace("/", "%2F")
    )


def _plain(value: str) -> str:
    return (
        value.replace("%2C", ",")
        .replace("%3D", "=")
        .replace("%7B", "{")
        .replace("%7D", "}")
        .replace("%2F", "/")
        .replace("%25", "%")
    )


@dataclass(frozen=True, slots=True)
class BurnTier:
    """Fires when both windows burn strictly faster than the rate.

    The rate is either given (`burn_rate`) or derived: the rate at which `long_window` spends `budget_pct` of the budget.
    """

    name: str
    short_window: timedelta
    long_window: timedelta
    severity: TierSeverity
    burn_rate: Fraction | None = None
    budget_pct: Fraction | None = None

    def __post_init__(self) -> None:
        if (self.burn_rate is None) == (self.budget_pct is None):
            raise Invalid(
                "burn_rate",
                f"tier {self.name!r} needs exactly one of burn_rate and budget_pct",
                hint="write burn_rate: 14.4",
            )
        if (self.burn_rate or self.budget_pct or 0) <= 0:
            raise Invalid("burn_rate", f"tier {self.name!r} must be above zero", hint="write burn_rate: 14.4")
        for field, window in (("short_window", self.short_window), ("long_window", self.long_window)):
            if window < _MINUTE or window % _MINUTE:
                raise Invalid(field, f"tier {self.name!r}: is whole minutes, at least 1m", hint="write 5m")
        if self.short_window > self.long_window:
            raise Invalid(
                "short_window", f"tier {self.name!r}: is longer than long_window", hint="write the shorter one here"
            )

    def rate(self, period: timedelta) -> Fraction:
        """The burn rate for a budget of that period: pct x period / (100 x long window); 2 % in 1h of 30d is 14.4."""
        if self.burn_rate is not None:
            return self.burn_rate
        assert self.budget_pct is not None
        return self.budget_pct * Fraction(period // _MINUTE, 100 * (self.long_window // _MINUTE))


# playbook ph. 2, burn_rate_alerts: thresholds as they stand there; the exhaustion times are computed, not quoted.
DEFAULT_TIERS: tuple[BurnTier, ...] = (
    BurnTier("fast_burn", timedelta(minutes=5), timedelta(hours=1), TierSeverity.PAGE, burn_rate=Fraction(144, 10)),
    BurnTier("medium_burn", timedelta(minutes=30), timedelta(hours=6), TierSeverity.PAGE, burn_rate=Fraction(6)),
    BurnTier("slow_burn", timedelta(hours=6), timedelta(days=3), TierSeverity.TICKET, burn_rate=Fraction(1)),
)


@dataclass(frozen=True, slots=True)
class CompositePart:
    """One SLO inside a composite, with its weight (only for `weighted`)."""

    slo: str
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Composite:
    """An SLO made of SLOs, and by which rule.

    Over each window the parts' bad ratios are taken first, each from its own counts. `weighted`: sum(weight x bad ratio) / sum(weight), over the parts of which anything is known in that window;
    `worst_of`: the largest of them. Ratios of short steps are never averaged over time, and a part's traffic has no say.
    """

    rule: str  # weighted | worst_of
    parts: tuple[CompositePart, ...]


@dataclass(frozen=True, slots=True)
class Slo:
    """One promise: this share of the SLI's events is good over the window. `name` is unique (default SERVICE-SLI)."""

    name: str
    service: str
    sli: str
    target: Ratio
    window: Window = _FOUR_WEEKS
    tiers: tuple[BurnTier, ...] = DEFAULT_TIERS
    owner: str | None = None
    stakeholders: tuple[str, ...] = ()
    review_cadence: str | None = None
    escalation_when_budget_exhausted: tuple[str, ...] = ()
    error_budget_pct: Fraction | None = None  # as written, checked against 100 - target
    error_budget_minutes: Fraction | None = None  # as written, checked against the computed
    sla: Ratio | None = None
    external_target: Ratio | None = None
    runbook: str | None = None
    no_data: NoData = NoData.ALERT
    min_events: int = 10
    late_arrival: timedelta = timedelta(minutes=10)
    budgeting: Budgeting = Budgeting.OCCURRENCES
    group_by: tuple[str, ...] = ()
    composite: Composite | None = None
    description: str | None = None
    time_slice: TimeSlice | None = None
    group: Group = ()  # set on the members that `group_by` makes

    def __post_init__(self) -> None:
        if self.target.value == 1:
            raise Invalid("target", "100 % leaves no error budget", hint="write 99.9, or 99.99 if it must be strict")
        if self.target.value == 0:
            raise Invalid("target", "0 % promises nothing", hint="write 99.9")
        if self.min_events < 0:
            raise Invalid("min_events", "is a number of events, zero or more")
        if self.time_slice is not None and self.budgeting is not Budgeting.TIME_SLICES:
            raise Invalid("time_slice", "needs budgeting: time_slices")
        if len({tier.name for tier in self.tiers}) != len(self.tiers):
            raise Invalid("burn_rate_alerts", "two tiers have the same name")

    @property
    def allowed(self) -> Fraction:
        """The share of events that may be bad: 1 - target, exact."""
        return 1 - self.target.value

    @property
    def measured(self) -> str:
        """The series that the source fills."""
        return series_of(self.sli, self.group)

    @property
    def series(self) -> str:
        """The series that the promise is judged by: the measured one, its slices, or the composite."""
        if self.composite is not None:
            return f"{COMPOSITE}{self.name}"
        return f"{SLICES}{self.name}" if self.budgeting is Budgeting.TIME_SLICES else self.measured

    @property
    def slices(self) -> TimeSlice:
        """When a slice is good; where nothing is said, when it keeps the target itself."""
        return self.time_slice or TimeSlice(self.target)

    def member(self, group: Group) -> "Slo":
        """The same promise to one group of its events."""
        return replace(self, name=series_of(self.name, group), group=group, group_by=())
