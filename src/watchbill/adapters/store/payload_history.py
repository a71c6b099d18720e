"""What was taken in, as it was received, out of the inbox: folded payloads are kept there for some days. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, func, select

from watchbill.adapters.store.inbox import InboxStore
from watchbill.adapters.store.payloads import ALERTMANAGER, CLOSING, PARCEL, parcel_of, read
from watchbill.adapters.store.tables.alerts import inbox
from watchbill.alerts.service.folding import Claim

__all__ = ["PayloadHistory", "Taken"]

_CLAIMS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """One body. `raw` is what the sender wrote, where that is kept apart from the claims; `protocol` "": a person's word."""

    received_at: datetime
    protocol: str
    integration: str
    raw: bytes | None
    claims: tuple[Claim, ...]
    fault: str = ""


class PayloadHistory:
    """The folded part of the inbox over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def taken(self, since: datetime, until: datetime) -> Iterator[Taken]:
        """Bodies received in [since, until) and folded since, in the order in which they were folded."""
        store = InboxStore(self._connection)
        folded, sequence = store.folded(), 0
        first = select(func.min(inbox.c.position)).where(inbox.c.at >= since)
        position = self._connection.execute(first).scalar()
        if position is None:
            return
        position -= 1
        while rows := store.after(position, claims=_CLAIMS_AT_ONCE):
            for row in rows:
                if row.position > folded:
                    return
                for received_at, source, body in row.entries:
                    if since <= received_at < until:
                        one = _taken(received_at, source, body, sequence)
                        sequence += len(one.claims)
                        yield one
            position = rows[-1].position

    def newest(self, integration: str, limit: int) -> list[Taken]:
        """The newest bodies of an integration that are kept raw, the newest first."""
        found: list[Taken] = []
        rows = select(inbox.c.position).order_by(inbox.c.position.desc()).limit(_ROWS_LOOKED_AT)
        for position in self._connection.execute(rows).scalars().all():
            [row] = InboxStore(self._connection).after(position - 1, claims=0, rows=1)
            for received_at, source, body in reversed(row.entries):
                if source == PARCEL and (one := _taken(received_at, source, body, 0)).integration == integration:
                    found.append(one)
                    if len(found) >= limit:
                        return found
        return found


_ROWS_LOOKED_AT = 5_000


def _taken(received_at: datetime, source: str, body: bytes, sequence: int) -> Taken:
    try:
        if source == PARCEL:
            parcel = parcel_of(body, received_at, sequence)
            return Taken(received_at, parcel.protocol, parcel.integration, parcel.raw, parcel.claims)
        claims = tuple(read(received_at, source, body, sequence))
    except (msgspec.MsgspecError, KeyError) as wrong:
        return Taken(received_at, source, "", None, (), f"it was written by another version: {wrong}")
    if source == CLOSING:
        return Taken(received_at, "", "", None, claims)
    if source == ALERTMANAGER:
        return Taken(received_at, ALERTMANAGER, "", body, claims)
    protocol, _, integration = str(getattr(claims[0], "source", "")).partition(":") if claims else ("", "", "")
    return Taken(received_at, protocol, integration, None, claims)
