"""How far numbers can be trusted: coverage of the window, silence of the source, and when silence is remarkable."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.kernel.units import pct_text, span_words
from watchbill.slo.model import DataStatus, Slo, SourceState, WindowSum

__all__ = ["coverage_pct", "data_status", "is_remarkable", "silence_limit", "source_of_parts"]

SETTLE = timedelta(minutes=5)  # after late_arrival a minute is final; this much later it is missed
PARTIAL_BELOW_PCT = 99


def silence_limit(slo: Slo) -> timedelta:
    """How long a source may say nothing before its silence counts: late_arrival + 5 min (15 min by default)."""
    return slo.late_arrival + SETTLE


def coverage_pct(counts: WindowSum) -> Fraction:
    """How much of the window (of a calendar window: so far) is known."""
    return Fraction(100 * counts.covered, counts.minutes) if counts.minutes else Fraction(0)


def data_status(slo: Slo, counts: WindowSum, source: SourceState, at: datetime) -> tuple[DataStatus, str]:
    """The status and, in words, why it is not `ok`."""
    if not counts.total:
        return DataStatus.NO_DATA, source.reason or _nothing(source, at)
    if source.newest_at is not None and at - source.newest_at > silence_limit(slo):
        silent = span_words(at - source.newest_at)
        return DataStatus.STALE, source.reason or f"no event for {silent}"
    covered = coverage_pct(counts)
    if covered < PARTIAL_BELOW_PCT:
        known = span_words(timedelta(minutes=counts.covered))
        whole = span_words(timedelta(minutes=counts.minutes))
        why = f": {source.reason}" if source.reason else ""
        return DataStatus.PARTIAL, f"data for {known} of {whole} ({pct_text(covered, 1)} %){why}"
    return DataStatus.OK, source.reason


def source_of_parts(parts: Sequence[tuple[str, SourceState]]) -> SourceState:
    """How a composite's parts stand together: as new as the stalest of them, and measured only where all are."""
    unknown = [f"{name}: {state.reason}" for name, state in parts if not state.measured]
    firsts = [state.first_at for _, state in parts if state.first_at is not None]
    newest = [state.newest_at for _, state in parts if state.newest_at is not None]
    return SourceState(
        measured=not unknown,
        reason="; ".join(unknown) or "; ".join(f"{name}: {state.reason}" for name, state in parts if state.reason),
        caught_up=all(state.caught_up for _, state in parts),
        first_at=min(firsts, default=None),
        newest_at=min(newest, default=None) if len(newest) == len(parts) else None,
        read=sum(state.read for _, state in parts),
        rejected=sum(state.rejected for _, state in parts),
        corrected=sum(state.corrected for _, state in parts),
    )


def is_remarkable(events_day_before: int, silent: timedelta, slo: Slo) -> bool:
    """Whether silence is worth an alarm: it lasted past the limit, and at the mean of the day before it at least
    `min_events` (and one) events were to be expected meanwhile. A service that is asked once an hour may be quiet.
    """
    expected = Fraction(events_day_before) * Fraction(silent // timedelta(seconds=1), 86_400)
    return silent > silence_limit(slo) and expected >= max(1, slo.min_events)


def _nothing(source: SourceState, at: datetime) -> str:
    if source.newest_at is None:
        return "no event has been seen yet"
    return f"no event in the window; the last one came {span_words(at - source.newest_at)} ago"
