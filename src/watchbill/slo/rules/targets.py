"""Which target to promise: what was achieved, minus a margin, and no more than dependencies let one keep.

The margin is half the budget: a target is suggested only if twice the failures that were seen would still keep it, so that a
new promise starts as a healthy budget and not as an alarm (playbook ph. 2, rule 1: start lower than you think).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from watchbill.kernel.units import Ratio
from watchbill.slo.model import Bucket

__all__ = ["CANDIDATES", "MARGIN", "Candidate", "History", "Suggested", "breached_days", "suggest_target"]

MARGIN = 2  # times the failures that were seen
_LOWER = ("90", "95", "98")
CANDIDATES = tuple(Ratio.percent(text) for text in (*_LOWER, "99", "99.5", "99.9", "99.95", "99.99", "99.999"))


@dataclass(frozen=True, slots=True)
class History:
    """What was counted over so many days: one bucket a day, oldest first."""

    days: int
    buckets: Sequence[Bucket]

    @property
    def good(self) -> int:
        """Good events."""
        return sum(one.good for one in self.buckets)

    @property
    def total(self) -> int:
        """All events."""
        return sum(one.total for one in self.buckets)

    @property
    def bad_ratio(self) -> Fraction | None:
        """Share of bad events; None where nothing was counted."""
        return Fraction(self.total - self.good, self.total) if self.total else None

    @property
    def known_days(self) -> int:
        """Days with any data."""
        return sum(one.covered for one in self.buckets)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one target would have meant: kept over 28 and 90 days, and on how many days it was missed. None: not known."""

    target: Ratio
    kept_28d: bool | None
    kept_90d: bool | None
    breached_days_28d: int
    breached_days_90d: int
    capped: bool  # its dependencies do not allow it


@dataclass(frozen=True, slots=True)
class Suggested:
    """The suggestion (None: too little is known, or not even 90 % would hold) with what it was made from."""

    target: Ratio | None
    floor: Ratio | None  # what was achieved, minus the margin, unrounded
    cap: Ratio | None
    candidates: tuple[Candidate, ...]
    because: str


def breached_days(history: History, target: Ratio) -> int:
    """Days whose own ratio was below the target; days without events breach nothing."""
    allowed = 1 - target.value
    return sum(1 for day in history.buckets if day.total and Fraction(day.bad, day.total) > allowed)


def suggest_target(month: History, quarter: History, cap: Ratio | None) -> Suggested:
    """The highest candidate that is kept by the worse of both histories with the margin, and that `cap` allows."""
    candidates = tuple(_candidate(one, month, quarter, cap) for one in CANDIDATES)
    ratios = [ratio for ratio in (month.bad_ratio, quarter.bad_ratio) if ratio is not None]
    if not ratios:
        return Suggested(
            None, None, cap, candidates, "nothing was counted yet: start with the tier's default, it can be tightened"
        )
    floor = Ratio(max(Fraction(0), 1 - MARGIN * max(ratios)))
    fitting = [one for one in CANDIDATES if one <= floor and (cap is None or one <= cap)]
    if not fitting:
        return Suggested(
            None, floor, cap, candidates, "not even 90 % would have been kept with a margin: repair first, promise then"
        )
    target = max(fitting)
    limits = []
    if cap is not None and any(one <= floor for one in CANDIDATES if one > target):
        limits.append(f"its hard dependencies allow at most {cap}")
    limits.append(f"{MARGIN} times the failures that were seen would keep {floor}")
    return Suggested(target, floor, cap, candidates, "; ".join(limits))


def _candidate(target: Ratio, month: History, quarter: History, cap: Ratio | None) -> Candidate:
    return Candidate(
        target,
        _kept(target, month),
        _kept(target, quarter),
        breached_days(month, target),
        breached_days(quarter, target),
        capped=cap is not None and target > cap,
    )


def _kept(target: Ratio, history: History) -> bool | None:
    ratio = history.bad_ratio
    return None if ratio is None else ratio <= 1 - target.value
