"""Where a budget is heading: exhaustion counts what ages out of the window, recovery assumes that nothing more fails.

With traffic of `per_minute` events (the window's mean), t minutes from now:

    bad(t)   = bad now - bad that has aged out by then + burn x allowed x per_minute x t
    total(t) = per_minute x (covered minutes + t), at most the whole window

and the budget is spent when bad(t) >= allowed x total(t). 99.9 %, half spent evenly, now burning 5x: the remaining half is
eaten by 5 - 0.5 = 4.5 budgets a window, so 14 d / 4.5 = 3.11 d (without ageing out it would be 14 d / 5 = 2.80 d).
A calendar window does not slide: nothing ages out before it ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import lcm

__all__ = ["THAW_PCT", "Course", "minutes_to_exhaustion", "minutes_to_recovery"]

THAW_PCT = Fraction(10)  # playbook ph. 3: the freeze lasts until the budget is back at 10 %


_Step = tuple[int, int | Fraction, int]


@dataclass(frozen=True)
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
    ageing: Sequence[tuple[int, int | Fraction]] = ()

    @cached_property
    def steps(self) -> tuple[list[_Step], int]:
        """The stretches of the horizon, and the least number that all their parts divide; the same for every pace."""
        steps = _steps(self)
        return steps, lcm(*{parts for *_, parts in steps})

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
    return _first(course, incoming, (Fraction(1), -course.allowed))


def minutes_to_recovery(course: Course, at_least_pct: Fraction = THAW_PCT) -> Fraction | None:
    """Minutes until that much of the budget is left again if nothing more fails; None: not within the horizon."""
    share = course.allowed * (1 - at_least_pct / 100)
    return _first(course, Fraction(0), (Fraction(-1), share))


def _first(course: Course, incoming: Fraction, weights: tuple[Fraction, Fraction]) -> Fraction | None:
    """The first moment at which `weights` x (bad, total) is no longer negative; between two steps everything runs straight.

    All fractions are brought to one denominator first, so that the walk over the history adds up whole numbers.
    """
    of_bad, of_total = weights
    if of_bad * course.bad + of_total * course.total >= 0:
        return Fraction(0)
    whole = (of_bad * course.bad, of_bad * incoming, of_bad, of_total * course.per_minute)
    steps, in_parts = course.steps
    scale = lcm(*(part.denominator for part in whole)) * in_parts
    start, inflow, outflow, traffic = (int(part * scale) for part in whole)

    def reached(at: int, gone: int) -> int:
        known = course.covered + at
        full = known if course.window is None else min(known, course.window)
        return start - gone + inflow * at + traffic * full

    before, gone = 0, 0
    was = int(scale * (of_bad * course.bad + of_total * course.total))
    for minutes, leaving, parts in steps:
        after = before + minutes
        gone += outflow * leaving // parts  # exact: the scale holds every `parts`
        now = reached(after, gone)
        if now >= 0:
            return before + Fraction((after - before) * -was, now - was)
        before, was = after, now
    return None


def _steps(course: Course) -> list[_Step]:
    """The stretches of the horizon, cut where the window becomes full: minutes, and the bad events that leave in each, as a
    numerator and the parts it is of.
    """
    cut = None if course.window is None else course.window - course.covered
    steps: list[_Step] = []
    at, end = 0, course.horizon
    if not end:
        return []  # the last minute of a calendar period: nothing can happen any more
    for minutes, bad in (*course.ageing, (course.horizon, 0)):
        stop = min(at + minutes, end)
        if (cut is not None and at < cut < stop) or stop < at + minutes:
            edges = [at, cut, stop] if cut is not None and at < cut < stop else [at, stop]
            steps += [(upper - lower, bad * (upper - lower), minutes) for lower, upper in pairwise(edges)]
        else:
            steps.append((minutes, bad, 1))
        at = stop
        if at == end:
            break
    return steps
