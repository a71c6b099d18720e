"""Whether a runbook can still be believed: one that nobody used, tested or edited for 90 days is stale."""

from datetime import UTC, date, datetime, timedelta

from watchbill.oncall.model import Freshness, Runbook

__all__ = ["STALE_AFTER", "freshness"]

STALE_AFTER = timedelta(days=90)


def freshness(runbook: Runbook, *, used: datetime | None, tested: datetime | None, now: datetime) -> Freshness:
    """Its three dates; exactly 90 days are not yet stale."""
    edited = max((at for at in (runbook.edited_at, _written(runbook.last_updated)) if at is not None), default=None)
    newest = max((at for at in (used, tested, edited) if at is not None), default=None)
    return Freshness(used, tested, edited, newest is None or now - newest > STALE_AFTER)


def _written(text: str) -> datetime | None:
    """The author's own date; text that is none says nothing."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
