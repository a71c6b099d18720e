"""A person's hours on their own clock: when they sleep, when a watch is a night, a weekend or a holiday."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watchbill.oncall.rules.walltime import moment, wall

__all__ = ["SLEEP_ENDS", "SLEEP_STARTS", "Burden", "burden", "is_asleep", "nights"]

# ops-notes: sleep is 22:00 to 08:00 on the person's own clock, any day.
SLEEP_STARTS, SLEEP_ENDS = time(22), time(8)
_DAY = timedelta(days=1)
_FRIDAY = 4
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Burden:
    """What a watch takes from a person: nights (22:00-08:00 touched), weekend days and public holidays touched, hours."""

    nights: int = 0
    weekend_days: int = 0
    holidays: int = 0
    hours: float = 0.0

    def plus(self, other: "Burden") -> "Burden":
        """Both together."""
        return Burden(
            self.nights + other.nights,
            self.weekend_days + other.weekend_days,
            self.holidays + other.holidays,
            self.hours + other.hours,
        )


def is_asleep(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is between 22:00 and 08:00 there."""
    clock = wall(at, zone).time()
    return clock >= SLEEP_STARTS or clock < SLEEP_ENDS


def nights(span: Span, zone: ZoneInfo) -> Iterator[date]:
    """The evenings whose night the span touches."""
    for day in _days(span, zone, before=1):
        night = (
            moment(datetime.combine(day, SLEEP_STARTS), zone),
            moment(datetime.combine(day + _DAY, SLEEP_ENDS), zone),
        )
        if _touches(span, night):
            yield day


def burden(spans: Sequence[Span], zone: ZoneInfo, holidays: Collection[date] | Mapping[date, str] = ()) -> Burden:
    """What these spans take from a person who lives in that zone; a night or a day counts once however often it is touched."""
    evenings = {day for span in spans for day in nights(span, zone)}
    days = {day for span in spans for day in _days(span, zone) if _touches(span, _midnights(day, zone))}
    return Burden(
        nights=len(evenings),
        weekend_days=sum(day.weekday() > _FRIDAY for day in days),
        holidays=sum(day in holidays for day in days),
        hours=sum((end - start).total_seconds() for start, end in spans) / 3600,
    )


def _days(span: Span, zone: ZoneInfo, *, before: int = 0) -> Iterator[date]:
    day, last = wall(span[0], zone).date() - before * _DAY, wall(span[1], zone).date()
    while day <= last:
        yield day
        day += _DAY


def _midnights(day: date, zone: ZoneInfo) -> Span:
    midnight = datetime.combine(day, time(0))
    return moment(midnight, zone), moment(midnight + _DAY, zone)


def _touches(one: Span, other: Span) -> bool:
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return start.astimezone(UTC) < end.astimezone(UTC)
