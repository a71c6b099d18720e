"""Tells background loops that something was committed, so that they need not poll."""

import threading
from collections import Counter
from collections.abc import Callable

__all__ = ["INBOX", "WORK", "Wakeups"]

INBOX = "inbox"  # accepted bodies wait to be folded
WORK = "work"  # jobs were set or events published


class Wakeups:
    """A counter for each topic that rises with commits that left something to do, and threads that wait for it to rise."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._counts: Counter[str] = Counter()
        self._listeners: list[Callable[[], None]] = []

    def count(self, topic: str = WORK) -> int:
        """How often the topic was woken: read it before looking for work, hand it to `wait` when there was none."""
        return self._counts[topic]

    def wake(self, topic: str = WORK) -> None:
        """Let every thread that waits for the topic look again, and call the listeners."""
        with self._condition:
            self._counts[topic] += 1
            self._condition.notify_all()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()

    def wake_all(self) -> None:
        """Let every waiting thread look again, whatever it waits for: before they are stopped."""
        with self._condition:
            self._counts.update((INBOX, WORK))
            self._condition.notify_all()

    def wait(self, seen: int, timeout_s: float, topic: str = WORK) -> int:
        """Block until the topic's counter differs from `seen` or the time is over; the counter then."""
        with self._condition:
            self._condition.wait_for(lambda: self._counts[topic] != seen, timeout_s)
            return self._counts[topic]

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener (quick, from any thread) at every wake-up until the returned function is called."""
        with self._condition:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._condition:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe
