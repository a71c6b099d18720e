"""Where time comes from. Nothing outside this module reads a clock; rules take `now` as an argument."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["Clock", "ManualClock", "Moment", "SystemClock"]


class Clock(Protocol):
    """Wall time for records, monotonic time for leases and back-off."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back; comparable only within one process."""

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        time.sleep(seconds)


class ManualClock:
    """A clock that stands still until it is moved: for tests, simulations and back-tests."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("ManualClock needs an aware datetime")
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        """The time that was last set."""
        return self._now

    def monotonic(self) -> float:
        """Seconds moved forward so far; jumps of the wall clock do not count."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Move forward instead of blocking."""
        self.forward(timedelta(seconds=seconds))

    def forward(self, by: timedelta) -> datetime:
        """Let time pass and return the new wall time."""
        self._now += by
        self._monotonic += by.total_seconds()
        return self._now

    def jump(self, to: datetime) -> None:
        """Set the wall clock as NTP or an operator would: monotonic time does not move."""
        self._now = to.astimezone(UTC)


class Moment:
    """A wall clock stopped at one moment: a transaction's, or one of the past. Monotonic time and sleep are the other clock's."""

    def __init__(self, now: datetime, clock: Clock) -> None:
        self._now = now
        self._clock = clock

    def now(self) -> datetime:
        """The moment."""
        return self._now

    def monotonic(self) -> float:
        """The process's monotonic time."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread."""
        self._clock.sleep(seconds)
