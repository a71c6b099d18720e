"""Later work as rows, from the worker's side: what is due, claimed under a lease, given back, retried or parked."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, and_, bindparam, delete, func, literal_column, or_, select, update

from watchbill.adapters.store.jobs import OPEN, change
from watchbill.adapters.store.tables.spine import jobs
from watchbill.adapters.store.types import Instant
from watchbill.kernel.ids import JobId
from watchbill.kernel.jobs import LEASE_S, MAX_ATTEMPTS, WORK, Job, Parked

__all__ = ["BACKOFF_CAP_S", "JobQueue", "backoff"]

BACKOFF_CAP_S = 300
_ERROR_LENGTH = 2_000
_PRIORITIES = range(10)
_COLUMNS = tuple(jobs.c[name] for name in Job.__slots__)
_FREE = {"claimed_by": None, "lease_until": None}
# Statements are built once: building them at every look cost more than running them.
_NOW = bindparam("now", type_=Instant)
_CLAIMABLE = and_(
    jobs.c.lane == bindparam("of_lane"), OPEN, or_(jobs.c.lease_until.is_(None), jobs.c.lease_until <= _NOW)
)
# The due time of the next free job of each priority: ten look-ups in the index, however long the queue is.
_NEXT_BY_PRIORITY = select(
    *(
        select(jobs.c.due_at)
        .where(jobs.c.priority == literal_column(str(priority)), _CLAIMABLE)
        .order_by(jobs.c.due_at)
        .limit(literal_column("1"))
        .scalar_subquery()
        for priority in _PRIORITIES
    )
)
# SKIP LOCKED lets workers on PostgreSQL take different rows at once; the CTE keeps the limit exact.
_PICKED = (
    select(jobs.c.id)
    .where(jobs.c.priority == bindparam("of_priority"), jobs.c.due_at <= _NOW, _CLAIMABLE)
    .order_by(jobs.c.due_at, jobs.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("picked")
)
_CLAIM = (
    update(jobs)
    .where(jobs.c.id.in_(select(_PICKED.c.id)))
    .values(
        claimed_by=bindparam("worker"),
        lease_until=bindparam("until"),
        fence=jobs.c.fence + 1,
        attempts=jobs.c.attempts + 1,
    )
    .returning(*_COLUMNS)
)


def backoff(job: Job) -> timedelta:
    """How long to wait after a failure: 1, 4, 16, 64 s ... at most 5 min, less up to a quarter that depends on the job.

    The spread is drawn from the job's id, so that jobs that failed together do not come back together.
    """
    seconds = min(4.0 ** (job.attempts - 1), BACKOFF_CAP_S)
    spread = zlib.crc32(f"{job.id}:{job.attempts}".encode()) / 2**32
    return timedelta(seconds=seconds * (1 - spread / 4))


class JobQueue:
    """The worker's view of the jobs over one connection. `now` is the clock by which leases are judged."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self.now = now

    def claim(self, worker: str, *, lane: str = WORK, limit: int = 50, lease_s: float = LEASE_S) -> list[Job]:
        """Take due jobs of a lane under a lease, the most urgent first; `attempts` counts this claim.

        More attempts than MAX_ATTEMPTS mean that the job killed its workers: do not work it, park it.
        """
        taken: list[Job] = []
        lease_until = self.now + timedelta(seconds=lease_s)
        for priority, due_at in zip(_PRIORITIES, self._next_by_priority(lane), strict=True):
            if due_at is not None and due_at <= self.now and len(taken) < limit:
                given = {"of_lane": lane, "of_priority": priority, "now": self.now, "limit": limit - len(taken)}
                claimed = self._connection.execute(_CLAIM, given | {"worker": worker, "until": lease_until})
                taken += sorted((Job(**row) for row in claimed.mappings()), key=lambda job: (job.due_at, job.id))
        return taken

    def next_due(self, lane: str = WORK) -> datetime | None:
        """When the next job of the lane can be claimed (past moments included); None when none waits."""
        return min((due for due in self._next_by_priority(lane) if due is not None), default=None)

    def lanes(self, prefix: str) -> list[str]:
        """Lanes that begin with the prefix and hold an open job; one index look-up each, however many jobs they hold."""
        found: list[str] = []
        behind = prefix
        while True:
            lane = select(func.min(jobs.c.lane)).where(
                jobs.c.lane > behind, jobs.c.lane.startswith(prefix, autoescape=True), OPEN
            )
            behind = self._connection.execute(lane).scalar() or ""
            if not behind:
                return found
            found.append(behind)

    def fail(self, job: Job, error: str) -> bool:
        """Try again later, or park after the last attempt; True when parked. Nothing happens when the lease was lost."""
        if job.attempts >= MAX_ATTEMPTS:
            return self.park(job, error)
        change(self._connection, job, due_at=self.now + backoff(job), last_error=error[:_ERROR_LENGTH], **_FREE)
        return False

    def park(self, job: Job, error: str) -> bool:
        """Set the job aside for a person; False when the lease was lost."""
        return change(self._connection, job, parked_at=self.now, last_error=error[:_ERROR_LENGTH], **_FREE)

    def retry_after(self, job: Job, seconds: float, error: str) -> bool:
        """Give a claimed job back for later without counting the attempt: what it needs was away."""
        later = self.now + timedelta(seconds=seconds)
        return change(
            self._connection, job, due_at=later, attempts=job.attempts - 1, last_error=error[:_ERROR_LENGTH], **_FREE
        )

    def release(self, claimed: Sequence[Job]) -> None:
        """Give claimed jobs back unworked, as a graceful stop does; the claim does not count as an attempt."""
        for job in claimed:
            change(self._connection, job, attempts=job.attempts - 1, **_FREE)

    def abandon(self, claimed: Sequence[Job]) -> None:
        """Give up jobs in the middle of their work: whoever still works them can no longer finish."""
        for job in claimed:
            change(self._connection, job, fence=job.fence + 1, **_FREE)

    def reclaim(self) -> int:
        """Free everything that is leased, for a process that knows itself to be alone: whoever held it is dead.

        The attempts stay counted, so that a job which kills its workers is parked in the end.
        """
        orphaned = update(jobs).where(OPEN, jobs.c.lease_until > self.now).values(fence=jobs.c.fence + 1, **_FREE)
        return self._connection.execute(orphaned).rowcount

    def parked(self, limit: int = 100) -> list[Parked]:
        """Jobs that were set aside, the newest first."""
        wanted = select(*_COLUMNS, jobs.c.parked_at, jobs.c.last_error).where(jobs.c.parked_at.is_not(None))
        found = self._connection.execute(wanted.order_by(jobs.c.parked_at.desc()).limit(limit)).mappings()
        return [
            Parked(Job(**{name: row[name] for name in Job.__slots__}), row["parked_at"], row["last_error"])
            for row in found
        ]

    def unpark(self, job: JobId) -> bool:
        """Let a parked job run again at once, with fresh attempts; False where it is not parked."""
        parked = and_(jobs.c.id == job, jobs.c.parked_at.is_not(None))
        again = update(jobs).where(parked).values(parked_at=None, attempts=0, due_at=self.now, fence=jobs.c.fence + 1)
        return self._connection.execute(again).rowcount == 1

    def tidy(self, done_before: datetime, limit: int = 5_000) -> int:
        """Delete jobs that were done before a moment; the count of them."""
        old = select(jobs.c.id).where(jobs.c.done_at < done_before).limit(limit)
        return self._connection.execute(delete(jobs).where(jobs.c.id.in_(old))).rowcount

    def depth(self) -> dict[str, int]:
        """How many jobs wait, are due, are leased, and are parked: for /metrics and the doctor."""
        counted = select(
            func.count().filter(OPEN),
            func.count().filter(OPEN, jobs.c.due_at <= self.now),
            func.count().filter(OPEN, jobs.c.lease_until > self.now),
            func.count().filter(jobs.c.parked_at.is_not(None)),
        ).where(jobs.c.done_at.is_(None))
        return dict(zip(("waiting", "due", "leased", "parked"), self._connection.execute(counted).one(), strict=True))

    def waiting(self, prefix: str) -> int:
        """How many open jobs lie in lanes that begin with the prefix."""
        found = select(func.count()).select_from(jobs).where(jobs.c.lane.startswith(prefix, autoescape=True), OPEN)
        return self._connection.execute(found).scalar_one()

    def _next_by_priority(self, lane: str) -> Sequence[datetime | None]:
        return tuple(self._connection.execute(_NEXT_BY_PRIORITY, {"of_lane": lane, "now": self.now}).one())
