"""Dead-man's switches: when a heartbeat is missed, and which minutes are fresh."""

from datetime import datetime, timedelta

from watchbill.slo.model import BeatStanding

__all__ = ["AFTER_DOWNTIME", "is_fresh", "missed_at", "why_alarming"]

# After downtime of ours nobody could report in: whoever was not late before gets this long to do so.
AFTER_DOWNTIME = timedelta(minutes=5)


def missed_at(standing: BeatStanding) -> datetime | None:
    """When the heartbeat is missed unless it comes before; None while nobody waits for it yet."""
    basis = standing.last_good_at or standing.watched_since
    return None if basis is None else basis + standing.rule.limit


def is_fresh(standing: BeatStanding, moment: datetime) -> bool:
    """Whether the last good run was recent enough at the moment; exactly at the limit it is."""
    due = missed_at(standing)
    return due is not None and moment <= due


def why_alarming(standing: BeatStanding, now: datetime) -> str | None:
    """Why somebody should look: the last run failed, or it did not come; None where all is well."""
    if standing.last_ok is False:
        return "its last run failed" + (f": {standing.said}" if standing.said else "")
    if not is_fresh(standing, now):
        return "it has never reported in" if standing.last_good_at is None else "it did not report in"
    return None
