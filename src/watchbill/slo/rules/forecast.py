"""Where a budget is heading: exhaustion counts what ages out of the window, recovery assumes that nothing more fails.

With traffic of `per_minute` events (the window's mean), t minutes from now:

    bad(t)   = bad now - bad that has aged out by then + burn x allowed x per_minute x t
    total(t) = per_minute x (covered minutes + t), at most the whole window

and the budget is spent when bad(t) >= allowed x total(t). 99.9 %, half spent evenly, now burning 5x: the remaining half is
eaten by 5 - 0.5 = 4.5 budgets a window, so 14 d / 4.5 = 3.11 d (without ageing out it would be 14 d / 5 = 2.80 d).
A calendar window does not slide: nothing ages out before it ends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm

__all__ = ["THAW_PCT", "Course", "minutes_to_exhaustion", "minutes_to_recovery"]

THAW_PCT = Fraction(10)  # playbook ph. 3: the freeze lasts until the budget is back at 10 %


@dataclass(frozen=True, slots=True)
class Course:
    """The start of a forecast; all spans in minutes.

    `ageing` is the window's history in the order in which it leaves: (minutes, bad in them), oldest first, unknown ones as 0.
    `horizon` is how far ahead is looked; `window` is the window's length, None for a calendar window, which only grows.
    """

    allowed: Fraction
    bad: Fraction
    total: int
    covered: int
    window: int | None
    horizon: int
    ageing: Sequence[tuple[int, int]] = ()

    @property
    def per_minute(self) -> Fraction:
        """Mean events a minute where there was data."""
        return Fraction(self.total, self.covered)

    def total_after(self, minutes: Fraction) -> Fraction:
        """Events in the window then, at mean traffic."""
        known = self.covered + minutes
        return self.per_minute * (known if self.window is None else min(known, Fraction(self.window)))


def minutes_to_exhaustion(course: Course, burn: Fraction) -> Fraction | None:
    """Minutes until nothing is left if `burn` goes on; 0 where that is so already; None: not within the horizon."""
    incoming = burn * course.allowed * course.per_minute
    limit = course.allowed * course.per_minute
    if course.bad < course.allowed * course.total and course.bad + incoming * course.horizon < limit * (
        course.window or course.covered + course.horizon
    ):
        # bad(t) lies below a straight line, and the limit is concave: what holds at both ends holds between them.
        return None
    return _first(course, incoming, share=course.allowed, sign=1)


def minutes_to_recovery(course: Course, at_least_pct: Fraction = THAW_PCT) -> Fraction | None:
    """Minutes until that much of the budget is left again if nothing more fails; None: not within the horizon."""
    return _first(course, Fraction(0), share=course.allowed * (1 - at_least_pct / 100), sign=-1)


def _first(course: Course, incoming: Fraction, *, share: Fraction, sign: int) -> Fraction | None:
    """The first moment at which sign x (bad - share x total) is no longer negative.

    Between two steps everything runs straight. All numbers are brought over one denominator first: the loop runs over
    hundreds of steps for each promise of a page, and whole numbers are many times as fast as fractions.
    """
    limit = share * course.per_minute
    scale = lcm(
        course.bad.denominator, incoming.denominator, limit.denominator, *{step for step, _bad in course.ageing}
    )
    start, each, most = (int(value * scale) for value in (course.bad, incoming, limit))
    full = course.horizon + course.covered if course.window is None else course.window

    def reached(minutes: int, gone: int) -> int:
        return sign * (start - gone + each * minutes - most * min(course.covered + minutes, full))

    at, gone, was = 0, 0, reached(0, 0)
    if was >= 0:
        return Fraction(0)
    for minutes, leaving in _steps(course, scale):
        gone += leaving
        now = reached(at + minutes, gone)
        if now >= 0:
            return at + minutes * Fraction(-was, now - was)
        at, was = at + minutes, now
    return None


def _steps(course: Course, scale: int) -> Iterator[tuple[int, int]]:
    """The stretches of the horizon with `scale` times the bad events that leave in each, cut where the window becomes full."""
    cut = None if course.window is None else course.window - course.covered
    at = 0
    for minutes, bad in (*course.ageing, (course.horizon, 0)):
        if at == course.horizon:
            return
        stop = min(at + minutes, course.horizon)
        edges = [at, cut, stop] if cut is not None and at < cut < stop else [at, stop]
        for lower, upper in pairwise(edges):
            yield upper - lower, bad * scale // minutes * (upper - lower)
        at = stop
