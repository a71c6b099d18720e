"""The period that a promise is about: rolling (ends now) or calendar (began at local midnight of a zone)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchbill.kernel.errors import Invalid, near
from watchbill.kernel.units import duration, duration_text

__all__ = ["Calendar", "CalendarUnit", "Rolling", "Window", "parse_calendar", "parse_window"]

_MINUTE = timedelta(minutes=1)
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last `length`, ending with the running minute; UTC, whole minutes, never local days."""

    length: timedelta

    def __post_init__(self) -> None:
        if not _SHORTEST <= self.length <= _LONGEST or self.length % _MINUTE:
            raise Invalid("window", "is whole minutes between 1h and 366d", hint="write 28d")

    def start(self, at: datetime) -> datetime:
        """The first minute of the window whose last minute is the one that holds `at`."""
        return at.replace(second=0, microsecond=0) + _MINUTE - self.length

    def end(self, at: datetime) -> datetime:
        """Where the window ends: after the running minute."""
        return at.replace(second=0, microsecond=0) + _MINUTE

    def period(self, at: datetime) -> timedelta:  # noqa: ARG002 - the same question as for a calendar window
        """The whole length."""
        return self.length

    def __str__(self) -> str:
        return duration_text(self.length)


class CalendarUnit(StrEnum):
    """Which calendar period; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar period of a zone that holds the moment, with its real length (New York, March 2026: 743 h)."""

    unit: CalendarUnit
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
            raise Invalid(
                "window.timezone", f"there is no zone {self.timezone!r}", hint="write Europe/Paris or UTC"
            ) from wrong

    def start(self, at: datetime) -> datetime:
        """Local midnight of the period's first day, in UTC."""
        return self._edges(at)[0]

    def end(self, at: datetime) -> datetime:
        """The start of the next period, in UTC: later than now, the window is still being filled."""
        return self._edges(at)[1]

    def period(self, at: datetime) -> timedelta:
        """The real length of the period that holds `at`, clock changes included."""
        start, end = self._edges(at)
        return end - start

    def __str__(self) -> str:
        return f"calendar {self.unit}" + (f" in {self.timezone}" if self.timezone != "UTC" else "")

    def _edges(self, at: datetime) -> tuple[datetime, datetime]:
        zone = ZoneInfo(self.timezone)
        local = at.astimezone(zone)
        midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
        if self.unit is CalendarUnit.WEEK:
            first = midnight - timedelta(days=local.weekday())
            after = first + timedelta(days=7)
        else:
            months = 1 if self.unit is CalendarUnit.MONTH else 3
            first = midnight.replace(month=(local.month - 1) // months * months + 1, day=1)
            after = (first + timedelta(days=31 * months)).replace(day=1)
        # Arithmetic above is on the wall clock; only the conversion to UTC knows how long the days really were.
        return first.astimezone(UTC), after.astimezone(UTC)


Window = Rolling | Calendar


def parse_window(text: str, *, field: str = "window") -> Rolling:
    """`28d` as a rolling window; `1M`, `1mo`, `month` are refused with the way to write a calendar window."""
    if text.strip().lower() in {"week", "month", "quarter", "1mo", "1q", "1month"} or text.strip() in {
        "1M",
        "P1M",
        "1Q",
    }:
        raise Invalid(
            field,
            f"{text!r} is a calendar period, not a duration",
            hint="write {calendar: month, timezone: Europe/Paris}",
        )
    length = duration(text, field=field)
    if length < _SHORTEST:
        meant = " (m is minutes: for a month write {calendar: month})" if text.strip().endswith("m") else ""
        raise Invalid(field, f"{text!r} is shorter than an hour{meant}", hint="write 28d")
    return Rolling(length)


def parse_calendar(unit: str, timezone: str = "UTC", *, field: str = "window.calendar") -> Calendar:
    """`month` in a zone; durations (`1m` would be minutes) are refused with a hint."""
    if unit not in set(CalendarUnit):
        close = near(unit, [str(one) for one in CalendarUnit])
        hint = f"did you mean {close}?" if close else "write week, month or quarter"
        if unit[:1].isdigit():
            hint = "a calendar period is named, because 1m is one minute: write month"
        raise Invalid(field, f"{unit!r} is not a calendar period", hint=hint)
    return Calendar(CalendarUnit(unit), timezone)
