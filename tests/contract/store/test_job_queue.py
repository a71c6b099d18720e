"""Later work as rows: set, claimed, finished, retried, parked; each job once, whoever races for it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.queue import JobQueue, backoff
from watchbill.adapters.store.tables.spine import jobs
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import IdSource, JobId
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
            store.schedule(
                "k", key, self.clock.now() + timedelta(seconds=after_s), {"n": key}, priority=priority, lane=lane
            )

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
def test_whoever_lost_the_lease_cannot_start(bench: Bench, change: str) -> None:
    """A job that was changed after the claim refuses its worker before it does anything."""
    bench.set("a")
    job = bench.claim()[0]
    _change(bench, change)

    with pytest.raises(LeaseLost), bench.store() as store:
        store.start(job)


def test_whoever_loses_the_lease_on_the_way_cannot_finish(bench: Bench) -> None:
    """The work of a worker whose lease ran out is undone, because finishing needs the fence of its own claim."""
    bench.set("a")
    job = bench.claim()[0]
    bench.clock.forward(timedelta(seconds=LEASE_S))
    taken_over = bench.claim("w2")[0]
    with pytest.raises(LeaseLost), bench.store() as store:  # noqa: PT012 - the block is what fails
        store._running = job  # as if `start` had looked just before the other's claim
        store.add("k", "written by the loser", bench.clock.now())
        store.finish()
    bench.finish(taken_over)

    assert taken_over.fence > job.fence
    with bench.queue() as queue:
        assert queue.depth() == {"waiting": 0, "due": 0, "leased": 0, "parked": 0}


def test_a_lease_protects_until_it_ends(bench: Bench) -> None:
    """Nobody else gets the job before; at the end of the lease anybody does."""
    bench.set("a")
    bench.claim()
    bench.clock.forward(timedelta(seconds=LEASE_S) - timedelta(microseconds=1))
    before = bench.claim("w2")
    bench.clock.forward(timedelta(microseconds=1))

    assert before == []
    assert [(job.attempts, job.fence) for job in bench.claim("w2")] == [(2, 2)]


def test_a_timer_may_set_itself_again_in_its_own_transaction(bench: Bench) -> None:
    """Setting the running job ends this run: finishing then has nothing left to do, and the next run comes."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.store() as store:
        store.start(job)
        store.schedule("k", "a", bench.clock.now() + timedelta(minutes=5), {"n": "next"})
        store.finish()
    bench.clock.forward(timedelta(minutes=5))

    assert [(job.payload, job.attempts) for job in bench.claim()] == [({"n": "next"}, 1)]


def test_a_timer_may_drop_itself(bench: Bench) -> None:
    """The same for cancelling: nothing is left of it."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.store() as store:
        store.start(job)
        store.cancel("k", "a")
        store.finish()
    bench.clock.forward(timedelta(days=1))

    assert bench.claim() == []


def test_failures_are_tried_again_with_a_growing_pause_and_then_parked(bench: Bench) -> None:
    """Five attempts, 1, 4, 16 and 64 s apart at most, and then a person is needed."""
    bench.set("a")
    pauses = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        job = bench.claim()[0]
        with bench.queue() as queue:
            parked = queue.fail(job, f"boom {attempt}")
        pauses.append(backoff(job).total_seconds())
        bench.clock.forward(backoff(job))

        assert parked == (attempt == MAX_ATTEMPTS)
    row = bench.row("a")

    assert [0.75 * most <= pause <= most for pause, most in zip(pauses, (1, 4, 16, 64, 256), strict=True)] == [True] * 5
    assert (bench.claim(), row["last_error"], row["attempts"]) == ([], "boom 5", 5)
    with bench.queue() as queue:
        assert queue.depth()["parked"] == 1


def test_a_parked_job_runs_again_when_a_person_says_so(bench: Bench) -> None:
    """With fresh attempts; a job that is not parked stays as it is."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.queue() as queue:
        queue.park(job, "boom")
    with bench.queue() as queue:
        shown = [(one.job.key, one.error) for one in queue.parked()]
        done = [queue.unpark(job.id), queue.unpark(job.id), queue.unpark(JobId("job_unknown"))]

    assert (shown, done) == ([("a", "boom")], [True, False, False])
    assert [job.attempts for job in bench.claim()] == [1]


def test_attempts_are_counted_before_the_work(bench: Bench) -> None:
    """A job that kills its worker each time is seen to be on its sixth claim, and can be parked unworked."""
    bench.set("a")
    attempts = []
    for _ in range(MAX_ATTEMPTS + 1):
        attempts.append(bench.claim()[0].attempts)
        bench.clock.forward(timedelta(seconds=LEASE_S))

    assert attempts == [1, 2, 3, 4, 5, 6]


def test_a_released_job_is_free_at_once_and_its_claim_does_not_count(bench: Bench) -> None:
    """What a graceful stop gives back."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.queue() as queue:
        queue.release([job])

    assert [(job.attempts, job.fence) for job in bench.claim("w2")] == [(1, 2)]


def test_an_abandoned_job_is_free_and_its_worker_locked_out(bench: Bench) -> None:
    """Even before anybody else claims it."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.queue() as queue:
        queue.abandon([job])
    with pytest.raises(LeaseLost), bench.store() as store:
        store.start(job)

    assert [job.attempts for job in bench.claim("w2")] == [2]


def test_a_process_that_is_alone_takes_up_what_a_dead_one_held(bench: Bench) -> None:
    """Leased jobs are free at once, their attempts stay counted, and whoever held them is locked out; others are not touched."""
    for key in ("held", "later"):
        bench.set(key, after_s=0 if key == "held" else 60)
    held = bench.claim()[0]
    with bench.queue() as queue:
        freed = queue.reclaim()
    with pytest.raises(LeaseLost), bench.store() as store:
        store.start(held)

    assert freed == 1
    assert [(job.key, job.attempts) for job in bench.claim("w2")] == [("held", 2)]
    assert bench.row("later")["fence"] == 0


def test_waiting_for_what_is_away_is_no_attempt(bench: Bench) -> None:
    """The job comes back after the time that was asked for."""
    bench.set("a")
    job = bench.claim()[0]
    with bench.queue() as queue:
        queue.retry_after(job, 30, "the database was away")
    early = bench.claim()
    bench.clock.forward(timedelta(seconds=30))

    assert early == []
    assert [job.attempts for job in bench.claim()] == [1]


def test_the_next_due_time_is_known(bench: Bench) -> None:
    """Leased jobs do not count until their lease ends."""
    with bench.queue() as queue:
        nothing = queue.next_due()
    bench.set("later", after_s=60, priority=9)
    bench.set("now", priority=0)
    bench.claim()
    with bench.queue() as queue:
        due = queue.next_due()

    assert nothing is None
    assert due == bench.clock.now() + timedelta(seconds=60)


def test_done_jobs_are_deleted_after_their_time(bench: Bench) -> None:
    """Open ones never are."""
    bench.set("a")
    bench.finish(bench.claim()[0])
    bench.set("b")
    with bench.queue() as queue:
        deleted = [queue.tidy(bench.clock.now()), queue.tidy(bench.clock.now() + timedelta(seconds=1))]

    assert deleted == [0, 1]
    assert [job.key for job in bench.claim()] == ["b"]


def test_many_are_added_in_one_statement(bench: Bench) -> None:
    """Reactions to a flood of events."""
    with bench.store() as store:
        for number in range(1_000):
            store.add("k", f"{number:04}", bench.clock.now())

    assert [job.key for job in bench.claim(limit=2_000)] == [f"{number:04}" for number in range(1_000)]


def test_workers_that_race_do_each_job_once(bench: Bench) -> None:
    """Four threads claim and finish 400 jobs: every job is worked exactly once, and no two leases overlap."""
    with bench.store() as store:
        for number in range(400):
            store.add("k", str(number), bench.clock.now())
    worked: Counter[str] = Counter()
    errors: list[Exception] = []

    def work(name: str) -> None:
        try:
            while claimed := bench.claim(name, limit=7):
                for job in claimed:
                    bench.finish(job)
                    worked[job.key] += 1
        except Exception as wrong:  # noqa: BLE001 - shown by the assertion below
            errors.append(wrong)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert (len(worked), set(worked.values())) == (400, {1})


def _change(bench: Bench, how: str) -> None:
    if how == "cancel":
        with bench.store() as other:
            other.cancel("k", "a")
    elif how == "set again":
        bench.set("a")
    else:
        bench.clock.forward(timedelta(seconds=LEASE_S))
        bench.claim("w2")
