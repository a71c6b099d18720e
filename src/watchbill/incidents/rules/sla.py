"""Whether an SLA is about to be broken: its budget is gone, or will be within the hour at the last hour's burn."""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

from watchbill.incidents.ports import SlaOutlook
from watchbill.kernel.units import Ratio

__all__ = ["IMMINENT_HOURS", "LOOK_EVERY", "hours_left", "is_imminent"]

IMMINENT_HOURS = Fraction(1)
LOOK_EVERY = timedelta(minutes=5)
_HOUR = timedelta(hours=1)


def hours_left(
    sla: Ratio, bad_ratio: Fraction | None, recent_bad_ratio: Fraction | None, period: timedelta
) -> Fraction | None:
    """Hours until the SLA's budget for a period is spent at the recent share of bad events; 0 when it is; None: not in sight.

    At even traffic, a share b of the allowed a spends b/a of a budget a period, so that what is left lasts
    left x period x a / b. Half of a 28-day budget of 0.5 % left and everything failing: 0.5 x 672 h x 0.005 = 1.68 h.
    """
    allowed = 1 - sla.value
    if bad_ratio is None:
        return None
    if allowed == 0 or bad_ratio >= allowed:
        return Fraction(0)
    if not recent_bad_ratio:
        return None
    left = 1 - bad_ratio / allowed
    return left * Fraction(period // timedelta(seconds=1), _HOUR // timedelta(seconds=1)) * allowed / recent_bad_ratio


def is_imminent(outlooks: Iterable[SlaOutlook]) -> bool:
    """Whether any of them breaks within the hour; exactly an hour counts."""
    return any(one.hours_left is not None and one.hours_left <= IMMINENT_HOURS for one in outlooks)
