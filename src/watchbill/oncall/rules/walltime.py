"""Wall time to moments, so that turns follow the clock on the wall: monotone, total, exact on every transition.

Two rules make it so (both documented in docs/reference/oncall.md): a wall time that a jump forward left out means the moment
of the jump; one that a jump back repeats means its first occurrence. Because the mapping never goes back, pieces of wall
time that touch become spans that touch: no gap, no overlap, whatever a zone does (23 h and 25 h days, 30-minute shifts, a
skipped day at the date line).
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

__all__ = ["moment", "wall"]

_SECOND = timedelta(seconds=1)


def wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows at that moment, naive."""
    return at.astimezone(zone).replace(tzinfo=None)


def moment(shown: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the wall first shows this time or, where it never does, the first one past it."""
    local = shown.replace(tzinfo=zone)
    first = local.astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == shown:
        return first
    # Left out by a jump. fold=0 reads it with the offset before the jump, fold=1 with the one after: the jump lies between.
    return _jump(local.replace(fold=1).astimezone(UTC), first, zone)


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (before, after] at which the zone's offset changes; transitions lie on whole seconds."""
    old = before.astimezone(zone).utcoffset()
    low, high = before, after
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
