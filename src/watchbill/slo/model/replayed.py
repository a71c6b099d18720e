"""What history says when it is judged again: firings, and how they compare with the record of incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.slo.model.objective import BurnTier, Slo, TierSeverity

__all__ = ["Backtest", "Detection", "Firing", "Happened", "Replayed"]


@dataclass(frozen=True, slots=True)
class Firing:
    """One alert that would have been: from the end of the minute that set it off to the end of the one that calmed it.

    `ended_at` None: it still fired at the end of the replay.
    """

    tier: BurnTier
    fired_at: datetime
    ended_at: datetime | None

    @property
    def is_page(self) -> bool:
        """Whether it would have called somebody."""
        return self.tier.severity is TierSeverity.PAGE

    def overlaps(self, start: datetime, end: datetime | None) -> bool:
        """Whether it fired at any moment of [start, end); None: still going on."""
        return (end is None or self.fired_at < end) and (self.ended_at is None or self.ended_at > start)


@dataclass(frozen=True, slots=True)
class Replayed:
    """One promise judged at the end of each minute of [start, end).

    `edges` are rows of Verdicts of the whole window, one for each edge asked for; `enough` is a row that says ABOVE, BELOW or
    EQUAL where the window held `min_events`, else FEW or UNKNOWN.
    """

    slo: Slo
    start: datetime
    end: datetime
    firings: tuple[Firing, ...]  # in the order in which they fired
    edges: tuple[bytes, ...]
    enough: bytes


@dataclass(frozen=True, slots=True)
class Happened:
    """An incident of the record, as far as a back-test has to know it. `ended_at` None: it is not over."""

    name: str
    title: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Detection:
    """What the alerts would have done about one incident. All None: nothing fired while it lasted.

    `after` is how long after its beginning the first one fired (zero where it fired already). `spent_pct`: how much of the
    window's budget was lost between beginning and detection; `lost_pct`: over the whole incident, or so far.
    """

    incident: Happened
    firing: Firing | None
    after: timedelta | None
    spent_pct: Fraction | None
    lost_pct: Fraction | None


@dataclass(frozen=True, slots=True)
class Backtest:
    """How the tiers of a promise would have done over [start, end).

    `precision` is the share of firings during which an incident went on, `recall` the share of incidents during which
    anything fired; None where there is nothing to take a share of. `calls` are the times somebody would have been called:
    paging tiers that fire at once count once.
    """

    slo: Slo
    start: datetime
    end: datetime
    covered_pct: Fraction
    firings: tuple[Firing, ...]
    true_firings: frozenset[int]  # positions in `firings`
    detections: tuple[Detection, ...]
    calls: int

    @property
    def pages(self) -> int:
        """Firings of paging tiers."""
        return sum(one.is_page for one in self.firings)

    @property
    def precision(self) -> Fraction | None:
        """True firings of all firings; not known where the record holds no incident to compare with."""
        return Fraction(len(self.true_firings), len(self.firings)) if self.firings and self.detections else None

    @property
    def page_precision(self) -> Fraction | None:
        """The same among paging tiers, which wake people."""
        true = sum(self.firings[number].is_page for number in self.true_firings)
        return Fraction(true, self.pages) if self.pages and self.detections else None

    @property
    def recall(self) -> Fraction | None:
        """Detected incidents of all incidents."""
        found = sum(one.firing is not None for one in self.detections)
        return Fraction(found, len(self.detections)) if self.detections else None

    def per_week(self, count: int) -> Fraction:
        """So many over the replay, as a week's."""
        return Fraction(count) * Fraction(timedelta(days=7) // timedelta(minutes=1), self._minutes)

    @property
    def _minutes(self) -> int:
        return (self.end - self.start) // timedelta(minutes=1)
