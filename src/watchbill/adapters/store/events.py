"""Writes what happened into the running transaction, together with the jobs of the reactions to it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Insert, Row, Text, cast, func, insert, select

from watchbill.adapters.store.bulk import insert_many
from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.tables.spine import events
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Event, Recorded, event_kinds
from watchbill.kernel.ids import EventId, Ids

__all__ = ["EventLog", "recorded"]

_TX = cast(cast(func.pg_current_xact_id(), Text), BigInteger)
_FEW = 5  # more than these are written by one statement


class EventLog:
    """The kernel's EventSink over one connection. Rows are buffered and written in bulk by `flush`, before the commit.

    `reactions` tells the kinds of the jobs that an event sets off (their key is the event's id); `urgency` gives those jobs
    a priority (0 first).
    """

    def __init__(
        self,
        connection: Connection,
        *,
        ids: Ids,
        now: datetime,
        jobs: JobStore,
        reactions: Callable[[Event], Sequence[str]] = lambda _event: (),
        urgency: Callable[[Event], int] = lambda _event: 5,
    ) -> None:
        self._connection = connection
        self._ids = ids
        self._now = now
        self._jobs = jobs
        self._reactions = reactions
        self._urgency = urgency
        self._pending: list[Recorded] = []
        self.published = 0

    def publish(self, event: Event, *, subject: str, cause: str | None) -> Recorded:
        """Save the event with the transaction; each reaction to its kind becomes a job that is due at once."""
        if not event.kind:
            raise ValueError(f"{type(event).__name__} has no kind")
        saved = Recorded(id=self._ids.new(EventId), at=self._now, subject=subject, cause=cause, event=event)
        self._pending.append(saved)
        self.published += 1
        for job_kind in self._reactions(event):
            self._jobs.add(job_kind, saved.id, self._now, priority=self._urgency(event))
        return saved

    def flush(self) -> int:
        """Write what was published since the last flush, in order; the count of it."""
        pending, self._pending = self._pending, []
        if len(pending) > _FEW:
            tx = self._connection.execute(select(_TX)).scalar_one() if is_postgresql(self._connection) else None
            insert_many(self._connection, events, [_row(saved, saved.event) | {"tx": tx} for saved in pending])
        elif pending:
            self._connection.execute(
                _insert(self._connection), [_row(saved, to_builtins(saved.event)) for saved in pending]
            )
        return len(pending)

    def get(self, event_id: EventId) -> Recorded:
        """The event of that id, typed; raises NotFound."""
        self.flush()
        row = self._connection.execute(select(events).where(events.c.id == event_id)).one_or_none()
        if row is None:
            raise NotFound("event", event_id)
        return recorded(row)


def _row(saved: Recorded, payload: object) -> dict[str, object]:
    return {
        "id": saved.id,
        "kind": saved.event.kind,
        "at": saved.at,
        "subject": saved.subject,
        "cause": saved.cause,
        "payload": payload,
    }


def recorded(row: Row[Any]) -> Recorded:  # Any: a row of `events`
    """A row of `events` as the dataclass that was published; raises NotFound when no loaded class has its kind."""
    fields = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    event: Event = from_builtins(fields["payload"], _class_of(fields["kind"]))
    return Recorded(id=fields["id"], at=fields["at"], subject=fields["subject"], cause=fields["cause"], event=event)


@lru_cache(maxsize=512)
def _class_of(kind: str) -> type[Event]:
    known = event_kinds()
    if kind not in known:
        raise NotFound("event class of kind", kind, known=known, hint="the event was written by another version")
    return known[kind]


def _insert(connection: Connection) -> Insert:
    statement = insert(events)
    if is_postgresql(connection):
        statement = statement.values(tx=_TX)
    return statement
