"""The burn-down of action items: how many were open at the end of each day, and how many of those were late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from watchbill.postmortems.model import ActionItem

__all__ = ["Day", "burn_down"]


@dataclass(frozen=True, slots=True)
class Day:
    """The end of one day: open items, those past their deadline, and what was added and done on it."""

    day: date
    open: int
    overdue: int
    added: int
    done: int


def burn_down(items: Sequence[ActionItem], today: date, days: int, zone: tzinfo) -> tuple[Day, ...]:
    """So many days up to today. An item that was done and opened again counts as if it had never been done."""
    lives = [
        (
            item.created_at.astimezone(zone).date(),
            item.done_at.astimezone(zone).date() if item.done_at else None,
            item.deadline,
        )
        for item in items
    ]
    return tuple(_day(lives, today - timedelta(days=back)) for back in range(days - 1, -1, -1))


def _day(lives: Sequence[tuple[date, date | None, date | None]], day: date) -> Day:
    still = [deadline for began, ended, deadline in lives if began <= day and (ended is None or ended > day)]
    return Day(
        day=day,
        open=len(still),
        overdue=sum(deadline is not None and deadline < day for deadline in still),
        added=sum(began == day for began, _, _ in lives),
        done=sum(ended == day for _, ended, _ in lives),
    )
