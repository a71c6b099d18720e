"""When people hear of an action item's deadline: before it, on it, and ever after it until it is done."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import chain, count

from watchbill.postmortems.model import ActionItem, ActionPriority, ActionStatus

__all__ = ["ESCALATE_AFTER_DAYS", "REMIND_ON_DAYS", "is_escalated", "next_reminder", "sentence", "title"]

REMIND_ON_DAYS = (-3, 0, 1, 3, 7)  # from the deadline; after the last, every seven days
_WEEK = 7
_HOUR = time(9)  # in the house's zone
# From how many days after the deadline the lead of the team hears of it as well.
ESCALATE_AFTER_DAYS: Mapping[ActionPriority, int] = {ActionPriority.P0: 1, ActionPriority.P1: 3, ActionPriority.P2: 7}


def next_reminder(item: ActionItem, now: datetime, zone: tzinfo) -> datetime | None:
    """The first reminder after `now`, at nine in the morning; None where it is done or has no deadline."""
    if item.deadline is None or item.status is ActionStatus.DONE:
        return None
    return next(at for at in _moments(item.deadline, zone) if at > now)


def is_escalated(item: ActionItem, today: date) -> bool:
    """Whether it is so late that the team's lead hears of it."""
    late = _late(item, today)
    return late is not None and late >= ESCALATE_AFTER_DAYS[item.priority]


def title(item: ActionItem, today: date) -> str:
    """One line: what, and how late or how soon."""
    late = _late(item, today) or 0
    if late > 0:
        return f"{item.name} is {late} {'day' if late == 1 else 'days'} overdue"
    return f"{item.name} is due today" if late == 0 else f"{item.name} is due in {-late} days"


def sentence(item: ActionItem, today: date) -> str:
    """What is to be done, by whom, and what to do about it now."""
    owner = item.owner or "Nobody"
    return f"{item.description} ({item.type}, {item.priority}). {owner} owns it. Mark it done, or move its deadline and say why. Today is {today}."


def _late(item: ActionItem, today: date) -> int | None:
    return None if item.deadline is None else (today - item.deadline).days


def _moments(deadline: date, zone: tzinfo) -> Iterator[datetime]:
    """Endless: an item that nobody does is not forgotten."""
    for days in chain(REMIND_ON_DAYS, count(REMIND_ON_DAYS[-1] + _WEEK, _WEEK)):
        yield datetime.combine(deadline + timedelta(days=days), _HOUR, tzinfo=zone)
