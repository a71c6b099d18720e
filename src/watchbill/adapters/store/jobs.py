"""Work that is due later, as rows: set and dropped inside a transaction, claimed under a lease, finished only with the fence.

A job is claimed in one short transaction and worked in another, so that no row stays locked while something slow happens.
Every claim and every change from outside raises `fence`; whoever finishes must show the fence of the claim.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.spine import jobs
from watchbill.kernel.errors import Conflict
from watchbill.kernel.ids import Ids, JobId
from watchbill.kernel.jobs import WORK, Job

__all__ = ["BACKOFF_CAP_S", "LEASE_S", "MAX_ATTEMPTS", "JobStore", "LeaseLost", "backoff"]

LEASE_S = 15  # a partitioned worker's jobs are taken over after this
MAX_ATTEMPTS = 5
BACKOFF_CAP_S = 300
_OPEN = and_(jobs.c.done_at.is_(None), jobs.c.parked_at.is_(None))
_COLUMNS = (
    jobs.c.id,
    jobs.c.kind,
    jobs.c.key,
    jobs.c.lane,
    jobs.c.priority,
    jobs.c.due_at,
    jobs.c.payload,
    jobs.c.fence,
    jobs.c.attempts,
)

Values = dict[str, object]


class LeaseLost(Conflict):
    """The job is no longer this worker's: it was dropped, set anew, or its lease ran out and another worker took it."""


def backoff(job: Job) -> timedelta:
    """How long to wait after a failure: 1, 4, 16, 64 s ... at most 5 min, less up to a quarter that depends on the job.

    The spread is drawn from the job's id, so that jobs that failed together do not come back together.
    """
    seconds = min(4.0 ** (job.attempts - 1), BACKOFF_CAP_S)
    spread = zlib.crc32(f"{job.id}:{job.attempts}".encode()) / 2**32
    return timedelta(seconds=seconds * (1 - spread / 4))


class JobStore:
    """The kernel's Jobs over one connection, and the worker's side of it. `now` is the clock of leases."""

    def __init__(self, connection: Connection, *, ids: Ids, now: datetime) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now
        self._added: list[Values] = []
        self._running: Job | None = None
        self.touched = False  # whether anything was set: the transaction then wakes the worker

    # --- the domains' side

    def schedule(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: Mapping[str, object] | None = None,
        *,
        priority: int = 5,
        lane: str = WORK,
    ) -> None:
        """Set the job (kind, key) anew, whatever became of an earlier one: waiting, being worked, done or parked."""
        self._give_up_lease(kind, key)
        row = self._row(kind, key, due_at, payload, priority=priority, lane=lane)
        statement = insert_into(self._connection, jobs).values(row)
        fresh = {
            name: statement.excluded[name]
            for name in (
                "lane",
                "priority",
                "due_at",
                "payload",
                "claimed_by",
                "lease_until",
                "attempts",
                "done_at",
                "parked_at",
                "last_error",
            )
        }
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["kind", "key"], set_={**fresh, "fence": jobs.c.fence + 1})
        )
        self.touched = True

    def add(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: Mapping[str, object] | None = None,
        *,
        priority: int = 5,
        lane: str = WORK,
    ) -> None:
        """Like `schedule` for a key that nobody has used; written in bulk by `flush`."""
        self._added.append(self._row(kind, key, due_at, payload, priority=priority, lane=lane))
        self.touched = True

    def cancel(self, kind: str, key: str) -> None:
        """Drop the job if it has not been done; one that is being worked can then no longer finish."""
        self._give_up_lease(kind, key)
        self._connection.execute(delete(jobs).where(jobs.c.kind == kind, jobs.c.key == key, jobs.c.done_at.is_(None)))

    def flush(self) -> None:
        """Write what was added since the last flush."""
        added, self._added = self._added, []
        if added:
            self._connection.execute(insert(jobs), added)

    # --- the worker's side

    def claim(self, worker: str, *, lane: str = WORK, limit: int = 50, lease_s: float = LEASE_S) -> list[Job]:
        """Take due jobs of a lane under a lease, the most urgent first; jobs that killed their worker too often are parked."""
        urgent = select(jobs.c.priority).distinct().where(self._takeable(lane)).order_by(jobs.c.priority)
        taken: list[Job] = []
        for priority in self._connection.execute(urgent).scalars().all():
            if len(taken) < limit:
                taken += self._claim(worker, lane, priority, limit - len(taken), timedelta(seconds=lease_s))
        for job in taken:
            if job.attempts > MAX_ATTEMPTS:
                self.park(job, f"its worker died {MAX_ATTEMPTS} times while doing it")
        return [job for job in taken if job.attempts <= MAX_ATTEMPTS]

    def lanes_due(self, prefix: str) -> list[str]:
        """Lanes that begin with the prefix and hold a job that could be claimed now."""
        lanes = select(jobs.c.lane).distinct().where(jobs.c.lane.startswith(prefix, autoescape=True), self._takeable())
        return sorted(self._connection.execute(lanes).scalars())

    def start(self, job: Job) -> None:
        """Say which job this transaction works, so that it may set or drop that very job itself.

        Raises LeaseLost when it is gone already (the job was cancelled, set anew or taken over): do no work then.
        """
        held = select(jobs.c.id).where(jobs.c.id == job.id, jobs.c.fence == job.fence, _OPEN)
        if self._connection.execute(held).one_or_none() is None:
            raise _lost(job)
        self._running = job

    def keep(self) -> None:
        """End the transaction's work on the started job without finishing it: a later transaction does."""
        self._running = None

    def finish(self) -> None:
        """Mark the started job done; raises LeaseLost when its lease is gone, and the transaction must be rolled back."""
        self.flush()
        job, self._running = self._running, None
        if job is not None:
            self._held(job, done_at=self._now, claimed_by=None, lease_until=None, last_error=None)

    def fail(self, job: Job, error: str) -> bool:
        """Try again later, or park after the last attempt; True when parked. Nothing happens when the lease was lost."""
        if job.attempts >= MAX_ATTEMPTS:
            return self.park(job, error)
        retry_at = self._now + backoff(job)
        self._change(job, due_at=retry_at, claimed_by=None, lease_until=None, last_error=error[:2000])
        return False

    def park(self, job: Job, error: str) -> bool:
        """Set the job aside for a person; False when the lease was lost."""
        return self._change(job, parked_at=self._now, claimed_by=None, lease_until=None, last_error=error[:2000])

    def release(self, claimed: Sequence[Job]) -> None:
        """Give claimed jobs back unworked, as a graceful stop does; the claim does not count as an attempt."""
        for job in claimed:
            self._change(job, claimed_by=None, lease_until=None, attempts=job.attempts - 1)

    def postpone(self, job: Job, until: datetime) -> bool:
        """Give a claimed job back for a later time without counting the attempt, as a provider's Retry-After asks."""
        return self._change(job, due_at=until, claimed_by=None, lease_until=None, attempts=job.attempts - 1)

    def tidy(self, done_before: datetime, limit: int = 5_000) -> int:
        """Delete jobs that were done before a moment; the count of them."""
        old = select(jobs.c.id).where(jobs.c.done_at < done_before).limit(limit)
        return self._connection.execute(delete(jobs).where(jobs.c.id.in_(old))).rowcount

    def depth(self) -> dict[str, int]:
        """How many jobs wait, are overdue, leased and parked: for /metrics, /readyz and the doctor."""
        due = and_(_OPEN, jobs.c.due_at <= self._now)
        counted = select(
            func.count().filter(_OPEN),
            func.count().filter(due),
            func.count().filter(and_(_OPEN, jobs.c.lease_until > self._now)),
            func.count().filter(jobs.c.parked_at.is_not(None)),
        ).where(jobs.c.done_at.is_(None))
        return dict(zip(("waiting", "due", "leased", "parked"), self._connection.execute(counted).one(), strict=True))

    def next_due(self) -> datetime | None:
        """When the next job is due; None when none waits."""
        found: datetime | None = self._connection.execute(select(func.min(jobs.c.due_at)).where(_OPEN)).scalar()
        return found

    # --- inside

    def _row(
        self, kind: str, key: str, due_at: datetime, payload: Mapping[str, object] | None, **where: object
    ) -> Values:
        return {
            "id": self._ids.new(JobId),
            "kind": kind,
            "key": key,
            "due_at": due_at,
            "payload": dict(payload or {}),
            "claimed_by": None,
            "lease_until": None,
            "fence": 0,
            "attempts": 0,
            "created_at": self._now,
            "done_at": None,
            "parked_at": None,
            "last_error": None,
            **where,
        }

    def _takeable(self, lane: str | None = None) -> ColumnElement[bool]:
        free = or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= self._now)
        return and_(*([jobs.c.lane == lane] if lane is not None else []), jobs.c.due_at <= self._now, _OPEN, free)

    def _claim(self, worker: str, lane: str, priority: int, limit: int, lease: timedelta) -> list[Job]:
        """SKIP LOCKED lets workers on PostgreSQL take different rows at once; the CTE keeps the limit exact."""
        picked = (
            select(jobs.c.id)
            .where(jobs.c.priority == priority, self._takeable(lane))
            .order_by(jobs.c.due_at, jobs.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("picked")
        )
        claimed = self._connection.execute(
            update(jobs)
            .where(jobs.c.id.in_(select(picked.c.id)))
            .values(
                claimed_by=worker, lease_until=self._now + lease, fence=jobs.c.fence + 1, attempts=jobs.c.attempts + 1
            )
            .returning(*_COLUMNS)
        )
        return sorted((Job(**row) for row in claimed.mappings()), key=lambda job: (job.due_at, job.id))

    def _give_up_lease(self, kind: str, key: str) -> None:
        """A timer that sets itself again ends its present run; without the lease any more, all its work is undone."""
        if self._running is not None and (self._running.kind, self._running.key) == (kind, key):
            job, self._running = self._running, None
            self._held(job, claimed_by=None, lease_until=None)

    def _held(self, job: Job, **values: object) -> None:
        if not self._change(job, **values):
            raise Conflict(
                f"job {job.kind} {job.key!r} was taken over or changed meanwhile", hint="its work was undone"
            )

    def _change(self, job: Job, **values: object) -> bool:
        changed = self._connection.execute(
            update(jobs).where(jobs.c.id == job.id, jobs.c.fence == job.fence, _OPEN).values(**values)
        )
        return changed.rowcount == 1


def _lost(job: Job) -> LeaseLost:
    return LeaseLost(f"job {job.kind} {job.key!r} was dropped, changed or taken over meanwhile", hint="its work was undone")
