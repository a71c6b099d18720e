"""When it began to hurt: the start of the stretch of broken promise that lasted until somebody noticed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

__all__ = ["LOOK_BACK", "MinuteCount", "onset"]

LOOK_BACK = timedelta(hours=6)
_PAUSE = 5  # good minutes that a stretch may hold: traffic is thin at night, and an outage may breathe


@dataclass(frozen=True, slots=True)
class MinuteCount:
    """Good and total events of the minute that begins at `start`."""

    start: datetime
    good: int
    total: int


def onset(series: Sequence[MinuteCount], allowed: Fraction, noticed: datetime) -> datetime | None:
    """The first minute of the last bad stretch before `noticed`; None where no minute before it broke the promise.

    A minute is bad when its share of bad events is above what the promise allows. Minutes without events neither
    continue nor end a stretch, but for `_PAUSE` good ones in a row, which end it.
    """
    began: datetime | None = None
    good_in_row = 0
    for minute in reversed([one for one in series if one.start <= noticed]):
        if minute.total == 0:
            continue
        if Fraction(minute.total - minute.good, minute.total) > allowed:
            began, good_in_row = minute.start, 0
        else:
            good_in_row += 1
            if good_in_row > _PAUSE:
                break
    return began
