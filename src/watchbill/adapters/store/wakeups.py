"""Tells background loops that something was committed, so that they need not poll: in this process, and between processes."""

import threading
from collections.abc import Callable

__all__ = ["Wakeups"]


class Wakeups:
    """A counter that rises with every commit that left something to do, and threads that wait for it to rise."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0
        self._listeners: list[Callable[[], None]] = []

    @property
    def count(self) -> int:
        """How often `wake` was called: read it before looking for work, hand it to `wait` when there was none."""
        return self._count

    def wake(self) -> None:
        """Let every waiting thread look again, and call the listeners."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def wait(self, seen: int, timeout_s: float) -> int:
        """Block until the counter differs from `seen` or the time is over; the counter then."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout_s)
            return self._count

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener (quick, from any thread) at every wake-up until the returned function is called."""
        with self._condition:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._condition:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe
