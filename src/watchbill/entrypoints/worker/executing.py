"""The executions loop: commands and webhooks that people asked for. Marked as started, run outside of any transaction, recorded.

What was started is never begun again by itself: a worker that dies leaves `started` rows whose leases run out, and they are
shown as unknown.
"""

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

import structlog

from watchbill.bootstrap import App
from watchbill.entrypoints.worker.loop import BACKSTOP_S
from watchbill.execution.model import Execution, ExecutionStatus, Outcome
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Unavailable
from watchbill.kernel.ids import ExecutionId

__all__ = ["Executing"]

_AT_ONCE = 4
_RENEW_EVERY_S = 5.0
_RECORD_AGAIN_S, _RECORD_TRIES = 0.5, 40
_log = structlog.get_logger("watchbill.worker")


class Executing:
    """Runs at most four at once."""

    def __init__(self, app: App, worker: str, stopping: threading.Event) -> None:
        self._app = app
        self._worker = worker
        self._stopping = stopping
        self._lock = threading.Lock()
        self._under_way: dict[ExecutionId, Future[None]] = {}
        self._unwanted: set[ExecutionId] = set()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="execution")
        self._renewed_at = float("-inf")

    def cycle(self) -> int:
        """Hold on to what runs, give up what nobody holds, begin what is queued; how many were begun."""
        with self._app.reading() as s:
            idle = not s.acting.executions.store.find(open_only=True, limit=1)
        if idle:
            return 0
        with self._lock:
            ours = list(self._under_way)
        now = self._app.clock.monotonic()
        if ours or now - self._renewed_at >= _RENEW_EVERY_S:
            self._renewed_at = now
            self._hold(ours)
        if self._stopping.is_set() or len(ours) >= _AT_ONCE:
            return 0
        with self._app.transaction() as s:
            taken = s.acting.working.take(self._worker, _AT_ONCE - len(ours))
        for execution in taken:
            crashpoint("execution.started")
            with self._lock:
                future = self._pool.submit(self._run, execution)
                self._under_way[execution.id] = future
            future.add_done_callback(partial(self._ended, execution.id))
        return len(taken)

    def pause_s(self) -> float:
        """A second: stops and leases are looked at so often."""
        return BACKSTOP_S

    def settle(self, timeout_s: float | None = None) -> int:
        """Wait until what runs has ended, at most so long; the number that has not."""
        with self._lock:
            futures = set(self._under_way.values())
        return len(wait(futures, timeout_s).not_done)

    def close(self) -> None:
        """Begin nothing more; what runs is killed when the process was told to stop."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _hold(self, ours: list[ExecutionId]) -> None:
        with self._app.transaction() as s:
            unwanted = {one.id for one in s.acting.working.renew(ours, self._worker)}
            lost = s.acting.working.give_up()
        with self._lock:
            self._unwanted |= unwanted
        for one in lost:
            _log.warning("execution lost: its worker died", execution=one.id, pid=one.pid)

    def _ended(self, key: ExecutionId, _done: Future[None]) -> None:
        with self._lock:
            self._under_way.pop(key, None)
            self._unwanted.discard(key)
        self._app.wakeups.wake()

    def _run(self, execution: Execution) -> None:
        def stop() -> bool:
            return self._stopping.is_set() or execution.id in self._unwanted

        try:
            outcome = self._app.executor.run(execution, stop=stop, began=lambda pid: self._began(execution, pid))
        except Exception as wrong:  # noqa: BLE001 - whatever one execution does, its neighbours go on; the cause is logged and kept
            _log.error("execution failed in watchbill itself", execution=execution.id, exc_info=wrong)
            outcome = Outcome(ExecutionStatus.UNKNOWN, f"watchbill itself failed: {type(wrong).__name__}")
        if outcome.status is ExecutionStatus.STOPPED and self._stopping.is_set():
            outcome = Outcome(
                outcome.status, "stopped, because watchbill was stopped", None, outcome.output, outcome.output_bytes
            )
        crashpoint("execution.before_record")
        self._record(execution, outcome)

    def _began(self, execution: Execution, pid: int) -> None:
        """A note for people after a crash; that it cannot be written must not stop what has begun."""
        try:
            with self._app.transaction() as s:
                s.acting.working.began(execution.id, self._worker, pid)
        except Unavailable as away:
            _log.warning("the process id could not be noted", execution=execution.id, pid=pid, error_message=str(away))
        crashpoint("execution.began")

    def _record(self, execution: Execution, outcome: Outcome) -> None:
        """Save what came of it; while the database is away, try again for a while."""
        for attempt in range(_RECORD_TRIES):
            try:
                with self._app.transaction() as s:
                    s.acting.working.record(execution.id, self._worker, outcome)
            except Unavailable:
                if attempt == _RECORD_TRIES - 1:
                    raise
                self._app.clock.sleep(_RECORD_AGAIN_S)
            else:
                return
