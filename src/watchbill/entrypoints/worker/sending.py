"""The deliveries loop: what leaves the house. Claimed, sent outside of any transaction, then recorded.

Each channel has its own lane and its own threads, so that a provider that hangs delays nobody else. A crash between the
sending and the recording repeats the delivery once, with the same delivery id.
"""

import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeAlias

import structlog

from watchbill.bootstrap import App
from watchbill.chat.model import Said
from watchbill.entrypoints.worker.loop import BACKSTOP_S
from watchbill.entrypoints.worker.reacting import MARGIN_S, check_attempts, give_up
from watchbill.incidents.model.status import Mailing
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import Unavailable
from watchbill.kernel.jobs import LEASE_S, SENDING, Job
from watchbill.oncall.model.delivery import Outcome, Outgoing, Receipt
from watchbill.postmortems.model import IssueCall, Synced
from watchbill.reactions import Sending
from watchbill.receivers.model import Telling

__all__ = ["Sender"]

Sent: TypeAlias = Outgoing | Telling | Mailing | Said | IssueCall
_RECORD_AGAIN_S = 0.5
_log = structlog.get_logger("watchbill.worker")


class Sender:
    """Keeps as many deliveries of each lane under way as it has threads."""

    def __init__(self, app: App, worker: str, stopping: threading.Event) -> None:
        self._app = app
        self._worker = worker
        self._stopping = stopping
        self._rows = {row.kind: row for row in app.sendings}
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._lock = threading.Lock()
        self._under_way: dict[Future[None], Job] = {}
        self.sent: Counter[tuple[str, ...]] = Counter()  # attempts by lane and outcome, for /metrics

    def cycle(self) -> int:
        """Start what is due in every lane that has a free thread; the number of deliveries started."""
        if self._stopping.is_set():
            return 0
        with self._app.reading() as s:
            if s.pauses.sending() is not None:
                return 0
            queue = s.queue
            due = {lane: queue.next_due(lane) for lane in queue.lanes(SENDING)}
            lanes = [lane for lane, at in due.items() if at is not None and at <= queue.now and self._free(lane)]
        return sum(self._start(lane) for lane in lanes)

    def pause_s(self) -> float:
        """Seconds until the next delivery is due in a lane that has a free thread."""
        with self._app.queue(reading=True) as queue:
            soonest = min(
                (at for lane in queue.lanes(SENDING) if self._free(lane) and (at := queue.next_due(lane))), default=None
            )
            return BACKSTOP_S if soonest is None else max(0.0, (soonest - queue.now).total_seconds())

    def settle(self, timeout_s: float | None = None) -> int:
        """Wait until what is under way has ended, at most so long; the number that has not."""
        with self._lock:
            futures = set(self._under_way)
        return len(wait(futures, timeout_s).not_done)

    def close(self) -> None:
        """End the threads. What is still being sent is given up, so that nothing stays leased: it is sent again by whoever is next."""
        with self._lock:
            pools, unfinished = list(self._pools.values()), list(self._under_way.values())
        for pool in pools:
            pool.shutdown(wait=False, cancel_futures=True)
        if unfinished:
            with self._app.queue() as queue:
                queue.abandon(unfinished)

    def _free(self, lane: str) -> int:
        with self._lock:
            return self._app.config.send_threads - sum(job.lane == lane for job in self._under_way.values())

    def _start(self, lane: str) -> int:
        deadline = self._app.clock.monotonic() + LEASE_S - MARGIN_S
        with self._app.queue() as queue:
            jobs = queue.claim(self._worker, lane=lane, limit=self._free(lane))
        if jobs:
            crashpoint("delivery.after_claim")
        for job in jobs:
            with self._lock:
                pool = self._pools.setdefault(
                    lane, ThreadPoolExecutor(self._app.config.send_threads, thread_name_prefix=lane)
                )
                future = pool.submit(self._deliver, job, deadline)
                self._under_way[future] = job
            future.add_done_callback(self._ended)
        return len(jobs)

    def _ended(self, future: Future[None]) -> None:
        with self._lock:
            job = self._under_way.pop(future)
        if not future.cancelled() and (wrong := future.exception()):
            _log.error(
                "delivery neither recorded nor given up; its lease will run out", job_key=job.key, exc_info=wrong
            )
        self._app.wakeups.wake()

    def _deliver(self, job: Job, deadline: float) -> None:
        try:
            check_attempts(job)
            row = self._rows[job.kind]
            outgoing = self._prepare(row, job)
            if outgoing is None:
                return
            if self._app.clock.monotonic() > deadline:
                # Another worker may have taken the job by now: judged by our own clock, because we may be cut off.
                _log.warning("delivery not sent: its lease ran out before", delivery_id=outgoing.delivery)
                return
            crashpoint("delivery.before_send")
            receipt = self._send(outgoing)
            with self._lock:
                self.sent[job.lane, receipt.outcome] += 1
            crashpoint("delivery.after_send_before_record")
            self._record(row, job, outgoing, receipt, deadline)
            crashpoint("delivery.after_record")
        except Exception as wrong:  # noqa: BLE001 - whatever one delivery does, its neighbours go on; the cause is logged and kept
            give_up(self._app, job, wrong)

    def _prepare(self, row: Sending, job: Job) -> Sent | None:
        with self._app.transaction() as s:
            s.jobs.start(job)
            outgoing = row.prepare(s, job)
            if outgoing is None:
                s.jobs.finish()
            else:
                s.jobs.keep()
            return outgoing

    def _send(self, outgoing: Sent) -> Receipt | Synced:
        if isinstance(outgoing, IssueCall):
            return self._app.roads.trackers.meet(outgoing)
        if isinstance(outgoing, Telling):
            return self._app.receivers.post.send(outgoing)
        if isinstance(outgoing, Mailing):
            return self._app.status.mailings.send(outgoing)
        if isinstance(outgoing, Said):
            return self._app.chat.perform(outgoing)
        channel = self._app.channels.get(outgoing.channel)
        if channel is None:
            return Receipt(Outcome.PERMANENT, f"the channel {outgoing.channel!r} is not set up here")
        return channel.send(outgoing)

    def _record(self, row: Sending, job: Job, outgoing: Sent, receipt: Receipt | Synced, deadline: float) -> None:
        """Save the answer; while the database is away, try again until the lease ends, so that nobody is paged twice."""
        while True:
            try:
                with self._app.transaction() as s:
                    s.jobs.start(job)
                    row.record(s, job, outgoing, receipt)
                    s.jobs.finish()
            except Unavailable:
                if self._app.clock.monotonic() + _RECORD_AGAIN_S > deadline:
                    raise
                self._app.clock.sleep(_RECORD_AGAIN_S)
            else:
                return
