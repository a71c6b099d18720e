"""What was judged at a tick: how a promise stands, which tiers fire, and what changed since the tick before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.units import Ratio
from watchbill.slo.model.counts import WindowSum
from watchbill.slo.model.objective import BurnTier, Slo, TierSeverity

__all__ = [
    "DataStatus",
    "Forecast",
    "SloBurning",
    "SloCalm",
    "SloGlance",
    "SloStatus",
    "TierMoved",
    "TierStanding",
    "TierStatus",
    "Transition",
]


class DataStatus(StrEnum):
    """How far the numbers can be trusted."""

    OK = "ok"
    PARTIAL = "partial"  # parts of the window have no data
    STALE = "stale"  # nothing new for a while
    NO_DATA = "no_data"  # nothing in the window at all


@dataclass(frozen=True, slots=True)
class TierStatus:
    """A tier beside what its two windows burn now; `exhausts_in` is how long a full budget lasts at the tier's rate."""

    tier: BurnTier
    rate: Fraction
    exhausts_in: timedelta
    detects_outage_in: timedelta | None  # a full outage shows after this; None where the tier can never fire
    short_burn: Fraction | None
    long_burn: Fraction | None
    firing: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SloStatus:
    """How a promise stands at the watermark `at`, over [start, end); exact. None where nothing is known."""

    slo: Slo
    at: datetime
    start: datetime
    end: datetime
    counts: WindowSum
    bad_ratio: Fraction | None
    remaining_pct: Fraction | None  # may be below 0
    burn_rates: Mapping[str, Fraction | None]  # 1h, 6h, 24h
    tiers: tuple[TierStatus, ...]
    coverage_pct: Fraction
    data_status: DataStatus
    data_reason: str
    newest_at: datetime | None
    caught_up: bool
    unadjusted: WindowSum | None = None  # with what was taken out by hand; None: nothing was

    @property
    def good(self) -> int:
        """Good events of the window."""
        return self.counts.good

    @property
    def total(self) -> int:
        """All events of the window."""
        return self.counts.total

    @property
    def sli_ratio(self) -> Ratio | None:
        """Share of good events."""
        return None if self.bad_ratio is None else Ratio(1 - self.bad_ratio)

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept over the window: the ratio is at least the target."""
        return None if self.bad_ratio is None else self.bad_ratio <= self.slo.allowed


@dataclass(frozen=True, slots=True)
class SloGlance:
    """As much of an SloStatus as a list of a thousand needs: from one window, without burn rates and forecast."""

    slo: Slo
    remaining_pct: Fraction | None
    data_status: DataStatus
    firing: tuple[str, ...]  # names of tiers


@dataclass(frozen=True, slots=True)
class TierStanding:
    """A tier that fires, as it is stored. `tier` is `no_data` for the alarm about missing data.

    `labels` are those that its alert was sent with, so that it can be ended under the same identity whatever was redefined;
    `annotations` are those that it was last sent with; `cause` is the id of the event that said so.
    """

    slo: str
    tier: str
    since: datetime
    sent_at: datetime
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    cause: str | None = None


class Transition(StrEnum):
    """What a tier did at a tick."""

    FIRED = "fired"
    CLEARED = "cleared"
    STILL = "still"  # fires on; its alert is due to be sent again


@dataclass(frozen=True, slots=True)
class TierMoved:
    """A tier that fired, cleared or fires on, as the claim that the alerts' inbox is to be given.

    `labels` identify the alert (alertname, slo, service, tier, severity). `ends_at` is when it cleared; while it fires, until
    when the claim holds if nothing more is heard of it.
    """

    slo: str
    tier: str
    transition: Transition
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the budget is heading if what burns now goes on, counting what ages out of the window meanwhile.

    `exhausts_at` None: not within one more window. `earliest`/`latest` bound it by the fastest and slowest burn of the
    last 1h, 6h and 24h. `recovers_at`: when the remaining budget is back at the thaw level if nothing more goes wrong;
    None where it is there already.
    """

    exhausts_at: datetime | None
    earliest: datetime | None
    latest: datetime | None
    recovers_at: datetime | None
    burning: Fraction | None  # the burn rate that was carried forward


@dataclass(frozen=True)
class SloBurning(Event):
    """A burn tier of an SLO fired."""

    kind: ClassVar[str] = "slo.burning"

    slo: str
    service: str
    tier: str
    severity: TierSeverity


@dataclass(frozen=True)
class SloCalm(Event):
    """A burn tier of an SLO no longer fires."""

    kind: ClassVar[str] = "slo.calm"

    slo: str
    service: str
    tier: str
    since: datetime
