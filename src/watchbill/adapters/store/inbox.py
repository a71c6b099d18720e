"""The durable inbox: what was taken in and not yet folded, and for some days afterwards what was.

A row of the table is what one commit took in, for any number of requests: `payload` is MessagePack of a list of
[received (microseconds since 1970), source, body], in the order of arrival.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.tables.alerts import alert_marks, inbox

__all__ = ["FOLD_MARK", "Entry", "InboxStore", "Received"]

FOLD_MARK = "fold"
_LOCK = 0x696E626F78  # "inbox": the advisory lock by which writers on PostgreSQL commit in the order of their positions
_ROW_BYTES = 1 << 20
_ROW_CLAIMS = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One body as it was received; `source` names the form that it has, `claims` how many alerts it speaks of."""

    received_at: datetime
    source: str
    claims: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """One row: what a commit took in."""

    position: int
    size: int
    claims: int
    entries: tuple[tuple[datetime, str, bytes], ...]  # received, source, body


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[int, str, bytes]]).decode


class InboxStore:
    """The inbox over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, entries: Sequence[Entry]) -> int:
        """Write the entries, in order; the position of the last of them. Other writers on PostgreSQL wait until the commit."""
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        position = 0
        for part in _parts(entries):
            payload = _encode([((one.received_at - _EPOCH) // _MICROSECOND, one.source, one.body) for one in part])
            row = {
                "at": part[-1].received_at,
                "claims": sum(one.claims for one in part),
                "size": len(payload),
                "payload": payload,
            }
            written = self._connection.execute(insert(inbox).values(row).returning(inbox.c.position))
            position = int(written.scalar_one())
        return position

    def after(self, position: int, *, claims: int, rows: int = 200) -> list[Received]:
        """Rows after a position, oldest first: as many as hold about so many claims, at least one."""
        found: list[Received] = []
        left = claims
        ahead = (
            select(inbox.c.position, inbox.c.size, inbox.c.claims)
            .where(inbox.c.position > position)
            .order_by(inbox.c.position)
            .limit(rows)
        )
        for row in self._connection.execute(ahead).all():
            if found and row.claims > left:
                break
            left -= row.claims
            payload = self._connection.execute(
                select(inbox.c.payload).where(inbox.c.position == row.position)
            ).scalar_one()
            entries = tuple(
                (_EPOCH + micros * _MICROSECOND, source, body) for micros, source, body in _decode(bytes(payload))
            )
            found.append(Received(row.position, row.size, row.claims, entries))
        return found

    def last_position(self) -> int:
        """The position of the newest row; 0 where nothing ever came in."""
        newest = self._connection.execute(select(func.max(inbox.c.position))).scalar() or 0
        return max(newest, self.folded())

    def folded(self) -> int:
        """The position up to which alerts are folded."""
        found = self._connection.execute(select(alert_marks.c.number).where(alert_marks.c.name == FOLD_MARK)).scalar()
        return int(found or 0)

    def waiting_bytes(self) -> int:
        """How many bytes wait to be folded."""
        waiting = select(func.coalesce(func.sum(inbox.c.size), 0)).where(inbox.c.position > self.folded())
        return int(self._connection.execute(waiting).scalar_one())

    def kept_bytes(self) -> int:
        """How many bytes the inbox holds in all."""
        return int(self._connection.execute(select(func.coalesce(func.sum(inbox.c.size), 0))).scalar_one())

    def tidy(self, *, before: datetime, keep_bytes: int, limit: int = 1_000) -> int:
        """Delete folded rows that are older than a moment, and the oldest beyond a number of bytes; the count of them."""
        folded = self.folded()
        old = select(inbox.c.position).where(inbox.c.position <= folded, inbox.c.at < before).limit(limit)
        done = self._connection.execute(delete(inbox).where(inbox.c.position.in_(old))).rowcount
        excess = self.kept_bytes() - keep_bytes
        doomed: list[int] = []
        oldest = select(inbox.c.position, inbox.c.size).where(inbox.c.position <= folded)
        for row in self._connection.execute(oldest.order_by(inbox.c.position).limit(limit if excess > 0 else 0)):
            if excess <= 0:
                break
            doomed.append(row.position)
            excess -= row.size
        if doomed:
            self._connection.execute(delete(inbox).where(inbox.c.position <= doomed[-1]))
        return done + len(doomed)


def _parts(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Entries in groups that each make a row of bounded size; a single large entry makes one by itself."""
    parts: list[list[Entry]] = []
    size = claims = 0
    for entry in entries:
        if not parts or size + len(entry.body) > _ROW_BYTES or claims + entry.claims > _ROW_CLAIMS:
            parts.append([])
            size = claims = 0
        parts[-1].append(entry)
        size += len(entry.body)
        claims += entry.claims
    return parts
