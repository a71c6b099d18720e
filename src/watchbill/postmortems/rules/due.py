"""When a postmortem is due: five business days after the end, by the house's own days and holidays (playbook ph. 5, step 6)."""

from collections.abc import Collection
from datetime import date

from watchbill.kernel import workdays
from watchbill.kernel.workdays import LOOK_AHEAD

__all__ = ["BUSINESS_DAYS", "LOOK_AHEAD", "due_on"]

BUSINESS_DAYS = 5


def due_on(start: date, business_days: Collection[str], holidays: Collection[date], days: int = BUSINESS_DAYS) -> date:
    """The last of so many business days after `start`, which itself does not count; raises Invalid where no day is one."""
    return workdays.due_on(start, business_days, holidays, days)
