"""The worker's side: take what is queued, keep hold of it, record what came of it, and say so of what nobody holds any more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from watchbill.execution.model import Execution, ExecutionStatus, Outcome
from watchbill.execution.rules.expected import Search, is_expected
from watchbill.execution.service.executions import ExecutionService
from watchbill.kernel.errors import Invalid
from watchbill.kernel.ids import ExecutionId

__all__ = ["LEASE", "Working"]

# A worker that is gone for so long has died; what it ran is shown as unknown and never run again by itself.
LEASE = timedelta(seconds=30)


class Working:
    """Over one transaction."""

    def __init__(self, service: ExecutionService, search: Search) -> None:
        self._service = service
        self._store = service.store
        self._search = search

    def take(self, worker: str, limit: int) -> Sequence[Execution]:
        """Mark queued ones as started: saved before anything is run, so that a crash is seen."""
        now = self._service.clock.now()
        return self._store.take(worker, at=now, until=now + LEASE, limit=limit)

    def renew(self, ids: Sequence[ExecutionId], worker: str) -> Sequence[Execution]:
        """Hold on to what still runs; those come back that somebody wants stopped."""
        held = self._store.renew(ids, worker, self._service.clock.now() + LEASE) if ids else ()
        return [one for one in held if one.stop_asked_by is not None]

    def began(self, execution: ExecutionId, worker: str, pid: int) -> None:
        """Note the process, so that after a crash a person can look for it."""
        found = self._store.get(execution, lock=True)
        if found is not None and found.worker == worker and found.status is ExecutionStatus.STARTED:
            self._store.save(replace(found, pid=pid))

    def record(self, execution: ExecutionId, worker: str, outcome: Outcome) -> Execution | None:
        """Save what came of it; None where it is this worker's no longer."""
        found = self._store.get(execution, lock=True)
        if found is None or found.worker != worker or found.status is not ExecutionStatus.STARTED:
            return None
        stopped = found.stop_asked_by if outcome.status is ExecutionStatus.STOPPED else None
        ended = replace(
            found,
            status=outcome.status,
            ended_at=self._service.clock.now(),
            lease_until=None,
            exit_code=outcome.exit_code,
            output=outcome.output,
            output_bytes=outcome.output_bytes,
            answer=f"stopped by {stopped}" if stopped else outcome.answer,
            matched=self._matched(found, outcome),
        )
        self._store.save(ended)
        self._service.publish_end(ended, found.decided_by or found.asked_by)
        return ended

    def give_up(self, *, everything: bool = False) -> Sequence[Execution]:
        """Mark as unknown what nobody holds any more. `everything`: nobody else can be running anything."""
        now = self._service.clock.now()
        found = self._store.lost(now + LEASE * 2 if everything else now)
        return [self._unknown(one) for one in found]

    def _unknown(self, lost: Execution) -> Execution:
        may = f"process {lost.pid} may still run" if lost.pid is not None else "it may or may not have begun"
        unknown = replace(
            lost,
            status=ExecutionStatus.UNKNOWN,
            ended_at=self._service.clock.now(),
            lease_until=None,
            answer=f"result unknown: watchbill died meanwhile, {may}; look before you run it again",
        )
        self._store.save(unknown)
        self._service.publish_end(unknown, unknown.decided_by or unknown.asked_by)
        return unknown

    def _matched(self, execution: Execution, outcome: Outcome) -> bool | None:
        """None where it did not come to an end of its own, or where what is expected cannot be judged."""
        if outcome.status not in {ExecutionStatus.DONE, ExecutionStatus.FAILED} or execution.dry_run:
            return None
        try:
            return is_expected(execution.expected, outcome.output, exit_code=outcome.exit_code, search=self._search)
        except Invalid:
            return None
