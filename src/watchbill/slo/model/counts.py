"""What was counted, and the questions that a tick asks of the counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from fractions import Fraction

from watchbill.slo.model.objective import Group, NoData

__all__ = ["Bound", "Bucket", "Contributor", "Losses", "SourceState", "Verdict", "WindowSum"]


@dataclass(frozen=True, slots=True)
class WindowSum:
    """The counts of one window. `covered` minutes are known (quiet ones too); `missing` ones lie after the first data.

    `minutes` is the whole window; what is neither covered nor missing lies before the source's first data.
    `ruled` is set by composites only: their bad ratio follows from their parts' by a rule, and not from the sums shown here.
    """

    minutes: int
    good: int
    total: int
    covered: int
    missing: int
    ruled: Fraction | None = None

    @property
    def bad(self) -> int:
        """Events that broke the promise."""
        return self.total - self.good

    def bad_ratio(self, no_data: NoData = NoData.IGNORE) -> Fraction | None:
        """Share of bad events, exact; None where nothing is known.

        With `bad`, a missing minute counts as one of mean traffic in which everything failed.
        """
        if self.ruled is not None:
            return self.ruled
        if no_data is not NoData.BAD or not self.missing:
            return Fraction(self.bad, self.total) if self.total else None
        if not self.total:
            return Fraction(1)
        whole = self.total * (self.covered + self.missing)
        return Fraction(self.bad * self.covered + self.missing * self.total, whole)

    @property
    def lost(self) -> Fraction:
        """Bad events as the budget feels them: those counted, or what a composite's rule makes of its events."""
        return Fraction(self.bad) if self.ruled is None else self.ruled * self.total

    def without(self, other: "WindowSum") -> "WindowSum":
        """What is left when the minutes of `other`, which lie inside, are taken out."""
        return WindowSum(
            self.minutes - other.minutes,
            self.good - other.good,
            self.total - other.total,
            self.covered - other.covered,
            self.missing - other.missing,
        )


@dataclass(frozen=True, slots=True)
class Bucket:
    """Counts of one step of a series, from `start`; `covered` says whether there was data at all.

    `groups`: to which groups these events belong as well (region = eu), for SLOs with `group_by`; pushed counts only.
    """

    start: datetime
    good: int
    total: int
    covered: bool = True
    groups: tuple[Group, ...] = ()

    @property
    def bad(self) -> int:
        """Events that broke the promise."""
        return self.total - self.good


class Verdict(IntEnum):
    """How the bad ratio of a window compares with a bound. One byte each, so that a tick's verdicts are one `bytes`."""

    UNKNOWN = 0  # no events at all
    FEW = 1  # fewer events than the bound asks for
    BELOW = 2
    EQUAL = 3
    ABOVE = 4


@dataclass(frozen=True, slots=True)
class Bound:
    """One question of a tick: how does bad / total of this window compare with `than`?

    The window is the running minute and the `minutes` - 1 before it, or everything since `since` (one of the two is set).
    `min_total`: fewer events answer FEW. `missing_is_bad`: as `WindowSum.bad_ratio(NoData.BAD)`.
    """

    sli: str
    than: Fraction
    minutes: int | None = None
    since: datetime | None = None
    min_total: int = 0
    missing_is_bad: bool = False

    def verdict(self, found: WindowSum) -> Verdict:
        """The answer for these counts of its window; exact."""
        ratio = found.bad_ratio(NoData.BAD if self.missing_is_bad else NoData.IGNORE)
        if ratio is None:
            return Verdict.UNKNOWN
        if found.total < self.min_total and not (self.missing_is_bad and found.missing):
            return Verdict.FEW
        if ratio == self.than:
            return Verdict.EQUAL
        return Verdict.ABOVE if ratio > self.than else Verdict.BELOW


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands: whether it is measured at all (else why not), what it has seen, and whether it has caught up.

    `caught_up` is False while history is still being read: live decisions (the freeze) wait for it.
    """

    measured: bool
    reason: str = ""  # why nothing is measured, or what is wrong at present; empty when all is well
    caught_up: bool = True
    first_at: datetime | None = None  # the first minute with data
    newest_at: datetime | None = None  # the source's own high-water mark: time of the newest event
    read: int = 0
    rejected: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)  # how many of the rejected for each reason
    samples: Mapping[str, Sequence[str]] = field(default_factory=dict)  # the latest few of each
    corrections: int = 0  # minutes that late events changed
    corrected_at: datetime | None = None  # the newest of them
    notes: tuple[str, ...] = ()  # what is to be known about the counts, without being wrong


@dataclass(frozen=True, slots=True)
class Contributor:
    """A value of a dimension (`path` = `/orders`) and what it contributed."""

    dimension: str
    value: str
    bad: int
    total: int


@dataclass(frozen=True, slots=True)
class Losses:
    """What failed in a span, and where it came from, worst first."""

    bad: int
    total: int
    contributors: tuple[Contributor, ...]
