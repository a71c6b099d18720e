"""Whether an integration is told about a group now, and which alerts a group may forget: the original's own rules."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from watchbill.receivers.model import Log

__all__ = ["first_flush", "forgettable", "is_due", "retry_s"]

FIRST_RETRY_S, LONGEST_RETRY_S = 0.5, 60.0


def is_due(
    log: Log | None,
    firing: frozenset[str],
    resolved: frozenset[str],
    *,
    send_resolved: bool,
    repeat_interval: timedelta,
    now: datetime,
) -> bool:
    """Tell what newly fires; that all is over; single ends, where they are wanted; and everything again after the interval.

    The interval is over when more than it has passed.
    """
    if log is None:
        return bool(firing)
    if not firing <= log.firing:
        return True
    if not firing:
        return bool(log.firing)
    if send_resolved and not resolved <= log.resolved:
        return True
    return log.at < now - repeat_interval


def first_flush(inserted_at: datetime, starts_at: datetime, group_wait: timedelta, now: datetime) -> datetime:
    """When a new group is told first: after the wait, or at once if the alert has been firing for longer than that."""
    return now if starts_at + group_wait < now else inserted_at + group_wait


def forgettable(over: Iterable[str], muted: frozenset[str], logs: Iterable[Log | None]) -> frozenset[str]:
    """Alerts that are over and that a group need not keep: they are muted, or no integration still believes that they fire."""
    believed = frozenset[str]().union(*(log.firing for log in logs if log is not None))
    return frozenset(one for one in over if one in muted or one not in believed)


def retry_s(attempts: int) -> float:
    """Seconds until the next attempt: from half a second on, half as long again each time, a minute at most."""
    return min(FIRST_RETRY_S * 1.5 ** max(0, min(attempts, 50) - 1), LONGEST_RETRY_S)
