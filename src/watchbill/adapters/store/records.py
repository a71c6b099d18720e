"""What followed from what: the chain of causes around a record, and the stream of events in order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, cast, func, or_, select, text, true

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.events import EventLog, recorded
from watchbill.adapters.store.tables.spine import events
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import kind_of

__all__ = ["Link", "Positioned", "RecordStore"]

MAX_LINKS = 10_000
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Link:
    """One record of a chain: its id, what it is (`alert`, `page`), when it came to be, the record that caused it, by which event."""

    id: str
    kind: str
    at: datetime
    cause: str | None
    event: str


@dataclass(frozen=True, slots=True)
class Positioned:
    """An event with its place in the stream."""

    position: int
    recorded: Recorded


@dataclass(frozen=True, slots=True)
class _Row:
    position: int
    id: str
    kind: str
    at: datetime
    subject: str
    cause: str | None


class RecordStore:
    """Readers over the events table."""

    def __init__(self, connection: Connection, log: EventLog) -> None:
        self._connection = connection
        self._log = log

    def trace(self, identifier: str) -> list[Link]:
        """The chain that the record or event belongs to: up its causes to the root, then everything that followed, in order.

        One link a record: at its first event where the chain caused that, else at the first that the chain caused. What goes
        on for years (an SLO) begins the chain with what it last said before, and brings none of its other chains along.
        Raises NotFound when nothing was ever said about the id.
        """
        self._log.flush()
        root = self._root(identifier)
        above = self._standing(root)
        links = {root.subject: (root.position, _link(root, above.subject if above else None))}
        if above is not None:
            links[above.subject] = (above.position, _link(above, None))
        begun = frozenset(links)
        owners: dict[str, str] = {}
        frontier = [root.subject]
        while frontier and len(links) < MAX_LINKS:
            frontier = self._follow(frontier, links, owners)
        for row in self._first_rows([subject for subject in links if subject not in begun]):
            if row.cause in owners:  # a shorter way may have led to a later event about the record
                links[row.subject] = (row.position, _link(row, owners[row.cause]))
        return [link for _position, link in sorted(links.values(), key=lambda placed: placed[0])]

    def events(
        self, *, after: int = 0, subject: str | None = None, kinds: Sequence[str] = (), limit: int = 100
    ) -> list[Positioned]:
        """Events after a position, oldest first; on PostgreSQL never past a transaction that is still open."""
        self._log.flush()
        found = select(events).where(events.c.position > after).order_by(events.c.position).limit(limit)
        if subject is not None:
            found = found.where(events.c.subject == subject)
        if kinds:
            found = found.where(events.c.kind.in_(kinds))
        if is_postgresql(self._connection):
            found = found.where(_settled(self._connection))
        return [Positioned(row.position, recorded(row)) for row in self._connection.execute(found)]

    def last_position(self) -> int:
        """Where the stream ends now: `events(after=...)` of it gives only what comes later."""
        newest = select(func.max(events.c.position))
        if is_postgresql(self._connection):
            newest = newest.where(_settled(self._connection))
        return self._connection.execute(newest).scalar() or 0

    def _root(self, identifier: str) -> _Row:
        row = self._first(identifier)
        if row is None:
            raise NotFound(
                kind_of(identifier) or "record", identifier, hint="ids are printed by alerts, pages and incidents"
            )
        seen = {row.subject}
        while row.cause is not None:
            above = self._first(row.cause)
            if above is None or above.subject in seen or _goes_on(above.subject):
                break
            seen.add(above.subject)
            row = above
        return row

    def _standing(self, root: _Row) -> _Row | None:
        """What the thing that caused the root, and goes on, said then: the very event, or the last one before the root."""
        if root.cause is None:
            return None
        about = or_(events.c.id == root.cause, events.c.subject == root.cause)
        said = _SHORT.where(about, events.c.position < root.position).order_by(events.c.position.desc()).limit(1)
        found = self._connection.execute(said).one_or_none()
        return _Row(*found) if found and _goes_on(found.subject) else None

    def _first(self, identifier: str) -> _Row | None:
        """The first event about the record; an event's own id stands for the record that it is about."""
        owner = select(events.c.subject).where(events.c.id == identifier).scalar_subquery()
        about = or_(events.c.subject == identifier, events.c.subject == owner)
        found = self._connection.execute(_SHORT.where(about).order_by(events.c.position).limit(1)).one_or_none()
        return _Row(*found) if found else None

    def _follow(self, subjects: Sequence[str], links: dict[str, tuple[int, Link]], owners: dict[str, str]) -> list[str]:
        """Add the records that the given ones, or events about them, caused, and who owns their events; the new ones."""
        known = self._owners(subjects)
        owners.update(known)
        fresh: dict[str, tuple[int, Link]] = {}
        for row in self._caused_by(list(known)):
            if row.subject not in links and row.subject not in fresh and row.cause is not None:
                fresh[row.subject] = (row.position, _link(row, known[row.cause]))
        links.update(fresh)
        return list(fresh)

    def _first_rows(self, subjects: Sequence[str]) -> Iterable[_Row]:
        """The first event about each of the records."""
        for chunk in _chunks(subjects):
            first = select(func.min(events.c.position)).where(events.c.subject.in_(chunk)).group_by(events.c.subject)
            yield from (_Row(*row) for row in self._connection.execute(_SHORT.where(events.c.position.in_(first))))

    def _owners(self, subjects: Sequence[str]) -> dict[str, str]:
        """Every id that stands for one of the records: its own and those of the events about it."""
        owners = {subject: subject for subject in subjects}
        for chunk in _chunks(subjects):
            rows = self._connection.execute(select(events.c.id, events.c.subject).where(events.c.subject.in_(chunk)))
            owners.update({row.id: row.subject for row in rows})
        return owners

    def _caused_by(self, causes: Sequence[str]) -> Iterable[_Row]:
        found: list[_Row] = []
        for chunk in _chunks(causes):
            found += [_Row(*row) for row in self._connection.execute(_SHORT.where(events.c.cause.in_(chunk)))]
        return sorted(found, key=lambda row: row.position)


_SHORT = select(events.c.position, events.c.id, events.c.kind, events.c.at, events.c.subject, events.c.cause)


def _goes_on(identifier: str) -> bool:
    """Whether it is a resource (`slo/checkout`), about which things are said again and again, and no record that happened once."""
    return "/" in identifier


def _link(row: _Row, cause: str | None) -> Link:
    return Link(
        id=row.subject, kind=kind_of(row.subject) or row.kind.partition(".")[0], at=row.at, cause=cause, event=row.kind
    )


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


# The oldest transaction that is open in this database as this snapshot sees it. A snapshot lists open transactions of the
# whole cluster; one that certainly belongs to another database must not hold up our stream, however long it takes.
_OLDEST_OPEN_HERE = text(
    """
    SELECT min(open.xid::text::bigint) FROM pg_snapshot_xip(pg_current_snapshot()) AS open(xid)
    WHERE NOT EXISTS (
      SELECT FROM pg_locks AS held JOIN pg_stat_activity AS session ON session.pid = held.pid
      WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.transactionid = open.xid::xid
        AND session.datname <> current_database())
    """
)


def _settled(connection: Connection) -> ColumnElement[bool]:
    """Not written by, nor younger than, a transaction that is still open.

    A number at or above the snapshot's end comes from another cluster (a restored backup) and is settled.
    """
    oldest = connection.execute(_OLDEST_OPEN_HERE).scalar()
    if oldest is None:
        return true()
    end = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)
    return or_(events.c.tx.is_(None), events.c.tx < oldest, events.c.tx >= end)
