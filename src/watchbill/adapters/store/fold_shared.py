"""The fold where several processes share the alerts (PostgreSQL): whoever holds the mark folds."""

from datetime import datetime, timedelta

from watchbill.adapters.store.fold import BATCH_CLAIMS, FoldCycle, FoldSession, fold_over, heard_until, save
from watchbill.adapters.store.fold_marks import FoldMark, FoldMarks
from watchbill.adapters.store.fold_rows import FoldRows
from watchbill.adapters.store.inbox import InboxStore
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.crashpoint import crashpoint

__all__ = ["SharedFold"]


class SharedFold(FoldCycle):
    """The fold where several processes share the alerts: whoever holds the mark folds, all in one transaction."""

    heartbeat = timedelta(seconds=1)
    silence = timedelta(seconds=3)
    _in_flight = timedelta(seconds=1)  # between a claim's arrival at any process and its commit

    def _step(self, *, live: bool) -> int:
        with self._transaction() as s:
            now, marks = s.now, FoldMarks(s.connection)
            mark = marks.take(now)
            if mark is None:
                return 0
            done, position = self._work(s, mark, now, live=live)
            if position != mark.position or (live and now - mark.ticked_at >= self.heartbeat):
                marks.write(FoldMark(position, now if live else mark.ticked_at))
            if done:
                crashpoint("before_fold_commit")
        if done:
            crashpoint("after_fold_commit")
        self._advance(position)
        return done

    def _work(self, s: FoldSession, mark: FoldMark, now: datetime, *, live: bool) -> tuple[int, int]:
        rows = FoldRows(s.connection)
        if live and (lost := self._lost_time(mark, now, started=False)):
            rows.prolong(lost)
        fold = fold_over(s, rows, s.silencer, self.resolve_timeout)
        received = InboxStore(s.connection).after(mark.position, claims=BATCH_CLAIMS)
        done = self._apply(s, rows, self._judge(fold, received))
        if live:
            frontier = now - self._in_flight if not received else heard_until(received)
            if frontier is not None:
                done += self._apply(s, rows, fold.expire(frontier))
            if s.silencer.ids != self._applied:
                done += self._apply(s, rows, fold.resilence())
                self._applied = s.silencer.ids
        return done, received[-1].position if received else mark.position

    def _apply(self, s: FoldSession, rows: FoldRows, folded: Folded) -> int:
        save(s, rows, folded)
        return self._note(folded)
