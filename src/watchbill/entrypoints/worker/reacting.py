"""The jobs loop: reactions to events and timers that came due, each in its own transaction."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog

from watchbill.bootstrap import App, Services
from watchbill.entrypoints.worker.loop import BACKSTOP_S
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import NotFound, Unavailable
from watchbill.kernel.ids import EventId
from watchbill.kernel.jobs import LEASE_S, MAX_ATTEMPTS, WORK, Job, JobParked, LeaseLost

__all__ = ["MARGIN_S", "DeadlyJob", "Reacting", "check_attempts", "give_up"]

BATCH = 20
# A job is not begun, and nothing is sent, in the last seconds of a lease: judged by our own clock, because we may be cut off.
MARGIN_S = 3.0
_log = structlog.get_logger("watchbill.worker")


class Reacting:
    """Claims due jobs of the work lane and runs them: one after the other on SQLite, several at once on PostgreSQL."""

    def __init__(self, app: App, worker: str, stopping: threading.Event) -> None:
        self._app = app
        self._worker = worker
        self._stopping = stopping
        self._handlers = _handlers(app)
        self._together = {row.job_kind for row in app.reactions if row.together}
        threads = app.config.job_threads if app.database.is_postgresql else 0
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job") if threads > 1 else None

    def cycle(self) -> int:
        """Claim one batch and work it; the number of jobs claimed."""
        deadline = self._app.clock.monotonic() + LEASE_S - MARGIN_S
        if not self._is_due():
            return 0
        with self._app.queue() as queue:
            jobs = queue.claim(self._worker, limit=BATCH)
        if jobs:
            crashpoint("job.after_claim")
        shared = [job for job in jobs if job.kind in self._together]
        alone = [job for job in jobs if job.kind not in self._together] if len(shared) > 1 else jobs
        if len(shared) > 1 and not self._run_together(shared, deadline):
            alone = jobs  # one of them fails: each for itself, so that the others go on
        run = partial(self._run, deadline=deadline)
        list(self._pool.map(run, alone) if self._pool else map(run, alone))
        return len(jobs)

    def _run_together(self, jobs: Sequence[Job], deadline: float) -> bool:
        """All of these in one transaction; False, and nothing is done, where one of them fails."""
        if self._stopping.is_set() or self._app.clock.monotonic() > deadline:
            return False
        try:
            with self._app.transaction() as s:
                for job in jobs:
                    check_attempts(job)
                    s.jobs.start(job)
                    self._handler(job.kind)(s, job)
                    s.jobs.finish()
                crashpoint("job.before_commit")
            crashpoint("job.after_commit")
        except Exception as wrong:  # noqa: BLE001 - each is run again for itself, and what it does then is logged and kept
            _log.info("jobs are worked one by one", jobs=len(jobs), error_type=type(wrong).__name__)
            return False
        return True

    def _is_due(self) -> bool:
        """Looked up by reading first: an idle loop must not queue for SQLite's one writer."""
        with self._app.queue(reading=True) as queue:
            due = queue.next_due(WORK)
            return due is not None and due <= queue.now

    def pause_s(self) -> float:
        """Seconds until the next job is due."""
        with self._app.queue(reading=True) as queue:
            due = queue.next_due(WORK)
            return BACKSTOP_S if due is None else max(0.0, (due - queue.now).total_seconds())

    def close(self) -> None:
        """End the threads."""
        if self._pool:
            self._pool.shutdown()

    def _run(self, job: Job, deadline: float) -> None:
        if self._stopping.is_set() or self._app.clock.monotonic() > deadline:
            with self._app.queue() as queue:
                queue.release([job])
            return
        try:
            check_attempts(job)
            handler = self._handler(job.kind)
            with self._app.transaction() as s:
                s.jobs.start(job)
                handler(s, job)
                s.jobs.finish()
                crashpoint("job.before_commit")
            crashpoint("job.after_commit")
        except Exception as wrong:  # noqa: BLE001 - whatever one job does, its neighbours go on; the cause is logged and kept
            give_up(self._app, job, wrong)

    def _handler(self, kind: str) -> Callable[[Services, Job], object]:
        if kind not in self._handlers:
            raise NotFound("handler of jobs of kind", kind, known=self._handlers, hint="it was set by another version")
        return self._handlers[kind]


def _handlers(app: App) -> Mapping[str, Callable[[Services, Job], object]]:
    """Job kind to what is called for it: the rows of both tables."""
    found: dict[str, Callable[[Services, Job], object]] = {row.kind: row.then for row in app.timers}
    for row in app.reactions:
        found[row.job_kind] = partial(_react, row.then)
    return found


def _react(then: Callable[..., object], s: Services, job: Job) -> object:
    return then(s, s.events.get(EventId(job.key)))


class DeadlyJob(RuntimeError):
    """The job was claimed as often as it may and never came back: its workers died."""


def check_attempts(job: Job) -> None:
    """Raise DeadlyJob for a job that killed its worker as often as a job may fail."""
    if job.attempts > MAX_ATTEMPTS:
        raise DeadlyJob(f"its worker died {MAX_ATTEMPTS} times while doing it")


def give_up(app: App, job: Job, wrong: Exception) -> None:
    """Keep why a job failed: try again later, or park it and say so. A lost lease needs nothing: the work was undone."""
    if isinstance(wrong, LeaseLost):
        _log.info("job lost its lease", job_kind=job.kind, job_key=job.key)
        return
    error = f"{type(wrong).__name__}: {wrong}"
    with app.transaction() as s:
        if isinstance(wrong, Unavailable):
            s.queue.retry_after(job, wrong.retry_after_s, error)
            parked = False
        else:
            parked = s.queue.fail(job, error)
        if parked:
            s.events.publish(JobParked(job.kind, job.key, job.attempts, error), subject=job.id, cause=job.key or None)
    say = _log.error if parked else _log.warning
    say(
        "job parked" if parked else "job failed, will be tried again",
        job_kind=job.kind,
        job_key=job.key,
        attempts=job.attempts,
        error_type=type(wrong).__name__,
        error_message=str(wrong),
        exc_info=None if isinstance(wrong, Unavailable) else wrong,
    )
