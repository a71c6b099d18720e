"""What is missing ahead: hours that nobody covers, and watches of people who are away then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from watchbill.oncall.model import Gap, Shift
from watchbill.oncall.model.arranged import Leave

__all__ = ["Missing", "MissingKind", "away", "is_same", "missing"]


class MissingKind(StrEnum):
    """Why nobody would come."""

    GAP = "gap"  # nobody stands watch
    LEAVE = "leave"  # the one who does is away


@dataclass(frozen=True, slots=True)
class Missing:
    """From start to end (UTC, half-open) nobody would come; `person` is who is away, "" for a gap."""

    schedule: str
    kind: MissingKind
    person: str
    start: datetime
    end: datetime


def missing(schedule: str, shifts: Sequence[Shift], gaps: Sequence[Gap], leaves: Sequence[Leave]) -> list[Missing]:
    """All of it, by start; what adjoins is one."""
    found = [Missing(schedule, MissingKind.GAP, "", gap.start, gap.end) for gap in gaps]
    found += away(schedule, shifts, leaves)
    return sorted(found, key=lambda one: (one.start, one.kind))


def away(schedule: str, shifts: Sequence[Shift], leaves: Sequence[Leave]) -> list[Missing]:
    """Watches of people who are on leave then."""
    joined: list[Missing] = []
    for one in sorted(_overlaps(schedule, shifts, leaves), key=lambda one: (one.person, one.start)):
        if joined and joined[-1].person == one.person and one.start <= joined[-1].end:
            joined[-1] = replace(joined[-1], end=max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def is_same(told: Missing, now: Missing) -> bool:
    """Whether it is the trouble that people were told of: the same kind, and the times touch."""
    same = (told.schedule, told.kind, told.person) == (now.schedule, now.kind, now.person)
    return same and told.start <= now.end and now.start <= told.end


def _overlaps(schedule: str, shifts: Sequence[Shift], leaves: Sequence[Leave]) -> Iterator[Missing]:
    for shift in shifts:
        for leave in leaves:
            start, end = max(shift.start, leave.start), min(shift.end, leave.end)
            if leave.person == shift.person and start < end:
                yield Missing(schedule, MissingKind.LEAVE, shift.person, start, end)
