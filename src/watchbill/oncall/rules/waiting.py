"""Times to acknowledge when some pages were never answered, and shares when there are few of them.

A page that escalated before anybody answered did not take "no time", and dropping it would flatter whoever sleeps through
pages: it is censored at the escalation, and the median comes from the Kaplan-Meier estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil, sqrt

from watchbill.oncall.model.health import SentPage

__all__ = ["Wait", "mean_answered", "quantile", "waits", "wilson_pct"]

_Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution: 95 % two-sided
_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Wait:
    """How many minutes a page waited, and whether the person answered at its end."""

    minutes: Fraction
    answered: bool


def waits(pages: Sequence[SentPage]) -> list[Wait]:
    """One wait for each page; an answer before the first notification (somebody was at the screen) took no time."""
    found = []
    for page in pages:
        end = page.acknowledged_at or page.waited_until
        found.append(Wait(_minutes(max(end - page.at, timedelta(0))), page.acknowledged_at is not None))
    return found


def quantile(times: Sequence[Wait], share: Fraction) -> Fraction | None:
    """The first time at which the estimated part still waiting is at most 1 - share; None where it never gets there.

    At equal times answers come before censored waits, as is usual.
    """
    ordered = sorted(times, key=_order)
    count, still, place = len(ordered), Fraction(1), 0
    while place < count:
        # Of n still waiting, k answers one after the other leave (n - k) / n: a run is one step, not one for each.
        run = place
        while run < count and ordered[run].answered:
            run += 1
        at_risk = count - place
        needed = max(1, ceil(at_risk * (1 - (1 - share) / still)))
        if needed <= run - place:
            return ordered[place + needed - 1].minutes
        still *= Fraction(count - run, at_risk)
        place = run + 1
    return None


def _order(wait: Wait) -> tuple[int, Fraction | int, bool]:
    """By time, answers first; by whole microseconds and what is over, because fractions are slow to compare."""
    whole, over = divmod(wait.minutes.numerator * _MINUTE_US, wait.minutes.denominator)
    return whole, Fraction(over, wait.minutes.denominator) if over else 0, not wait.answered


def mean_answered(times: Sequence[Wait]) -> Fraction | None:
    """The plain mean of those that were answered: what the playbook's monthly report calls `avg_ack_time_min`."""
    answered = [wait.minutes for wait in times if wait.answered]
    return sum(answered, Fraction(0)) / len(answered) if answered else None


def wilson_pct(hits: int, count: int) -> tuple[float, float] | None:
    """The 95 % interval of a share, in percent; None of nothing."""
    if not count:
        return None
    share, weight = hits / count, _Z * _Z / count
    middle = (share + weight / 2) / (1 + weight)
    reach = _Z * sqrt(share * (1 - share) / count + weight / (4 * count)) / (1 + weight)
    return max(0.0, 100 * (middle - reach)), min(100.0, 100 * (middle + reach))


@lru_cache(maxsize=65_536)
def _minutes(span: timedelta) -> Fraction:
    """The same page is asked of its shift, of its person and of the team."""
    return Fraction(span // timedelta(microseconds=1), _MINUTE_US)
