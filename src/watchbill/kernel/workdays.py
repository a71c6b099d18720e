"""Business days: counted by a house's own days of work and its public holidays."""

from collections.abc import Collection
from datetime import date, timedelta

from watchbill.kernel.errors import Invalid

__all__ = ["LOOK_AHEAD", "due_on"]

LOOK_AHEAD = timedelta(days=90)  # longer than any run of holidays
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def due_on(start: date, business_days: Collection[str], holidays: Collection[date], days: int) -> date:
    """The last of so many business days after `start`, which itself does not count; raises Invalid where no day is one."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        if day - start > LOOK_AHEAD:
            raise Invalid("business_days", "hold no working day", hint="write business_days: [mon, tue, wed, thu, fri]")
        if _WEEKDAYS[day.weekday()] in business_days and day not in holidays:
            left -= 1
    return day
