"""Times to acknowledge when some pages were never answered, and shares when there are few of them.

A page that escalated before anybody answered did not take "no time", and dropping it would flatter whoever sleeps through
pages: it is censored at the escalation, and the median comes from the Kaplan-Meier estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from math import sqrt

from watchbill.oncall.model.health import SentPage

__all__ = ["Wait", "mean_answered", "quantile", "waits", "wilson_pct"]

_Z = 1.959963984540054  # the 97.5 % quantile of the normal distribution: 95 % two-sided


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
    still = Fraction(1)
    ordered = sorted(times, key=lambda wait: (wait.minutes, not wait.answered))
    for place, wait in enumerate(ordered):
        if wait.answered:
            at_risk = len(ordered) - place
            still *= Fraction(at_risk - 1, at_risk)
            if still <= 1 - share:
                return wait.minutes
    return None


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


def _minutes(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), 60_000_000)
