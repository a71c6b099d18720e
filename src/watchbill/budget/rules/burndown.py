"""The burn-down: what was left of a budget at each moment of its window."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, groupby
from zoneinfo import ZoneInfo

from watchbill.slo.model import Bucket

__all__ = ["burn_down", "days_of"]

_HOUR = timedelta(hours=1)


def burn_down(
    buckets: Sequence[Bucket], points: int, *, window: int | None, allowed: Fraction
) -> list[Fraction | None]:
    """Remaining percent at the end of each of the last `points` buckets; None where nothing was known yet.

    `window` is how many buckets a rolling window holds; None: a calendar window, which only grows. A window that reaches
    back before the first data is filled up with the mean traffic (and no failures) to what is covered today, so that a
    young service starts at 100 % and not at the noise of its first minutes. The last point is not touched by that.
    """
    first = len(buckets) - points
    bad = [0, *accumulate(bucket.bad for bucket in buckets)]
    total = [0, *accumulate(bucket.total for bucket in buckets)]
    covered = [0, *accumulate(bucket.covered for bucket in buckets)]

    def inside(sums: list[int], end: int) -> int:
        return sums[end] - sums[0 if window is None else max(0, end - window)]

    last = len(buckets)
    known, events = inside(covered, last), inside(total, last)
    found: list[Fraction | None] = []
    for end in range(first + 1, last + 1):
        if not inside(covered, end) or not known or not events:
            found.append(None)
            continue
        filled = inside(total, end) + max(0, known - inside(covered, end)) * Fraction(events, known)
        found.append(100 * (1 - inside(bad, end) / (allowed * filled)) if filled else None)
    return found


@lru_cache(maxsize=64)
def days_of(first: datetime, last: datetime, zone: ZoneInfo) -> tuple[tuple[date, int], ...]:
    """The local days of [first, last), both whole hours, with how many of the hours start in each.

    Kept: the promises of a list share their window, and telling the day of 672 hours takes longer than everything else.
    """
    hours = ((first + number * _HOUR).astimezone(zone).date() for number in range((last - first) // _HOUR))
    return tuple((day, sum(1 for _ in group)) for day, group in groupby(hours))
