"""Wake-ups between processes that share a PostgreSQL database: LISTEN and NOTIFY. Polling once a second is only the backstop."""

import threading
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.wakeups import Wakeups
from watchbill.kernel.errors import Unavailable

__all__ = ["Signals"]

_CHANNEL = "watchbill"
_LOOK_AROUND_S = 0.5
_AGAIN_S = 1.0


class Signals:
    """Announces topics to the other processes, and wakes this one when others announce. Does nothing on SQLite.

    Both threads go on by themselves when the database was away; what was not announced meanwhile is found by polling.
    """

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database = database
        self._wakeups = wakeups
        self._condition = threading.Condition()
        self._pending: set[str] = set()
        self._stopping = False
        self._threads: dict[str, threading.Thread] = {}

    def announce(self, topic: str) -> None:
        """Tell the others, soon: many announcements of one topic become one. Call it after the commit."""
        if not self._database.is_postgresql:
            return
        with self._condition:
            self._pending.add(topic)
            self._condition.notify()
        self._run("announcing", self._announce)

    def listen(self) -> None:
        """Wake this process's loops whenever another process announces."""
        if self._database.is_postgresql:
            self._run("listening", self._listen)

    def close(self) -> None:
        """Announce what is pending, and end the threads."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        for thread in self._threads.values():
            thread.join(5)

    def _run(self, name: str, target: Callable[[], None]) -> None:
        with self._condition:
            if name in self._threads or self._stopping:
                return
            self._threads[name] = threading.Thread(target=target, name=name, daemon=True)
            self._threads[name].start()

    def _announce(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._pending or self._stopping)
                topics, self._pending = self._pending, set()
                if not topics:
                    return
            try:
                with self._database.connect_for_good() as connection:
                    for topic in sorted(topics):
                        connection.execute(
                            text("SELECT pg_notify(:channel, :topic)"), {"channel": _CHANNEL, "topic": topic}
                        )
            except (Unavailable, DBAPIError):
                self._rest()  # the backstop finds it

    def _listen(self) -> None:
        import psycopg  # only where there is a PostgreSQL to listen to

        while not self._stopping:
            try:
                with self._database.connect_for_good() as connection:
                    raw = connection.connection.driver_connection
                    assert isinstance(raw, psycopg.Connection)
                    raw.execute(f"LISTEN {_CHANNEL}")
                    self._wakeups.wake_all()  # whatever was missed
                    while not self._stopping:
                        for notice in raw.notifies(timeout=_LOOK_AROUND_S):
                            self._wakeups.wake(notice.payload)
                    connection.invalidate()  # a pooled connection must not go on listening
            except (Unavailable, DBAPIError, psycopg.Error):
                self._rest()

    def _rest(self) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self._stopping, _AGAIN_S)
