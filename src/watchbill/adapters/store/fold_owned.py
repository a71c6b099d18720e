"""The fold where one process owns the alerts (SQLite): memory first, then one bulk transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from watchbill.adapters.store.fold import BATCH_CLAIMS, FoldCycle, FoldSession, Open, fold_over, heard_until, save
from watchbill.adapters.store.fold_marks import FoldMark, FoldMarks
from watchbill.adapters.store.fold_memory import FoldMemory, OwnedFoldRows
from watchbill.adapters.store.fold_rows import FoldRows
from watchbill.adapters.store.inbox import InboxStore
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.folding import Fold
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.crashpoint import crashpoint

__all__ = ["OwnedFold"]

CHECKPOINT_EVERY = timedelta(
    minutes=4
)  # less than GRACE, so that an end that was not written down yet is covered by it
CHECKPOINT_ALERTS = 2_000


class OwnedFold(FoldCycle):
    """The fold of the one process that owns a SQLite directory: memory first, then one bulk transaction."""

    def __init__(self, transaction: Open, reading: Open, *, is_idle: Callable[[], bool] = lambda: True) -> None:
        super().__init__(transaction, reading, is_idle=is_idle)
        self._memory = FoldMemory()
        self._is_loaded = False
        self._checkpointed_at: datetime | None = None

    @property
    def memory(self) -> FoldMemory:
        """What this process knows of alerts by heart."""
        return self._memory

    def passed(self, mark: int) -> int:
        """What is known by heart counts: readers look there for ends, and it moves only after the commit of the mark."""
        return self.position or mark

    def stop(self) -> None:
        """Write down every end that has moved, and how far the fold is."""
        with self._one_at_a_time:
            self._write_all_down()
            if self._is_loaded and self._ticked_at is not None:
                self._beat()

    def _step(self, *, live: bool) -> int:
        if live and self._ticked_at is None:
            self._start()
        idle = self._is_idle()
        with self._reading() as s:
            now, silencer = s.now, s.silencer
            self._load(s)
            received = InboxStore(s.connection).after(self.position, claims=BATCH_CLAIMS)
            folded = self._judge(
                fold_over(s, OwnedFoldRows(s.connection, self._memory), silencer, self.resolve_timeout), received
            )
        position = received[-1].position if received else self.position
        done = self._write(folded, FoldMark(position, now)) if received else 0
        self._advance(position)
        if live:
            # Whatever is not folded yet was received after `now`, or at least after the last that was.
            drained = idle and sum(row.claims for row in received) < BATCH_CLAIMS
            done += self._tick(now if drained else heard_until(received), now, silencer)
        return done

    def _start(self) -> None:
        """Everything that fires gets the time during which nobody listened, and some more."""
        with self._transaction() as s:
            marks = FoldMarks(s.connection)
            mark = marks.read()
            if mark is None:
                marks.write(FoldMark(0, s.now))
            elif lost := self._lost_time(mark, s.now, started=True):
                FoldRows(s.connection).prolong(lost)
                marks.tick(s.now)
            now = s.now
        self._is_loaded = False
        self._ticked_at = self._checkpointed_at = now

    def _load(self, s: FoldSession) -> None:
        if not self._is_loaded:
            mark = FoldMarks(s.connection).read()
            self._advance(mark.position if mark else 0)
            OwnedFoldRows(s.connection, self._memory).load_memory()
            self._is_loaded = True

    def _tick(self, frontier: datetime | None, now: datetime, silencer: Silencer) -> int:
        done = 0
        if frontier is not None and self._memory.is_due(frontier):
            done += self._plan_and_write(silencer, lambda fold: fold.expire(frontier))
        if silencer.ids != self._applied:
            done += self._plan_and_write(silencer, Fold.resilence)
            self._applied = silencer.ids
        if self._checkpointed_at is None or now - self._checkpointed_at >= CHECKPOINT_EVERY:
            self._checkpoint()
            self._checkpointed_at = now if not self._memory.unwritten else self._checkpointed_at
        if self._ticked_at is None or now - self._ticked_at >= self.heartbeat:
            if self._ticked_at is not None and now - self._ticked_at > self.silence:
                self._write_all_down()  # the rows are about to be prolonged and learned anew
            self._beat()
        return done

    def _beat(self) -> None:
        """Write down that the fold is alive, and how far it is; repetitions that changed nothing moved it in memory only."""
        with self._transaction() as s:
            marks = FoldMarks(s.connection)
            mark = marks.read()
            if mark is not None and (lost := self._lost_time(mark, s.now, started=False)):
                FoldRows(s.connection).prolong(lost)
                self._is_loaded = False
            marks.write(FoldMark(self.position, s.now))
            self._ticked_at = s.now

    def _plan_and_write(self, silencer: Silencer, plan: Callable[[Fold], Folded]) -> int:
        with self._reading() as s:
            folded = plan(fold_over(s, OwnedFoldRows(s.connection, self._memory), silencer, self.resolve_timeout))
        return self._write(folded, None)

    def _write(self, folded: Folded, mark: FoldMark | None) -> int:
        """Rows and events in one transaction, then memory. Where senders only said "still so", memory is all that moves."""
        if folded.changes_rows:
            with self._transaction() as s:
                save(s, OwnedFoldRows(s.connection, self._memory), folded)
                if mark is not None:
                    FoldMarks(s.connection).write(mark)
                crashpoint("before_fold_commit")
            crashpoint("after_fold_commit")
        self._memory.take(folded)
        return self._note(folded)

    def _write_all_down(self) -> None:
        while self._memory.unwritten:
            self._checkpoint()

    def _checkpoint(self) -> None:
        with self._transaction() as s:
            rows = OwnedFoldRows(s.connection, self._memory)
            written = rows.checkpoint(CHECKPOINT_ALERTS)
        rows.settle(written)
