"""Runs the fold: inbox rows in order into alert state and events, one transaction for each batch of them.

After a crash it goes on at the stored position; a batch is folded wholly or not at all, so nothing is doubled or lost. One
fold runs at a time: on SQLite the owner's (OwnedFold), on PostgreSQL that of whoever holds the mark (SharedFold).
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from watchbill.adapters.store.fold_marks import FoldMark, FoldMarks
from watchbill.adapters.store.fold_state import FoldMemory, FoldRows, OwnedFoldRows
from watchbill.adapters.store.inbox import InboxStore, Received
from watchbill.adapters.store.payloads import read
from watchbill.alerts.model import Closing, Observation
from watchbill.alerts.ports import FoldStore
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.folding import Fold, Folded
from watchbill.kernel.crashpoint import crashpoint
from watchbill.kernel.errors import WatchbillError
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids

__all__ = ["FoldCycle", "FoldSession", "OwnedFold", "SharedFold"]

BATCH_CLAIMS = 2_000
GRACE = timedelta(minutes=5)  # added to downtime, for senders need a while to notice that we are back
CHECKPOINT_EVERY = timedelta(
    minutes=4
)  # less than GRACE, so that an end that was not written down yet is covered by it
CHECKPOINT_ALERTS = 2_000
_log = structlog.get_logger("watchbill.fold")


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

    @property
    def silencer(self) -> Silencer:
        """The silences that are active at its moment."""

    def runbook_for(self, alert_name: str) -> str | None:
        """The runbook written for an alert."""


Open = Callable[[], AbstractContextManager[FoldSession]]


class FoldCycle:
    """The fold of one process. `step` is one cycle; `wait_for` lets readers see what was taken in before they asked."""

    heartbeat = timedelta(seconds=5)  # how often the tick is written when nothing else is
    silence = timedelta(seconds=30)  # a longer pause between ticks was downtime

    def __init__(self, transaction: Open, reading: Open, *, is_idle: Callable[[], bool] = lambda: True) -> None:
        self._transaction = transaction
        self._reading = reading
        self._is_idle = is_idle
        self._one_at_a_time = threading.Lock()
        self._moved = threading.Condition()
        self._applied: frozenset[str] | None = None  # the silences by which alerts were last judged
        self._ticked_at: datetime | None = None
        self.position = 0
        self.folded = 0  # claims, for the metrics
        self.ignored = 0
        self.set_aside = (
            0  # bodies and claims that could not be folded; the inbox keeps them for as long as it keeps any
        )

    @property
    def memory(self) -> FoldMemory | None:
        """What this process knows of alerts by heart; None where it does not own them."""
        return None

    def step(self, *, live: bool = True) -> int:
        """One cycle: fold a batch, then expire and silence what the time has come for; how much it did.

        `live` False only folds, for commands that work on the files while no server runs: the rest waits for the server.
        """
        with self._one_at_a_time:
            return self._step(live=live)

    def drain(self, *, live: bool = True) -> int:
        """Cycles until nothing is left to do; how much they did."""
        total = 0
        while done := self.step(live=live):
            total += done
        return total

    def wait_for(self, position: int, timeout_s: float) -> bool:
        """Wait until the fold has passed an inbox position; False when the time is over."""
        with self._moved:
            return self._moved.wait_for(lambda: self.position >= position, timeout_s)

    def stop(self) -> None:
        """Write down what is known by heart only, as a graceful stop does."""

    def _step(self, *, live: bool) -> int:
        raise NotImplementedError

    def _advance(self, position: int) -> None:
        with self._moved:
            self.position = max(position, self.position)
            self._moved.notify_all()

    def _note(self, folded: Folded) -> int:
        self.folded += folded.claims
        self.ignored += folded.ignored
        return folded.claims + len(folded.changed)

    def _judge(self, fold: Fold, received: Sequence[Received]) -> Folded:
        """Fold the claims. One that cannot be folded must not stop those behind it: it is set aside, counted and logged."""
        claims = self._read(received)
        try:
            return fold.fold(claims)
        except (WatchbillError, SQLAlchemyError):
            raise  # the database's trouble, not the claims'
        except Exception:  # noqa: BLE001 - whatever it is, alerts behind it have to be heard
            good = [claim for claim in claims if self._can_fold(fold, claim)]
            return fold.fold(good)

    def _can_fold(self, fold: Fold, claim: Observation | Closing) -> bool:
        try:
            fold.fold([claim])
        except (WatchbillError, SQLAlchemyError):
            raise
        except Exception as wrong:  # noqa: BLE001 - as above
            self._set_aside("a claim cannot be folded", wrong)
            return False
        return True

    def _read(self, received: Sequence[Received]) -> list[Observation | Closing]:
        claims: list[Observation | Closing] = []
        for row in received:
            for received_at, source, body in row.entries:
                try:
                    claims += read(received_at, source, body, len(claims))
                except (msgspec.MsgspecError, KeyError) as wrong:
                    self._set_aside(f"a body of inbox row {row.position} cannot be read", wrong)
        return claims

    def _set_aside(self, what: str, wrong: Exception) -> None:
        self.set_aside += 1
        _log.error(what, error_type=type(wrong).__name__, error_message=str(wrong), exc_info=wrong)

    def _lost_time(self, mark: FoldMark, now: datetime, *, started: bool) -> timedelta | None:
        """How much longer everything that fires may stay unheard, where nobody was there to hear it; None: somebody was."""
        gap = max(now - mark.ticked_at, timedelta(0))
        return gap + GRACE if gap > self.silence or started else None


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

    def stop(self) -> None:
        """Write down every end that has moved."""
        with self._one_at_a_time:
            while self._memory.unwritten:
                self._checkpoint()

    def _step(self, *, live: bool) -> int:
        if live and self._ticked_at is None:
            self._start()
        idle = self._is_idle()
        with self._reading() as s:
            now, silencer = s.now, s.silencer
            mark = FoldMarks(s.connection).read() or FoldMark(0, now)
            received = InboxStore(s.connection).after(mark.position, claims=BATCH_CLAIMS)
            self._load(s)
            folded = self._judge(_fold(s, OwnedFoldRows(s.connection, self._memory), silencer), received)
        position = received[-1].position if received else mark.position
        done = self._write(folded, FoldMark(position, now) if received else None)
        self._advance(position)
        if live:
            # Whatever is not folded yet was received after `now`, or at least after the last that was.
            drained = idle and sum(row.claims for row in received) < BATCH_CLAIMS
            done += self._tick(now if drained else _heard_until(received), now, silencer)
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
            self._beat(now)
        return done

    def _beat(self, now: datetime) -> None:
        with self._transaction() as s:
            marks = FoldMarks(s.connection)
            mark = marks.read()
            if mark is not None and (lost := self._lost_time(mark, now, started=False)):
                FoldRows(s.connection).prolong(lost)
                self._is_loaded = False
            marks.tick(now)
        self._ticked_at = now

    def _plan_and_write(self, silencer: Silencer, plan: Callable[[Fold], Folded]) -> int:
        with self._reading() as s:
            folded = plan(_fold(s, OwnedFoldRows(s.connection, self._memory), silencer))
        return self._write(folded, None)

    def _write(self, folded: Folded, mark: FoldMark | None) -> int:
        if folded.is_empty and mark is None:
            return 0
        with self._transaction() as s:
            rows = OwnedFoldRows(s.connection, self._memory)
            _save(s, rows, folded)
            if mark is not None:
                FoldMarks(s.connection).write(mark)
                self._ticked_at = mark.ticked_at
            crashpoint("before_fold_commit")
        crashpoint("after_fold_commit")
        rows.confirm()
        return self._note(folded)

    def _checkpoint(self) -> None:
        with self._transaction() as s:
            rows = OwnedFoldRows(s.connection, self._memory)
            written = rows.checkpoint(CHECKPOINT_ALERTS)
        rows.settle(written)


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
            crashpoint("before_fold_commit")
        crashpoint("after_fold_commit")
        self._advance(position)
        return done

    def _work(self, s: FoldSession, mark: FoldMark, now: datetime, *, live: bool) -> tuple[int, int]:
        rows = FoldRows(s.connection)
        if live and (lost := self._lost_time(mark, now, started=False)):
            rows.prolong(lost)
        fold = _fold(s, rows, s.silencer)
        received = InboxStore(s.connection).after(mark.position, claims=BATCH_CLAIMS)
        done = self._apply(s, rows, self._judge(fold, received))
        if live:
            frontier = now - self._in_flight if not received else _heard_until(received)
            if frontier is not None:
                done += self._apply(s, rows, fold.expire(frontier))
            if s.silencer.ids != self._applied:
                done += self._apply(s, rows, fold.resilence())
                self._applied = s.silencer.ids
        return done, received[-1].position if received else mark.position

    def _apply(self, s: FoldSession, rows: FoldRows, folded: Folded) -> int:
        _save(s, rows, folded)
        return self._note(folded)


def _fold(s: FoldSession, store: FoldStore, silencer: Silencer) -> Fold:
    return Fold(store=store, router=s.router, silencer=silencer, runbook_for=s.runbook_for, ids=s.ids)


def _save(s: FoldSession, rows: FoldRows, folded: Folded) -> None:
    """Rows in bulk, then the events in order."""
    rows.save(folded.opened, folded.changed, folded.standing)
    for said in folded.notices:
        s.events.publish(said.event, subject=said.event.alert, cause=said.cause)


def _heard_until(received: Sequence[Received]) -> datetime | None:
    """All that was received before this moment is folded; None: nothing says so."""
    return received[-1].entries[-1][0] if received else None
