"""What hangs on incidents, over one connection: timeline, roles, updates, tasks."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.incidents import (
    incident_roles,
    incident_tasks,
    incident_timeline,
    incident_updates,
)
from watchbill.adapters.store.types import to_builtins
from watchbill.incidents.model import (
    Assignment,
    Audience,
    IncidentRole,
    NoteKind,
    Phase,
    Source,
    StatusUpdate,
    Task,
    TimelineEntry,
    UpdateKind,
)
from watchbill.kernel.ids import IncidentId, UpdateId

__all__ = ["IncidentParts"]

_CHUNK = 500
_TOLD = (Source.HUMAN, Source.STATE, Source.SEVERITY, Source.ROLE, Source.ACK, Source.UPDATE)


class IncidentParts:
    """The part of incidents.ports.Incidents that deals with one incident's belongings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- timeline

    def append(self, entry: TimelineEntry) -> None:
        """Save a timeline entry; a sequence number that exists already fails, and undoes the transaction."""
        row = _row(entry, incident_timeline.columns.keys()) | {"data": to_builtins(dict(entry.data))}
        self._connection.execute(insert(incident_timeline).values(row))

    def timeline(self, incident: IncidentId, *, after: int = 0, limit: int = 10_000) -> Sequence[TimelineEntry]:
        """Entries with a higher sequence number than `after`, in that order."""
        where = incident_timeline.c.incident == incident, incident_timeline.c.sequence > after
        found = select(incident_timeline).where(*where).order_by(incident_timeline.c.sequence).limit(limit)
        return [_entry(row) for row in self._connection.execute(found).mappings()]

    def entry(self, incident: IncidentId, sequence: int) -> TimelineEntry | None:
        """One entry."""
        where = incident_timeline.c.incident == incident, incident_timeline.c.sequence == sequence
        row = self._connection.execute(select(incident_timeline).where(*where)).mappings().one_or_none()
        return _entry(row) if row else None

    def latest(self, incident: IncidentId, *, limit: int, before: int | None = None) -> Sequence[TimelineEntry]:
        """The newest entries (below the sequence number `before`), in their order."""
        table = incident_timeline.c
        found = select(incident_timeline).where(table.incident == incident).order_by(table.sequence.desc()).limit(limit)
        if before is not None:
            found = found.where(table.sequence < before)
        rows = self._connection.execute(found).mappings().all()
        return [_entry(row) for row in reversed(rows)]

    def told(self, incident: IncidentId) -> Sequence[TimelineEntry]:
        """What people and the workflow have said, in order: everything but what machines report by the thousand."""
        table = incident_timeline.c
        where = table.incident == incident, table.source.in_(_TOLD)
        found = select(incident_timeline).where(*where).order_by(table.sequence)
        return [_entry(row) for row in self._connection.execute(found).mappings()]

    def corrections(self, incident: IncidentId) -> Mapping[int, int]:
        """Which entry each superseded entry was corrected by."""
        table = incident_timeline.c
        where = table.incident == incident, table.supersedes.is_not(None)
        found = select(table.supersedes, table.sequence).where(*where)
        return {row.supersedes: row.sequence for row in self._connection.execute(found)}

    def has_written(self, incident: IncidentId, author: str, source: Source | None = None) -> bool:
        """Whether somebody has written into the timeline, of any source or of that one."""
        table = incident_timeline.c
        found = select(table.sequence).where(table.incident == incident, table.author == author).limit(1)
        if source is not None:
            found = found.where(table.source == source)
        return self._connection.execute(found).first() is not None

    # --- roles

    def assign(self, assignment: Assignment) -> None:
        """Save an assignment, new or changed."""
        row = _row(assignment, incident_roles.columns.keys())
        statement = insert_into(self._connection, incident_roles).values(row)
        fresh = {name: row[name] for name in ("accepted_at", "ended_at")}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["incident", "turn"], set_=fresh))

    def roles(self, incident: IncidentId, *, ended: bool = False) -> Sequence[Assignment]:
        """Who holds roles now, earliest first; `ended`: and who held them before."""
        found = select(incident_roles).where(incident_roles.c.incident == incident).order_by(incident_roles.c.turn)
        if not ended:
            found = found.where(incident_roles.c.ended_at.is_(None))
        return [
            Assignment(**{**row, "role": IncidentRole(row["role"])})
            for row in self._connection.execute(found).mappings()
        ]

    def roles_of(self, incidents: Sequence[IncidentId], role: IncidentRole) -> Mapping[IncidentId, str]:
        """Who holds the role in each of these incidents now."""
        holders: dict[IncidentId, str] = {}
        for start in range(0, len(incidents), _CHUNK):
            chunk = incidents[start : start + _CHUNK]
            where = incident_roles.c.role == role, incident_roles.c.ended_at.is_(None)
            found = select(incident_roles.c.incident, incident_roles.c.person)
            rows = self._connection.execute(found.where(incident_roles.c.incident.in_(chunk), *where))
            holders |= {IncidentId(row.incident): row.person for row in rows}
        return holders

    # --- updates

    def save_update(self, update: StatusUpdate) -> None:
        """Save an update, new or changed."""
        row = _row(update, incident_updates.columns.keys()) | {"gaps": list(update.gaps)}
        statement = insert_into(self._connection, incident_updates).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def update(self, update: UpdateId) -> StatusUpdate | None:
        """One update."""
        found = select(incident_updates).where(incident_updates.c.id == update)
        row = self._connection.execute(found).mappings().one_or_none()
        return _update(row) if row else None

    def updates(self, incident: IncidentId) -> Sequence[StatusUpdate]:
        """All of an incident, drafts included, oldest first."""
        found = select(incident_updates).where(incident_updates.c.incident == incident).order_by(incident_updates.c.id)
        return [_update(row) for row in self._connection.execute(found).mappings()]

    def drop_drafts(self, incident: IncidentId, kind: UpdateKind) -> None:
        """Delete unsent drafts of a kind."""
        where = incident_updates.c.incident == incident, incident_updates.c.kind == kind
        self._connection.execute(delete(incident_updates).where(*where, incident_updates.c.sent_at.is_(None)))

    # --- tasks

    def save_task(self, task: Task) -> None:
        """Save a task, new or changed."""
        row = _row(task, incident_tasks.columns.keys())
        statement = insert_into(self._connection, incident_tasks).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def tasks(self, incident: IncidentId) -> Sequence[Task]:
        """All of an incident, oldest first."""
        found = select(incident_tasks).where(incident_tasks.c.incident == incident).order_by(incident_tasks.c.id)
        return [_task(row) for row in self._connection.execute(found).mappings()]


def _row(record: object, columns: Sequence[str]) -> dict[str, Any]:  # Any: columns of their own types
    return {name: getattr(record, name) for name in columns}


def _entry(row: RowMapping) -> TimelineEntry:
    kind = NoteKind(row["kind"]) if row["kind"] else None
    return TimelineEntry(**{**row, "source": Source(row["source"]), "kind": kind})


def _update(row: RowMapping) -> StatusUpdate:
    typed = {"kind": UpdateKind(row["kind"]), "audience": Audience(row["audience"]), "gaps": tuple(row["gaps"])}
    return StatusUpdate(**{**row, **typed})


def _task(row: RowMapping) -> Task:
    return Task(**{**row, "phase": Phase(row["phase"])})
