"""What a claim does to the occurrence that stands: the merge rules of Alertmanager, and the order of events in time.

Spans are merged exactly as Alertmanager does it (earliest start, rules for the end), so that an unchanged sender sees the
same alert. On top of that every claim is judged in the order of the times that it speaks of, then of arrival: a "resolved"
that speaks of an earlier episode does not end a later one, and a "firing" that arrives after its own end opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from watchbill.alerts.model import AlertStatus, Observation
from watchbill.kernel.ids import AlertId

__all__ = [
    "LATE",
    "RESOLVE_TIMEOUT",
    "Decision",
    "Span",
    "Standing",
    "Verdict",
    "decide",
    "is_backwards",
    "merge",
    "span_of",
]

# How long a claim without an end holds (Alertmanager's `resolve_timeout`).
RESOLVE_TIMEOUT = timedelta(minutes=5)
# A "firing" that arrives this soon after the "resolved" of the same episode was overtaken on the way.
LATE = timedelta(seconds=5)
# How long a person's "it is over" stands against a sender that goes on repeating the same episode.
HOLD = timedelta(hours=4)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From start to end; `by_timeout`: the sender named no end. `explicit_start`: the sender named the start."""

    starts_at: datetime
    ends_at: datetime
    by_timeout: bool = False
    explicit_start: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """As much of the newest occurrence of a fingerprint as a claim is judged by; kept in memory for every firing alert.

    `content` sums up what its sender last said (annotations, generator); `routed_by` is the version of the resources by
    which it was routed. `fired_at` is the latest start that a firing claim named itself (None: none did); `ever_fired` is
    False where the first that was heard of it was its end.
    """

    id: AlertId
    status: AlertStatus
    starts_at: datetime
    ends_at: datetime
    by_timeout: bool
    fired_at: datetime | None
    ever_fired: bool
    closed_at: datetime | None
    closed_by_hand: bool
    content: int
    routed_by: str
    seen_at: datetime


class Verdict(Enum):
    """What becomes of a claim."""

    OPEN = auto()  # a new occurrence fires
    RECORD = auto()  # a new occurrence that was over before we heard of it
    KEEP = auto()  # the occurrence goes on
    CLOSE = auto()  # the occurrence is over
    AMEND = auto()  # it was over already; its end is now known better
    IGNORE = auto()  # it speaks of what has already been dealt with


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict and the occurrence's span by it."""

    verdict: Verdict
    span: Span
    fired_at: datetime | None = None
    reason: str = ""


def span_of(claim: Observation, resolve_timeout: timedelta = RESOLVE_TIMEOUT) -> Span:
    """The span that a claim speaks of, with what it leaves out filled in as Alertmanager does."""
    ends_at, timeout = claim.ends_at, False
    starts_at = claim.starts_at or ends_at or claim.received_at
    if ends_at is None:
        ends_at, timeout = claim.received_at + resolve_timeout, True
    return Span(starts_at, ends_at, timeout, explicit_start=claim.starts_at is not None)


def is_backwards(claim: Observation, resolve_timeout: timedelta = RESOLVE_TIMEOUT) -> bool:
    """Whether it ends before it starts, which no sender can mean."""
    span = span_of(claim, resolve_timeout)
    return span.ends_at < span.starts_at


def merge(old: Span, new: Span, *, old_over: bool, new_over: bool) -> Span:
    """The span that stands after `new` arrives where `old` stood; without overlap the new one simply replaces the old."""
    inside = old.starts_at < new.ends_at < old.ends_at or old.starts_at < new.starts_at < old.ends_at
    if not inside:
        return new
    starts_at = min(old.starts_at, new.starts_at)
    if new_over:
        keeps_old_end = old_over and old.ends_at > new.ends_at
    else:
        keeps_old_end = old.ends_at > new.ends_at and not old.by_timeout
    if keeps_old_end:
        # As the original: the end stays, but whether it was a time-out is said by the newest word, so that a second
        # repetition without an end lets go of it.
        return Span(starts_at, old.ends_at, new.by_timeout, new.explicit_start)
    return Span(starts_at, new.ends_at, new.by_timeout, new.explicit_start)


def decide(standing: Standing | None, new: Span, now: datetime) -> Decision:
    """Judge a claim, received at `now`, against the newest occurrence of its fingerprint (None: there is none).

    A firing occurrence whose `ends_at` has come by then must have been expired before.
    """
    over = new.ends_at <= now
    if standing is None:
        return Decision(Verdict.RECORD, new) if over else Decision(Verdict.OPEN, new, _named(new))
    old = Span(standing.starts_at, standing.ends_at, standing.by_timeout)
    if standing.status is AlertStatus.FIRING:
        return _end(standing, old, new) if over else _go_on(standing, old, new)
    return _amend(standing, old, new) if over else _reopen(standing, old, new, now)


def _go_on(standing: Standing, old: Span, new: Span) -> Decision:
    span = merge(old, new, old_over=False, new_over=False)
    return Decision(Verdict.KEEP, span, _later(standing.fired_at, _named(new)))


def _end(standing: Standing, old: Span, new: Span) -> Decision:
    if new.explicit_start and standing.fired_at is not None and new.ends_at < standing.fired_at:
        return Decision(Verdict.IGNORE, old, reason="it ends an earlier episode than the one that fires")
    span = merge(old, new, old_over=False, new_over=True)
    if span.ends_at < old.starts_at:  # "resolved" with an end long past: the record keeps the start that we saw
        span = Span(old.starts_at, old.starts_at)
    return Decision(Verdict.CLOSE, span, standing.fired_at)


def _amend(standing: Standing, old: Span, new: Span) -> Decision:
    if new.explicit_start and new.starts_at > old.ends_at:
        return Decision(Verdict.RECORD, new)
    span = merge(old, new, old_over=True, new_over=True)
    known = standing.status is AlertStatus.RESOLVED and span.ends_at <= old.ends_at
    if standing.closed_by_hand or known:
        return Decision(Verdict.IGNORE, old, reason="its end is known")
    return Decision(Verdict.AMEND, Span(old.starts_at, max(span.ends_at, old.starts_at)), standing.fired_at)


def _reopen(standing: Standing, old: Span, new: Span, now: datetime) -> Decision:
    same_episode = new.explicit_start and new.starts_at < old.ends_at
    closed_at = standing.closed_at or old.ends_at
    if same_episode and standing.closed_by_hand and now < closed_at + HOLD:
        return Decision(Verdict.IGNORE, old, reason="a person resolved this episode")
    if same_episode and not standing.ever_fired and now < closed_at + LATE:
        return Decision(Verdict.IGNORE, old, reason="it was overtaken by its own end")
    span = merge(old, new, old_over=True, new_over=False)
    fired_at = _named(new)
    if standing.status is AlertStatus.RESOLVED and same_episode:
        # Two senders of one alert: the one that repeats its "resolved" must not end what the other one now reports.
        fired_at = _later(fired_at, old.ends_at + _INSTANT)
    return Decision(Verdict.OPEN, span, fired_at)


def _named(span: Span) -> datetime | None:
    return span.starts_at if span.explicit_start else None


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)
