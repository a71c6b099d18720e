"""Time intervals, as routes name them in `mute_time_intervals` and `active_time_intervals`."""

from dataclasses import dataclass

__all__ = ["Period", "Range", "TimeInterval"]


@dataclass(frozen=True, slots=True)
class Range:
    """First and last, both inclusive. Days of a month may be negative: -1 is the last."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes of a day, [start, end); 1440 is its end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """Holds when every part that is given holds. Weekdays count from Sunday (0), as the original does."""

    times: tuple[Period, ...] = ()
    weekdays: tuple[Range, ...] = ()
    days_of_month: tuple[Range, ...] = ()
    months: tuple[Range, ...] = ()
    years: tuple[Range, ...] = ()
    zone: str = "UTC"
