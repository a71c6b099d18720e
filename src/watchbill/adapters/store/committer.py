"""Takes bodies in from any number of requests and answers each one when it is on disk: one commit for all that wait."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.inbox import Entry, InboxStore
from watchbill.kernel.clock import Clock
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Unavailable

__all__ = ["Inbox", "InboxBounds"]

_REFRESH_S = 1.0


@dataclass(frozen=True, slots=True)
class InboxBounds:
    """How much may wait: in memory for the next commit, and on disk to be folded."""

    memory_bytes: int = 64 << 20
    backlog_bytes: int = 512 << 20


@dataclass(frozen=True, slots=True)
class _Waiting:
    entry: Entry
    answer: "asyncio.Future[int] | Future[int]"
    loop: asyncio.AbstractEventLoop | None


class Inbox:
    """The inbox of one process. `receive` and `put` return the position of what they took in, after its commit.

    Beyond the bounds, and while the database cannot serve, they raise Unavailable; nothing was taken in then.
    """

    def __init__(
        self, database: Database, clock: Clock, *, wake: Callable[[], None], bounds: InboxBounds | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._bounds = bounds or InboxBounds()
        self._condition = threading.Condition()
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._backlog = 0
        self._refreshed_at: float | None = None
        self._thread: threading.Thread | None = None
        self._closing = False
        self._committing = False
        self.position = 0  # of the last commit of this process
        self.accepted = 0  # claims, for the metrics
        self.refused = 0  # bodies that found no room
        self.commits = 0

    async def receive(self, source: str, body: bytes, claims: int) -> int:
        """Take a body in from a request; the body has been validated."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        self._submit(source, body, claims, answer, loop)
        return await answer

    def put(self, source: str, body: bytes, claims: int, *, timeout_s: float = 10.0) -> int:
        """Take a body in from a thread."""
        answer: Future[int] = Future()
        self._submit(source, body, claims, answer, None)
        return answer.result(timeout_s)

    @property
    def is_idle(self) -> bool:
        """Whether everything that was received is committed."""
        with self._condition:
            return not (self._waiting or self._committing)

    @property
    def backlog_bytes(self) -> int:
        """How much waits to be folded, as of the last commit: exact once a second, in between rather too large."""
        return self._backlog

    def close(self) -> None:
        """Commit what waits and end the thread."""
        with self._condition:
            self._closing = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(10.0)

    def _submit(
        self,
        source: str,
        body: bytes,
        claims: int,
        answer: "asyncio.Future[int] | Future[int]",
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        """Queue a body; the moment of its arrival is taken under the lock, so that `is_idle` can vouch for all before it."""
        size = len(body)
        with self._condition:
            if self._closing:
                raise Unavailable("the server is stopping", retry_after_s=5)
            if self._waiting_bytes + size > self._bounds.memory_bytes or self._backlog > self._bounds.backlog_bytes:
                self.refused += 1
                raise Unavailable("more alerts wait than there is room for", retry_after_s=5)
            self._waiting.append(_Waiting(Entry(self._clock.now(), source, claims, body), answer, loop))
            self._waiting_bytes += size
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()
            elif len(self._waiting) == 1:
                self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._waiting and not self._closing:
                    self._condition.wait()
                batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
                self._committing = bool(batch)
            if not batch:
                return
            try:
                position: int | BaseException = self._commit([waiting.entry for waiting in batch])
            except Exception as wrong:  # noqa: BLE001 - every request that waits has to be answered, whatever it was
                position = wrong
            self._committing = False
            _answer(batch, position)

    def _commit(self, entries: list[Entry]) -> int:
        if self._database.failure:
            raise Unavailable(f"the disk failed: {self._database.failure}", retry_after_s=30)
        with self._database.begin() as connection:
            store = InboxStore(connection)
            position = store.append(entries)
            self._count(store, entries)
        crashpoint("after_inbox_commit")
        self.position = position
        self.accepted += sum(entry.claims for entry in entries)
        self.commits += 1
        self._wake()
        return position

    def _count(self, store: InboxStore, entries: list[Entry]) -> None:
        """Keep the size of the backlog: exact once a second, in between too large by what was folded since."""
        now = self._clock.monotonic()
        if self._refreshed_at is None or now - self._refreshed_at >= _REFRESH_S or now < self._refreshed_at:
            self._backlog, self._refreshed_at = store.waiting_bytes(), now
        else:
            self._backlog += sum(len(entry.body) for entry in entries)


def _answer(batch: list[_Waiting], said: int | BaseException) -> None:
    """Tell every waiting request; those of one event loop are woken by a single call into it."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        if waiting.loop is None:
            _settle([waiting], said)
        else:
            by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, those in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, those, said)


def _settle(those: list[_Waiting], said: int | BaseException) -> None:
    for waiting in those:
        if waiting.answer.done():  # the client went away
            continue
        if isinstance(said, BaseException):
            waiting.answer.set_exception(said)
        else:
            waiting.answer.set_result(said)
