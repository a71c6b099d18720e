"""Later work as rows: set, claimed, finished, retried, parked; each job once, whoever races for it."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.queue import JobQueue, backoff
from watchbill.adapters.store.tables.spine import jobs
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import IdSource
from watchbill.kernel.jobs import LEASE_S, MAX_ATTEMPTS, Job, LeaseLost, sending_lane


class Bench:
    """Both sides of the jobs over one database, each step in a transaction of its own."""

    def __init__(self, database: Database, clock: ManualClock, ids: IdSource) -> None:
        self.database, self.clock, self.ids = database, clock, ids

    @contextmanager
    def store(self) -> Iterator[JobStore]:
        """The domains' side."""
        with self.database.begin() as connection:
            store = JobStore(connection, ids=self.ids, now=self.clock.now())
            yield store
            store.flush()

    @contextmanager
    def queue(self) -> Iterator[JobQueue]:
        """The worker's side."""
        with self.database.begin() as connection:
            yield JobQueue(connection, now=self.clock.now())

    def set(self, key: str, after_s: float = 0, *, priority: int = 5, lane: str = "work") -> None:
        """Schedule a job of kind `k`."""
        with self.store() as store:
            store.schedule("k", key, self.clock.now() + timedelta(seconds=after_s), {"n": key}, priority=priority, lane=lane)

    def claim(self, worker: str = "w1", *, limit: int = 50, lane: str = "work") -> list[Job]:
        """Claim in a transaction of its own."""
        with self.queue() as queue:
            return queue.claim(worker, limit=limit, lane=lane)

    def finish(self, job: Job) -> None:
        """Work a job that does nothing."""
        with self.store() as store:
            store.start(job)
            store.finish()

    def row(self, key: str) -> dict[str, object]:
        """The stored row."""
        with self.database.read() as connection:
            return dict(connection.execute(select(jobs).where(jobs.c.key == key)).mappings().one())


@pytest.fixture
def bench(database: Database, clock: ManualClock, ids: IdSource) -> Bench:
    """The bench over each database."""
    return Bench(database, clock, ids)


def test_a_job_is_claimed_when_it_is_due_and_not_before(bench: Bench) -> None:
    """At its very due time it is due."""
    bench.set("a", after_s=10)
    early = bench.claim()
    bench.clock.forward(timedelta(seconds=10))
    due = bench.claim()

    assert early == []
    assert [(job.key, job.payload, job.attempts, job.fence) for job in due] == [("a", {"n": "a"}, 1, 1)]


def test_what_was_done_is_never_claimed_again(bench: Bench) -> None:
    """Finished is finished, whatever time goes by."""
    bench.set("a")
    bench.finish(bench.claim()[0])
    bench.clock.forward(timedelta(days=1))

    assert bench.claim() == []


def test_the_most_urgent_come_first_and_then_the_oldest(bench: Bench) -> None:
    """After downtime a P0 that came due last still goes before everything else."""
    for key, after_s, priority in [("late", -1, 5), ("old", -9, 5), ("severe", -1, 0), ("log", -99, 9)]:
        bench.set(key, after_s, priority=priority)

    assert [job.key for job in bench.claim()] == ["severe", "old", "late", "log"]


def test_a_claim_takes_no_more_than_its_limit(bench: Bench) -> None:
    """The rest stays for others."""
    for number in range(7):
        bench.set(f"k{number}")

    assert [len(bench.claim(limit=3)) for _ in range(4)] == [3, 3, 1, 0]


def test_lanes_do_not_mix(bench: Bench) -> None:
    """Deliveries wait in the lane of their channel."""
    bench.set("a", lane=sending_lane("smtp"))
    bench.set("b", lane=sending_lane("webhook"))
    bench.set("c")
    with bench.queue() as queue:
        lanes = queue.lanes("send:")

    assert lanes == ["send:smtp", "send:webhook"]
    assert [job.key for job in bench.claim(lane="send:smtp")] == ["a"]


def test_setting_a_job_again_replaces_when_and_what(bench: Bench) -> None:
    """One job for each kind and key: the last word counts."""
    bench.set("a")
    with bench.store() as store:
        store.schedule("k", "a", bench.clock.now() + timedelta(hours=1), {"n": "other"})
    now = bench.claim()
    bench.clock.forward(timedelta(hours=1))

    assert now == []
    assert [job.payload for job in bench.claim()] == [{"n": "other"}]


def test_a_job_that_was_done_can_be_set_again(bench: Bench) -> None:
    """A timer with the same key runs once more, with fresh attempts."""
    bench.set("a")
    bench.finish(bench.claim()[0])
    bench.set("a")

    assert [job.attempts for job in bench.claim()] == [1]


def test_a_cancelled_job_does_not_run(bench: Bench) -> None:
    """And cancelling what nobody set is fine."""
    bench.set("a")
    with bench.store() as store:
        store.cancel("k", "a")
        store.cancel("k", "nobody set this")

    assert bench.claim() == []


@pytest.mark.parametrize("change", ["cancel", "set again", "taken over"])
def test_whoever_lost_the_lease_cannot_finish(bench: Bench, change: str) -> None:
    """A job that was changed while it was worked refuses its worker, whose transaction is undone."""
    bench.set("a")
    job = bench.claim()[0]
    with pytest.raises(LeaseLost), bench.store() as store:
        store.start(job)
        store.keep()
    if change == "cancel":
        with bench.store() as other:
            other.cancel("k", "a")
    elif change == "set again":
        bench.set("a")
    else:
        bench.clock.forward(timedelta(seconds=LEASE_S))
        bench.claim("w2")
    with pytest.raises(LeaseLost), bench.store() as store:
        store.start(job)
