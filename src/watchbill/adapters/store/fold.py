"""Runs the fold: inbox rows in order into alert state and events, one transaction for each batch of them.

A cycle ticks (expiry, silences that begin or end), then folds what waits. After a crash it goes on at the stored position;
a batch is folded wholly or not at all, so that nothing is doubled or lost. One fold runs at a time: on SQLite the owner's,
on PostgreSQL whoever holds the row of the position.
"""

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection, insert, select, update

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.fold_state import FoldMemory, FoldRows, OwnedFoldRows
from watchbill.adapters.store.inbox import FOLD_MARK, InboxStore, Received
from watchbill.adapters.store.payloads import read
from watchbill.adapters.store.silences import SilenceStore
from watchbill.adapters.store.tables.alerts import alert_marks
from watchbill.alerts.model import Closing, Observation, Silence
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.folding import Fold, Folded
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids

__all__ = ["FoldCycle", "FoldSession"]

BATCH_CLAIMS = 2_000
HEARTBEAT = timedelta(seconds=5)  # how often the tick is written when nothing else is
GRACE = timedelta(minutes=5)  # added to downtime, for senders need a while to notice that we are back
CHECKPOINT_EVERY = timedelta(minutes=4)  # less than GRACE, so that an end that was not written down is always covered
CHECKPOINT_ALERTS = 2_000


class FoldSession(Protocol):
    """What the fold needs of a transaction's services."""

    @property
    def connection(self) -> Connection:
        """The transaction."""

    @property
    def now(self) -> datetime:
        """Its moment."""

    @property
    def events(self) -> EventSink:
        """Takes what happened."""

    @property
    def ids(self) -> Ids:
        """The source of ids."""

    @property
    def router(self) -> Router:
        """The routing tree over the resources that the transaction sees."""

    def silencer_of(self, silences: Sequence[Silence], now: datetime) -> Silencer:
        """The silences that are active at a moment, made ready."""

    def runbook_for(self, alert_name: str) -> str | None:
        """The runbook written for an alert."""


Open = Callable[[], AbstractContextManager[FoldSession]]


@dataclass(slots=True)
class _Mark:
    position: int
    ticked_at: datetime


class FoldCycle:
    """The fold of one process. `step` is one cycle; `position` and `waited` let readers see their own writes."""

    def __init__(self, transaction: Open, reading: Open) -> None:
        self._transaction = transaction
        self._reading = reading
        self._lock = threading.Lock()
        self._memory: FoldMemory | None = None
        self._started = False
        self._silences: tuple[int, Sequence[Silence]] = (-1, ())
        self._applied: frozenset[str] | None = None
        self._checkpointed_at: datetime | None = None
        self._moved = threading.Condition()
        self.position = 0
        self.folded = 0  # claims, for the metrics
        self.ignored = 0

    @property
    def memory(self) -> FoldMemory | None:
        """What this process knows of alerts by heart; None where it does not own them."""
        return self._memory

    def step(self, *, live: bool = True) -> int:
        """One cycle: tick, then fold a batch; how much it did. 0 also where another process folds.

        `live` False only folds, for commands that work on the files while no server runs: expiry waits for the server.
        """
        with self._lock:
            done = self._tick() if live else 0
            return done + self._fold_batch()

    def drain(self, *, live: bool = True) -> int:
        """Cycles until nothing waits."""
        total = 0
        while done := self.step(live=live):
            total += done
        return total

    def wait_for(self, position: int, timeout_s: float) -> bool:
        """Wait until the fold has passed an inbox position; False when the time is over."""
        with self._moved:
            return self._moved.wait_for(lambda: self.position >= position, timeout_s)

    def stop(self) -> None:
        """Write down what is only known by heart, as a graceful stop does."""
        memory = self._memory
        with self._lock:
            while memory is not None and memory.unwritten:
                self._checkpoint()

    # --- one cycle

    def _tick(self) -> int:
        """Expire what fell silent, and apply silences that began or ended."""
        with self._reading() as s:
            mark, now = _mark(s), s.now
            waiting = InboxStore(s.connection).after(mark.position, claims=1, rows=1) if mark else []
            silencer = self._silencer(s, now)
        if not self._started:
            self._start()
        # While claims wait, time stands still at the oldest of them: what it says may keep alive what seems to have expired.
        frontier = min(now, waiting[0].entries[0][0]) if waiting else now
        done = self._run(lambda fold: fold.expire(frontier), silencer)
        if silencer.ids != self._applied:
            done += self._run(Fold.resilence, silencer)
            self._applied = silencer.ids
        self._keep_up(mark, now)
        return done

    def _fold_batch(self) -> int:
        with self._reading() as s:
            mark = _mark(s)
            received = InboxStore(s.connection).after(mark.position if mark else 0, claims=BATCH_CLAIMS)
            silencer = self._silencer(s, s.now)
        if not received:
            return 0
        claims = _claims(received)
        folded = self._run(lambda fold: fold.fold(claims), silencer, upto=received[-1].position)
        self._advance(received[-1].position)
        return folded

    def _run(self, plan: Callable[[Fold], Folded], silencer: Silencer, *, upto: int | None = None) -> int:
        """Plan outside of the write lock where one process owns the alerts, then write in one transaction."""
        with contextlib.ExitStack() as stack:
            s = stack.enter_context(self._reading())
            if is_postgresql(s.connection):
                stack.close()
                return self._run_shared(plan, silencer, upto)
            store = self._owned(s.connection)
            folded = plan(_fold(s, store, silencer))
        if folded.is_empty and upto is None:
            return 0
        with self._transaction() as s:
            writing = self._owned(s.connection)
            self._write(s, _fold(s, writing, silencer), folded, upto)
            crashpoint("before_fold_commit")
        crashpoint("after_fold_commit")
        writing.confirm()
        return self._count(folded)

    def _run_shared(self, plan: Callable[[Fold], Folded], silencer: Silencer, upto: int | None) -> int:
        with self._transaction() as s:
            if not _take_turn(s, upto):
                return 0
            fold = _fold(s, FoldRows(s.connection), silencer)
            folded = plan(fold)
            if folded.is_empty and upto is None:
                return 0
            self._write(s, fold, folded, upto)
            crashpoint("before_fold_commit")
        crashpoint("after_fold_commit")
        return self._count(folded)

    @staticmethod
    def _write(s: FoldSession, fold: Fold, folded: Folded, upto: int | None) -> None:
        fold.save(folded, lambda event, subject, cause: s.events.publish(event, subject=subject, cause=cause))
        if upto is not None:
            _set_mark(s, upto)

    def _count(self, folded: Folded) -> int:
        self.folded += folded.claims
        self.ignored += folded.ignored
        return folded.claims + len(folded.changed)
