"""The audit log: append-only rows, each of which seals the one before it with a hash."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.tables.spine import audit
from watchbill.adapters.store.types import to_builtins
from watchbill.kernel.instants import to_text

__all__ = ["GENESIS", "AuditEntry", "AuditStore", "Verdict"]

GENESIS = "0" * 64
_LOCK = 0x7761746368  # "watch": the advisory lock that makes PostgreSQL append one transaction at a time
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row of the log."""

    sequence: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: Mapping[str, Any]  # Any: each action has its own fields
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many rows hold, the hash of the last (keep it elsewhere), and the first fault if any."""

    entries: int
    head: str
    fault: str | None = None


class AuditStore:
    """The kernel's AuditLog over one connection, and its readers. Rows are buffered and sealed by `flush`, before the commit."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._pending: list[dict[str, Any]] = []  # Any: rows of the table

    def record(self, actor: str, action: str, subject: str, details: Mapping[str, object] | None = None) -> None:
        """Append one row with the transaction; `details` must hold no secret."""
        self._pending.append(
            {
                "at": self._now,
                "actor": actor,
                "action": action,
                "subject": subject,
                "details": to_builtins(dict(details or {})),
            }
        )

    def flush(self) -> int:
        """Seal and write what was recorded since the last flush; the count of it."""
        pending, self._pending = self._pending, []
        if not pending:
            return 0
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = self._connection.execute(
            select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
        ).one_or_none()
        sequence, previous = (last.sequence, last.hash) if last else (0, GENESIS)
        for row in pending:
            sequence += 1
            row |= {"sequence": sequence, "previous_hash": previous}
            row["hash"] = previous = _seal(row)
        self._connection.execute(insert(audit), pending)
        return len(pending)

    def list(self, *, after: int = 0, subject: str | None = None, limit: int = 100) -> list[AuditEntry]:
        """Rows after a sequence number, oldest first."""
        self.flush()
        found = select(audit).where(audit.c.sequence > after).order_by(audit.c.sequence).limit(limit)
        if subject is not None:
            found = found.where(audit.c.subject == subject)
        return [
            AuditEntry(row.sequence, row.at, row.actor, row.action, row.subject, row.details, row.hash)
            for row in self._connection.execute(found)
        ]

    def verify(self, *, head: str | None = None) -> Verdict:
        """Recompute the chain. A changed, removed or moved row shows by itself; rows cut off the end only against a kept `head`."""
        self.flush()
        entries, previous, seen = 0, GENESIS, head in {None, GENESIS}
        for row in self._rows():
            fields = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
            if row.sequence != entries + 1:
                return Verdict(entries, previous, f"row {entries + 1} is missing")
            if row.previous_hash != previous or _seal(fields) != row.hash:
                return Verdict(entries, previous, f"row {row.sequence} was changed")
            entries, previous = row.sequence, row.hash
            seen = seen or previous == head
        return Verdict(
            entries, previous, None if seen else "the log does not hold the given head: rows at its end were removed"
        )

    def _rows(self) -> Iterator[Row[Any]]:
        after = 0
        while batch := self._connection.execute(
            select(audit).where(audit.c.sequence > after).order_by(audit.c.sequence).limit(_BATCH)
        ).all():
            yield from batch
            after = batch[-1].sequence


def _seal(row: Mapping[str, Any]) -> str:
    """SHA-256 over the row's fields and the hash before it, in one canonical JSON form."""
    sealed = [
        row["sequence"],
        to_text(row["at"]),
        row["actor"],
        row["action"],
        row["subject"],
        row["details"],
        row["previous_hash"],
    ]
    return hashlib.sha256(msgspec.json.encode(sealed, order="deterministic")).hexdigest()
