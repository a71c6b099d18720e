"""Alert state as the fold reads and writes it, as rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, select

from watchbill.adapters.store.alert_rows import CHANGING, STANDING, alert_of, row_of, standing_of
from watchbill.adapters.store.bulk import insert_many, update_many
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.alerts.model import Alert
from watchbill.alerts.rules.merging import Standing
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.ids import AlertId

__all__ = ["FoldRows"]

_CHUNK = 500
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

    def firing_labels(self) -> Iterable[tuple[AlertId, Mapping[str, str], str | None, tuple[str, ...]]]:
        """Of all that fire: id, labels, service, and the silences that cover it."""
        rows = select(alerts.c.id, alerts.c.labels, alerts.c.service, alerts.c.silenced_by).where(
            alerts.c.status == "firing"
        )
        for row in self._connection.execute(rows):
            yield AlertId(row.id), row.labels, row.service, tuple(row.silenced_by)

    def save(self, folded: Folded) -> None:
        """Write new and changed occurrences in bulk, and how long the words of the others hold now."""
        self._write(folded.opened, folded.changed)
        written = {alert.id for alert in (*folded.opened, *folded.changed)}
        self.hold([one for one in folded.standing.values() if one.id not in written])

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


def _chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
