"""Alert state as the fold reads and writes it: the rows, and on SQLite what the one owner keeps of them in memory.

In memory lies what claims are judged by, for everything that fires and for the alerts that ended last. A repetition that
only says "still so" moves the end in memory; `checkpoint` writes such ends down every few minutes, which is why, after
downtime, all that fires is given that much longer. On PostgreSQL several processes share the rows, so nothing is kept here
and a repetition is part of one bulk update.
"""

import heapq
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, select

from watchbill.adapters.store.alert_rows import CHANGING, STANDING, alert_of, held, row_of, standing_of
from watchbill.adapters.store.bulk import insert_many, update_many
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.alerts.model import Alert, AlertStatus
from watchbill.alerts.rules.merging import Standing
from watchbill.kernel.ids import AlertId

__all__ = ["FoldMemory", "FoldRows", "OwnedFoldRows"]

_CHUNK = 500
_ENDED_KEPT = 20_000
T = TypeVar("T", bound=str)


class FoldRows:
    """alerts.ports.FoldStore over one connection, without memory."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self, fingerprints: Collection[str]) -> Mapping[str, Standing]:
        """The newest occurrence of each fingerprint that has one."""
        found: dict[str, Standing] = {}
        for chunk in _chunks(sorted(fingerprints)):
            rows = self._connection.execute(STANDING.where(alerts.c.latest, alerts.c.fingerprint.in_(chunk)))
            found |= {row.fingerprint: standing_of(row) for row in rows}
        return found

    def load(self, wanted: Collection[AlertId]) -> Mapping[AlertId, Alert]:
        """These occurrences, whole."""
        found: dict[AlertId, Alert] = {}
        for chunk in _chunks(sorted(wanted)):
            for row in self._connection.execute(select(alerts).where(alerts.c.id.in_(chunk))):
                found[AlertId(row.id)] = alert_of(row)
        return found

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Fingerprints of firing ones whose `ends_at` has come, earliest first."""
        late = (
            select(alerts.c.fingerprint)
            .where(alerts.c.latest, alerts.c.status == "firing", alerts.c.ends_at <= now)
            .order_by(alerts.c.ends_at)
            .limit(limit)
        )
        return list(self._connection.execute(late).scalars())

    def firing_labels(self) -> Iterable[tuple[AlertId, Mapping[str, str], tuple[str, ...]]]:
        """Of all that fire: id, labels, and the silences that cover it."""
        rows = select(alerts.c.id, alerts.c.labels, alerts.c.silenced_by).where(alerts.c.status == "firing")
        for row in self._connection.execute(rows):
            yield AlertId(row.id), row.labels, tuple(row.silenced_by)

    def save(self, opened: Sequence[Alert], changed: Sequence[Alert], standing: Mapping[str, Standing]) -> None:
        """Write new and changed occurrences in bulk, and how long the words of the others hold now."""
        self._write(opened, changed)
        written = {alert.id for alert in (*opened, *changed)}
        self.hold([one for one in standing.values() if one.id not in written])

    def prolong(self, by: timedelta) -> int:
        """Move the `ends_at` of all that fire; the count of them."""
        firing = select(alerts.c.id, alerts.c.ends_at).where(alerts.c.status == "firing")
        rows = [{"id": row.id, "ends_at": row.ends_at + by} for row in self._connection.execute(firing)]
        return update_many(self._connection, alerts, rows, key="id")

    def hold(self, standing: Sequence[Standing]) -> int:
        """Write down how long senders' words hold, where the rows say something else; the count of them."""
        rows = [
            {
                "id": one.id,
                "ends_at": one.ends_at,
                "ends_by_timeout": one.by_timeout,
                "fired_at": one.fired_at,
                "routed_by": one.routed_by,
                "updated_at": one.seen_at,
            }
            for one in standing
        ]
        guard = "alerts.status = 'firing' AND (alerts.ends_at <> new.ends_at OR alerts.updated_at <> new.updated_at)"
        return update_many(self._connection, alerts, rows, key="id", guard=guard)

    def _write(self, opened: Sequence[Alert], changed: Sequence[Alert]) -> None:
        superseded = [{"id": alert.previous, "latest": False} for alert in opened if alert.previous]
        update_many(self._connection, alerts, superseded, key="id")
        # Of several occurrences of one fingerprint in a batch, the last one is the newest.
        newest = {alert.fingerprint: alert.id for alert in opened}
        rows = [row_of(alert, latest=newest[alert.fingerprint] == alert.id) for alert in opened]
        insert_many(self._connection, alerts, rows)
        updates = [row_of(alert) for alert in changed]
        update_many(
            self._connection, alerts, [{name: row[name] for name in ("id", *CHANGING)} for row in updates], key="id"
        )


class FoldMemory:
    """What the owner of a SQLite directory knows of alerts by heart. Used by one thread at a time; read by any."""

    def __init__(self) -> None:
        self.standing: dict[str, Standing] = {}  # everything that fires
        self.ended: OrderedDict[str, Standing] = OrderedDict()  # the alerts that ended last
        self.unwritten: set[str] = set()  # fingerprints whose end has moved since their row was written
        self._due: list[tuple[datetime, str]] = []  # at least one entry, at or before its end, for each that fires
        self._scheduled: dict[str, datetime] = {}

    def __call__(self, fingerprint: str) -> Standing | None:
        """What stands for a fingerprint, as far as it is known here."""
        return self.standing.get(fingerprint) or self.ended.get(fingerprint)

    def note(self, fingerprint: str, now: Standing, *, written: bool) -> None:
        """Take in what stands now; `written`: the row says so, too."""
        if now.status is not AlertStatus.FIRING:
            self.standing.pop(fingerprint, None)
            self._scheduled.pop(fingerprint, None)
            self.unwritten.discard(fingerprint)
            self.ended[fingerprint] = now
            self.ended.move_to_end(fingerprint)
            if len(self.ended) > _ENDED_KEPT:
                self.ended.popitem(last=False)
            return
        self.ended.pop(fingerprint, None)
        self.standing[fingerprint] = now
        (self.unwritten.discard if written else self.unwritten.add)(fingerprint)
        scheduled = self._scheduled.get(fingerprint)
        if scheduled is None or now.ends_at < scheduled:
            self._schedule(fingerprint, now.ends_at)

    def is_due(self, now: datetime) -> bool:
        """Whether the end of anything may have come."""
        return bool(self._due) and self._due[0][0] <= now

    def due(self, now: datetime, limit: int) -> list[str]:
        """Fingerprints of firing ones whose end has come, earliest first. They stay due until they are noted anew."""
        found: list[str] = []
        while self._due and self._due[0][0] <= now and len(found) < limit:
            at, fingerprint = heapq.heappop(self._due)
            standing = self.standing.get(fingerprint)
            if standing is None or self._scheduled.get(fingerprint) != at:
                continue
            if standing.ends_at > now:
                self._schedule(fingerprint, standing.ends_at)
            else:
                found.append(fingerprint)
        for fingerprint in found:
            self._schedule(fingerprint, self.standing[fingerprint].ends_at)
        return found

    def _schedule(self, fingerprint: str, at: datetime) -> None:
        self._scheduled[fingerprint] = at
        heapq.heappush(self._due, (at, fingerprint))


class OwnedFoldRows(FoldRows):
    """FoldStore of the one owner: memory first, rows for what it does not know. Changes reach memory by `confirm`, after the commit."""

    def __init__(self, connection: Connection, memory: FoldMemory) -> None:
        super().__init__(connection)
        self._memory = memory
        self._staged: list[tuple[Mapping[str, Standing], set[AlertId]]] = []

    def load_memory(self) -> int:
        """Learn everything that fires from the rows; the count of it."""
        for row in self._connection.execute(STANDING.where(alerts.c.latest, alerts.c.status == "firing")):
            self._memory.note(row.fingerprint, standing_of(row), written=True)
        return len(self._memory.standing)

    def standing(self, fingerprints: Collection[str]) -> Mapping[str, Standing]:
        """From memory, else from the rows."""
        found = {identity: known for identity in fingerprints if (known := self._memory(identity)) is not None}
        unknown = [identity for identity in fingerprints if identity not in found]
        return {**found, **super().standing(unknown)} if unknown else found

    def load(self, wanted: Collection[AlertId]) -> Mapping[AlertId, Alert]:
        """The rows, with what memory knows beyond them."""
        return {one: held(alert, self._memory(alert.fingerprint)) for one, alert in super().load(wanted).items()}

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """From memory, where everything that fires is known."""
        return self._memory.due(now, limit)

    def save(self, opened: Sequence[Alert], changed: Sequence[Alert], standing: Mapping[str, Standing]) -> None:
        """Write new and changed occurrences; what only goes on is kept in mind."""
        self._write(opened, changed)
        self._staged.append((standing, {alert.id for alert in (*opened, *changed)}))

    def confirm(self) -> None:
        """The transaction is committed: what was saved now stands."""
        staged, self._staged = self._staged, []
        for standing, written in staged:
            for identity, now in standing.items():
                self._memory.note(identity, now, written=now.id in written)

    def checkpoint(self, limit: int) -> list[str]:
        """Write down ends that have moved, for so many alerts; their fingerprints (`settle` them after the commit)."""
        moved = sorted(self._memory.unwritten)[:limit]
        self.hold([self._memory.standing[identity] for identity in moved if identity in self._memory.standing])
        return moved

    def settle(self, written: Sequence[str]) -> None:
        """The checkpoint is committed."""
        self._memory.unwritten.difference_update(written)


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
