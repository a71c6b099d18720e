"""Runs the fold: inbox rows in order into alert state and events, one transaction for each batch of them.

After a crash it goes on at the stored position; a batch is folded wholly or not at all, so nothing is doubled or lost. One
fold runs at a time: on SQLite the owner's (fold_owned.py), on PostgreSQL that of whoever holds the mark (fold_shared.py).
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from watchbill.adapters.store.fold_marks import FoldMark
from watchbill.adapters.store.fold_memory import FoldMemory
from watchbill.adapters.store.fold_rows import FoldRows
from watchbill.adapters.store.inbox import Received
from watchbill.adapters.store.payloads import read
from watchbill.alerts.ports import FoldStore
from watchbill.alerts.rules.merging import RESOLVE_TIMEOUT
from watchbill.alerts.rules.routing import Router
from watchbill.alerts.rules.silencing import Silencer
from watchbill.alerts.service.folding import Claim, Fold
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.errors import WatchbillError
from watchbill.kernel.events import EventSink
from watchbill.kernel.ids import Ids

__all__ = ["BATCH_CLAIMS", "FoldCycle", "FoldSession", "Open", "fold_over", "heard_until", "save"]

BATCH_CLAIMS = 2_000
GRACE = timedelta(minutes=5)  # added to downtime, for senders need a while to notice that we are back


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
        self.resolve_timeout = RESOLVE_TIMEOUT  # how long a sender is believed that names no end
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

    def passed(self, mark: int) -> int:
        """Up to which position readers of this process see what was folded; `mark` is what the database says."""
        return mark

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

    def _can_fold(self, fold: Fold, claim: Claim) -> bool:
        try:
            fold.fold([claim])
        except (WatchbillError, SQLAlchemyError):
            raise
        except Exception as wrong:  # noqa: BLE001 - as above
            self._set_aside("a claim cannot be folded", wrong)
            return False
        return True

    def _read(self, received: Sequence[Received]) -> list[Claim]:
        claims: list[Claim] = []
        for row in received:
            for received_at, source, body in row.entries:
                try:
                    claims += read(received_at, source, body, len(claims))
                except (msgspec.MsgspecError, KeyError) as wrong:
                    self._set_aside(f"a body of inbox row {row.position} cannot be read", wrong)
        return claims

    def _set_aside(self, what: str, wrong: Exception) -> None:
        import structlog  # it costs a command of the command line a tenth of a second, and hardly ever happens

        self.set_aside += 1
        structlog.get_logger("watchbill.fold").error(
            what, error_type=type(wrong).__name__, error_message=str(wrong), exc_info=wrong
        )

    def _lost_time(self, mark: FoldMark, now: datetime, *, started: bool) -> timedelta | None:
        """How much longer everything that fires may stay unheard, where nobody was there to hear it; None: somebody was."""
        gap = max(now - mark.ticked_at, timedelta(0))
        return gap + GRACE if gap > self.silence or started else None


def fold_over(s: FoldSession, store: FoldStore, silencer: Silencer, resolve_timeout: timedelta) -> Fold:
    """The fold over what a transaction sees."""
    return Fold(
        store=store,
        router=s.router,
        silencer=silencer,
        runbook_for=s.runbook_for,
        ids=s.ids,
        resolve_timeout=resolve_timeout,
    )


def save(s: FoldSession, rows: FoldRows, folded: Folded) -> None:
    """Rows in bulk, then the events in order."""
    rows.save(folded)
    for said in folded.notices:
        s.events.publish(said.event, subject=said.event.alert, cause=said.cause)


def heard_until(received: Sequence[Received]) -> datetime | None:
    """All that was received before this moment is folded; None: nothing says so."""
    return received[-1].entries[-1][0] if received else None
