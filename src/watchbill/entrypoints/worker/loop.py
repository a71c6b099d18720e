"""One background loop: a name, a cycle that can be stepped, and what wakes it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from watchbill.kernel.clock import Clock

__all__ = ["BACKSTOP_S", "Cycle", "Loop", "LoopHealth"]

BACKSTOP_S = 1.0  # loops are woken by commits; this is how often they look all the same
STALLED_AFTER_S = 30.0  # a cycle that takes longer is named by /readyz

# Does one round of work and returns how much it did; 0 lets the loop wait.
Cycle = Callable[[], int]


@dataclass(slots=True)
class LoopHealth:
    """What /readyz and /metrics say about a loop. Times are monotonic seconds."""

    cycles: int = 0
    restarts: int = 0
    error: str | None = None  # of the last cycle; None when it went well
    started_at: float | None = None  # of the cycle that runs now
    finished_at: float | None = None

    def fault(self, now: float) -> str | None:
        """Why the loop cannot be relied on now, or None."""
        if self.error is not None:
            return f"failed: {self.error}"
        if self.started_at is not None and now - self.started_at > STALLED_AFTER_S:
            return f"has been in one cycle for {now - self.started_at:.0f} s"
        return None


@dataclass(slots=True)
class Loop:
    """A row of the worker: `topic` names the wake-ups that concern it, `every` makes it periodic instead.

    `pause` says how long to wait at most when a cycle found nothing (None: the backstop).
    """

    name: str
    cycle: Cycle
    topic: str | None = None
    every: timedelta | None = None
    pause: Callable[[], float] | None = None
    close: Callable[[], None] = lambda: None
    interrupt: Callable[[], None] = lambda: None  # ends a cycle that waits for the outside
    vital: bool = True  # whether its faults make the process unready
    health: LoopHealth = field(default_factory=LoopHealth)
    _began: float = 0.0

    def step(self, clock: Clock) -> int:
        """Run one cycle, keep count of it, and return how much it did; what it raises passes on."""
        self.health.started_at = self._began = clock.monotonic()
        try:
            done = self.cycle()
        except Exception as wrong:
            self.health.error = f"{type(wrong).__name__}: {wrong}"
            raise
        else:
            self.health.error = None
            return done
        finally:
            self.health.cycles += 1
            self.health.started_at, self.health.finished_at = None, clock.monotonic()

    def wait_s(self, done: int, clock: Clock) -> float:
        """How long to rest after a cycle that did so much; a periodic loop keeps its beat whatever a cycle costs."""
        if self.every is not None:
            took = clock.monotonic() - self._began
            return max(0.0, self.every.total_seconds() - took)
        if done:
            return 0.0
        return BACKSTOP_S if self.pause is None else min(BACKSTOP_S, self.pause())
