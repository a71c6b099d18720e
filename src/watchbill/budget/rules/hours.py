"""Business hours of the house: half-open on its wall clock, on its days, and never on its public holidays."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from watchbill.people.model import WEEKDAYS, Organisation

__all__ = ["in_business_hours", "next_local"]


def in_business_hours(at: datetime, house: Organisation, holidays: Collection[date]) -> bool:
    """09:00 belongs to them, 18:00 does not. Hours that end before they begin go over midnight and belong to the first day."""
    local = at.astimezone(house.timezone)
    hours, clock = house.business_hours, local.time()
    if hours.start <= hours.end:
        return hours.start <= clock < hours.end and _is_work_day(local.date(), house, holidays)
    if clock >= hours.start:
        return _is_work_day(local.date(), house, holidays)
    return clock < hours.end and _is_work_day(local.date() - timedelta(days=1), house, holidays)


def next_local(at: datetime, clock: time, house: Organisation) -> datetime:
    """The next moment after `at` at which the house's wall clock shows that time."""
    local = at.astimezone(house.timezone)
    today = datetime.combine(local.date(), clock, tzinfo=house.timezone)
    found = today if today > local else datetime.combine(local.date() + timedelta(days=1), clock, house.timezone)
    return found.astimezone(at.tzinfo)


def _is_work_day(day: date, house: Organisation, holidays: Collection[date]) -> bool:
    return WEEKDAYS[day.weekday()] in house.business_hours.days and day not in holidays
