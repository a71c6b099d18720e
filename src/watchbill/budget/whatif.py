"""What if the target or the window were another: the state today, and over history, beside what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.budget.model import BudgetPolicy, BudgetState
from watchbill.budget.rules.course import frozen_spans, spans_of, states
from watchbill.budget.rules.states import edges_of, state_of
from watchbill.slo.model import Replayed, SloStatus
from watchbill.slo.rules.backtest import calls
from watchbill.slo.service.replaying import Replaying

__all__ = ["Course", "course_of"]

_MINUTE = timedelta(minutes=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Course:
    """One promise today and over [start, end).

    `minutes` counts the minutes in each state (None: nothing was known); `days` is the worst state of each UTC day.
    """

    status: SloStatus
    state: BudgetState | None
    start: datetime
    end: datetime
    minutes: Mapping[BudgetState | None, int]
    exhausted: tuple[Span, ...]
    frozen: tuple[Span, ...]
    days: tuple[tuple[datetime, BudgetState | None], ...]
    pages: int
    tickets: int
    calls: int

    @property
    def is_frozen(self) -> bool:
        """Whether the freeze would still last at the end."""
        return bool(self.frozen) and self.frozen[-1][1] == self.end

    def share(self, state: BudgetState) -> Fraction | None:
        """Share of the known minutes in that state; None where nothing is known."""
        known = sum(count for which, count in self.minutes.items() if which is not None)
        return Fraction(self.minutes.get(state, 0), known) if known else None


def course_of(replaying: Replaying, status: SloStatus, policy: BudgetPolicy, span: Span) -> Course:
    """The course of one promise, judged at the end of each whole minute of the span; `status` is its own, today."""
    (start, end), slo = span, status.slo
    (found,) = replaying.replay([slo], start, end, lambda _: edges_of(policy))
    row = states(found.edges, policy)
    left = status.remaining_pct
    return Course(
        status=status,
        state=None if left is None else state_of(left, policy),
        start=start,
        end=end,
        minutes={state: row.count(code) for code, state in enumerate((None, *BudgetState))},
        exhausted=_spans(found, spans_of(BudgetState.EXHAUSTED, row)),
        frozen=_spans(found, frozen_spans(found.edges, found.enough)),
        days=_days(found, row),
        pages=sum(one.is_page for one in found.firings),
        tickets=sum(not one.is_page for one in found.firings),
        calls=calls(found.firings),
    )


def _spans(replayed: Replayed, spans: list[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple((replayed.start + first * _MINUTE, replayed.start + last * _MINUTE) for first, last in spans)


def _days(replayed: Replayed, row: bytes) -> tuple[tuple[datetime, BudgetState | None], ...]:
    """The worst state of each UTC day; the codes rise with how bad they are."""
    found = []
    begin = replayed.start
    while begin < replayed.end:
        midnight = begin.replace(hour=0, minute=0) + timedelta(days=1)
        until = min(midnight, replayed.end)
        part = row[(begin - replayed.start) // _MINUTE : (until - replayed.start) // _MINUTE]
        found.append((begin, (None, *BudgetState)[max(part)]))
        begin = until
    return tuple(found)
