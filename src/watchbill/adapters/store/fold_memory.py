"""What the one owner of a SQLite directory knows of alerts by heart.

That is what claims are judged by, for everything that fires and for the alerts that ended last. A repetition that only says
"still so" moves the end in memory; `checkpoint` writes such ends down every few minutes, which is why, after downtime, all
that fires is given that much longer.
"""

import heapq
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from watchbill.adapters.store.alert_rows import STANDING, held, standing_of
from watchbill.adapters.store.fold_rows import FoldRows
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.alerts.model import Alert, AlertStatus
from watchbill.alerts.rules.merging import Standing
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.ids import AlertId

__all__ = ["FoldMemory", "OwnedFoldRows"]

_ENDED_KEPT = 20_000


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

    def take(self, folded: Folded) -> None:
        """A batch is committed: what it came to now stands."""
        written = {alert.id for alert in folded.opened} | {alert.id for alert in folded.changed}
        for identity, now in folded.standing.items():
            self.note(identity, now, written=now.id in written)

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
    """FoldStore of the one owner: memory first, rows for what it does not know."""

    def __init__(self, connection: Connection, memory: FoldMemory) -> None:
        super().__init__(connection)
        self._memory = memory

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

    def save(self, folded: Folded) -> None:
        """Write new and changed occurrences; what only goes on is kept in mind (`FoldMemory.take`, after the commit)."""
        self._write(folded.opened, folded.changed)

    def checkpoint(self, limit: int) -> list[str]:
        """Write down ends that have moved, for so many alerts; their fingerprints (`settle` them after the commit)."""
        moved = sorted(self._memory.unwritten)[:limit]
        self.hold([self._memory.standing[identity] for identity in moved if identity in self._memory.standing])
        return moved

    def settle(self, written: Sequence[str]) -> None:
        """The checkpoint is committed."""
        self._memory.unwritten.difference_update(written)
