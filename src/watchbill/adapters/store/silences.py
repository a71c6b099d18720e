"""Silences over one connection. Every change raises a counter, by which the fold notices that it has to look again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.alerts import alert_marks, silences
from watchbill.alerts.model import MaintenanceWindow, Matcher, MatchOp, Silence
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.maintenance import next_change as next_opening
from watchbill.alerts.rules.silencing import Silencer, next_change

__all__ = ["SILENCES_MARK", "Definitions", "SilenceShelf", "SilenceStore"]

SILENCES_MARK = "silences"


class SilenceStore:
    """alerts.ports.Silences over one connection."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self.touched = False  # whether any was changed: the fold then has to look again

    def get(self, silence: str) -> Silence | None:
        """One by id, expired ones included."""
        row = self._connection.execute(select(silences).where(silences.c.id == silence)).one_or_none()
        return _silence(row) if row else None

    def list(self) -> Sequence[Silence]:
        """All that are kept, by id."""
        return [_silence(row) for row in self._connection.execute(select(silences).order_by(silences.c.id))]

    def save(self, silence: Silence) -> None:
        """Write it, new or changed, and let the fold know."""
        self.touched = True
        row = {
            "id": silence.id,
            "matchers": [[one.name, one.op.value, one.value] for one in silence.matchers],
            "starts_at": silence.starts_at,
            "ends_at": silence.ends_at,
            "created_by": silence.created_by,
            "comment": silence.comment,
            "updated_at": silence.updated_at,
            "annotations": dict(silence.annotations),
        }
        self._put(silences, row, {name: value for name, value in row.items() if name != "id"})
        self._put(
            alert_marks,
            {"name": SILENCES_MARK, "number": 1, "at": self._now},
            {"number": alert_marks.c.number + 1, "at": self._now},
        )

    def version(self) -> int:
        """Rises with every change of a silence."""
        counted = select(alert_marks.c.number).where(alert_marks.c.name == SILENCES_MARK)
        return int(self._connection.execute(counted).scalar() or 0)

    def _put(self, table: Any, row: Mapping[str, Any], changes: Mapping[str, Any]) -> None:  # Any: tables and columns
        statement = insert_into(self._connection, table).values(row)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=dict(changes))
        )


@dataclass(frozen=True, slots=True)
class Definitions:
    """The maintenance windows of the resources, read when they have changed."""

    version: object
    windows: Callable[[], Sequence[MaintenanceWindow]]


class SilenceShelf:
    """The silences that are active now, made ready once and shared by all threads of a process."""

    def __init__(self, compile_matcher: Callable[[Matcher], Compiled]) -> None:
        self._compile = compile_matcher
        self._ready: tuple[tuple[int, object], datetime, datetime | None, Silencer] | None = None

    def at(self, store: SilenceStore, now: datetime, definitions: Definitions) -> Silencer:
        """Those that are active at `now`, with the windows that are open, by what the store's transaction sees."""
        version = store.version(), definitions.version
        if self._ready is not None:
            ready_version, since, until, silencer = self._ready
            if ready_version == version and since <= now and (until is None or now < until):
                return silencer
        kept, windows = store.list(), definitions.windows()
        silencer = Silencer.of(kept, now, self._compile, windows)
        changes = (next_change(kept, now), next_opening(windows, now))
        self._ready = (version, now, min((one for one in changes if one), default=None), silencer)
        return silencer


def _silence(row: Row[Any]) -> Silence:  # Any: a row of `silences`
    return Silence(
        id=row.id,
        matchers=tuple(Matcher(name, MatchOp(op), value) for name, op, value in row.matchers),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_by=row.created_by,
        comment=row.comment,
        updated_at=row.updated_at,
        annotations=row.annotations,
    )
