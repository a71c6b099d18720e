"""Later work as rows, from the side of those who set it: set and dropped inside their transaction, finished with the fence.

A job is claimed in one short transaction (`queue.py`) and worked in another, so that no row stays locked while something
slow happens. Every claim and every change from outside raises `fence`; whoever finishes must show the fence of the claim.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql

from watchbill.adapters.store.bulk import insert_many
from watchbill.adapters.store.dialects import insert_for, is_postgresql
from watchbill.adapters.store.tables.spine import jobs
from watchbill.kernel.ids import Ids, JobId
from watchbill.kernel.jobs import WORK, Job, LeaseLost

__all__ = ["OPEN", "JobStore", "change"]

OPEN = and_(jobs.c.done_at.is_(None), jobs.c.parked_at.is_(None))
Values = dict[str, object]
# Statements are built once: building them for each job cost more than running them.
_STILL_HELD = and_(jobs.c.id == bindparam("this"), jobs.c.fence == bindparam("shown"), OPEN)
_LOOK = select(jobs.c.id).where(_STILL_HELD)
_CHANGE = update(jobs).where(_STILL_HELD)
_DROP = delete(jobs).where(jobs.c.kind == bindparam("kind"), jobs.c.key == bindparam("key"), jobs.c.done_at.is_(None))


class JobStore:
    """The kernel's Jobs over one connection; `start` and `finish` frame the transaction that works a job."""

    def __init__(self, connection: Connection, *, ids: Ids, now: datetime) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now
        self._added: list[Values] = []
        self._running: Job | None = None
        self.touched = False  # whether anything was set: the transaction then wakes the worker

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
        self._connection.execute(_set_anew(is_postgresql(self._connection)), row)
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
        self._connection.execute(_DROP, {"kind": kind, "key": key})

    def flush(self) -> None:
        """Write what was added since the last flush."""
        added, self._added = self._added, []
        insert_many(self._connection, jobs, added)

    def start(self, job: Job) -> None:
        """Say which job this transaction works, so that it may set or drop that very job itself.

        Raises LeaseLost when the job was dropped, set anew or taken over meanwhile: do no work then.
        """
        if self._connection.execute(_LOOK, {"this": job.id, "shown": job.fence}).one_or_none() is None:
            raise _lost(job)
        self._running = job

    def keep(self) -> None:
        """End the transaction's work on the started job without finishing it: a later transaction does."""
        self._running = None

    def finish(self) -> None:
        """Mark the started job done; raises LeaseLost when it is gone, and the transaction must be rolled back."""
        job, self._running = self._running, None
        if job is not None:
            self._must_change(job, done_at=self._now, claimed_by=None, lease_until=None, last_error=None)

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

    def _give_up_lease(self, kind: str, key: str) -> None:
        """A timer that sets itself again ends its present run; without the lease any more, all its work is undone."""
        if self._running is not None and (self._running.kind, self._running.key) == (kind, key):
            job, self._running = self._running, None
            self._must_change(job, claimed_by=None, lease_until=None)

    def _must_change(self, job: Job, **values: object) -> None:
        if not change(self._connection, job, **values):
            raise _lost(job)


def change(connection: Connection, job: Job, **values: object) -> bool:
    """Change a claimed job; False, and nothing changed, when its fence has risen since the claim."""
    return connection.execute(_CHANGE, {**values, "this": job.id, "shown": job.fence}).rowcount == 1


@cache
def _set_anew(on_postgresql: bool) -> postgresql.Insert:  # noqa: FBT001 - a key of the cache
    """INSERT of one job, or, where (kind, key) is there already, everything about it anew but its identity."""
    statement = insert_for(jobs, on_postgresql=on_postgresql)
    kept = {"id", "kind", "key", "created_at", "fence"}
    renewed = {column.name: statement.excluded[column.name] for column in jobs.c if column.name not in kept}
    return statement.on_conflict_do_update(index_elements=["kind", "key"], set_={**renewed, "fence": jobs.c.fence + 1})


def _lost(job: Job) -> LeaseLost:
    message = f"job {job.kind} {job.key!r} was dropped, changed or taken over meanwhile"
    return LeaseLost(message, hint="its work was undone")
