"""Swaps, leave, calendar feeds and told gaps over one connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, insert, or_, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.arranged import calendar_feeds, coverage_alarms, leaves, swaps
from watchbill.adapters.store.tables.spine import events
from watchbill.kernel.ids import FeedId, LeaveId, SwapId
from watchbill.oncall.model.arranged import Feed, FeedAbout, Leave, Swap, SwapStatus
from watchbill.oncall.rules.coverage import Missing, MissingKind

__all__ = ["AlarmRecords", "FeedRecords", "HandoffRecords", "LeaveRecords", "SwapRecords"]

_LIMIT = 200
_COLUMNS = {"start": "starts_at", "end": "ends_at", "back_start": "back_starts_at", "back_end": "back_ends_at"}
Values = dict[str, Any]  # Any: columns of their own types


class SwapRecords:
    """oncall.arranged_ports.Swaps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, swap: Swap) -> None:
        """Save a new one."""
        self._connection.execute(insert(swaps).values(_swap_values(swap)))

    def save(self, swap: Swap) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(swaps).where(swaps.c.id == swap.id).values(_swap_values(swap)))

    def get(self, swap: SwapId, *, lock: bool = False) -> Swap | None:
        """One by id."""
        query = select(swaps).where(swaps.c.id == swap)
        row = self._connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
        return _swap(row) if row else None

    def accepted(self, schedules: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Swap]:
        """Accepted ones that touch [start, end), in the order of their answers."""
        query = select(swaps).where(
            swaps.c.status == SwapStatus.ACCEPTED, swaps.c.last_at > start, swaps.c.first_at < end
        )
        if schedules is not None:
            query = query.where(swaps.c.schedule.in_(schedules))
        found = self._connection.execute(query.order_by(swaps.c.answered_at, swaps.c.id)).mappings()
        return [_swap(row) for row in found]

    def find(self, *, schedule: str | None = None, person: str | None = None, since: datetime) -> Sequence[Swap]:
        """Those that end after a moment, newest first."""
        query = select(swaps).where(swaps.c.last_at > since)
        if schedule is not None:
            query = query.where(swaps.c.schedule == schedule)
        if person is not None:
            query = query.where(or_(swaps.c.asker == person, swaps.c.taker == person, swaps.c.taker.is_(None)))
        found = self._connection.execute(query.order_by(swaps.c.id.desc()).limit(_LIMIT)).mappings()
        return [_swap(row) for row in found]


class LeaveRecords:
    """oncall.arranged_ports.Leaves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, leave: Leave) -> None:
        """Save one."""
        self._connection.execute(insert(leaves).values(_values(leave)))

    def get(self, leave: LeaveId) -> Leave | None:
        """One by id."""
        row = self._connection.execute(select(leaves).where(leaves.c.id == leave)).mappings().one_or_none()
        return _leave(row) if row else None

    def remove(self, leave: LeaveId) -> None:
        """Delete it."""
        self._connection.execute(delete(leaves).where(leaves.c.id == leave))

    def between(self, people: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Leave]:
        """Those that overlap [start, end), by start."""
        query = select(leaves).where(leaves.c.ends_at > start, leaves.c.starts_at < end)
        if people is not None:
            query = query.where(leaves.c.person.in_(people))
        found = self._connection.execute(query.order_by(leaves.c.starts_at, leaves.c.id)).mappings()
        return [_leave(row) for row in found]


class FeedRecords:
    """oncall.arranged_ports.Feeds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: Feed) -> None:
        """Save a new one."""
        self._connection.execute(insert(calendar_feeds).values(_values(feed)))

    def get(self, feed: FeedId) -> Feed | None:
        """One that has not been taken back."""
        query = select(calendar_feeds).where(calendar_feeds.c.id == feed, calendar_feeds.c.revoked_at.is_(None))
        row = self._connection.execute(query).mappings().one_or_none()
        return _feed(row) if row else None

    def of(self, about: FeedAbout, name: str) -> Sequence[Feed]:
        """Those about a schedule or a person that have not been taken back."""
        table = calendar_feeds.c
        query = select(calendar_feeds).where(table.about == about, table.name == name, table.revoked_at.is_(None))
        return [_feed(row) for row in self._connection.execute(query.order_by(table.id)).mappings()]

    def revoke(self, feed: FeedId, at: datetime) -> None:
        """Take it back."""
        self._connection.execute(update(calendar_feeds).where(calendar_feeds.c.id == feed).values(revoked_at=at))


class AlarmRecords:
    """oncall.arranged_ports.Alarms."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def told(self) -> Sequence[Missing]:
        """All of it."""
        return [
            Missing(row["schedule"], MissingKind(row["kind"]), row["person"], row["starts_at"], row["ends_at"])
            for row in self._connection.execute(select(coverage_alarms)).mappings()
        ]

    def keep(self, missing: Missing, at: datetime) -> bool:
        """Note that it is told now; False where another process was first."""
        statement = insert_into(self._connection, coverage_alarms).values(_values(missing) | {"told_at": at})
        noted = statement.on_conflict_do_nothing().returning(coverage_alarms.c.schedule)
        return self._connection.execute(noted).first() is not None

    def extend(self, told: Missing, until: datetime) -> None:
        """The same trouble turned out to last longer."""
        self._connection.execute(update(coverage_alarms).where(_is(told)).values(ends_at=until))

    def forget(self, told: Missing) -> None:
        """It is over."""
        self._connection.execute(delete(coverage_alarms).where(_is(told)))


class HandoffRecords:
    """oncall.arranged_ports.HandoffLog, from the events of signed documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def signed(self, since: datetime) -> frozenset[str]:
        """Names of the schedules for which somebody signed a hand-off document since then."""
        query = select(events.c.payload).where(events.c.kind == "handoff.signed", events.c.at >= since)
        return frozenset(str(payload.get("schedule")) for payload in self._connection.execute(query).scalars())


def _is(told: Missing) -> Any:  # Any: a condition, as SQLAlchemy types it
    table = coverage_alarms.c
    return and_(
        table.schedule == told.schedule,
        table.kind == told.kind,
        table.person == told.person,
        table.starts_at == told.start,
    )


def _values(record: Leave | Feed | Missing | Swap) -> Values:
    return {_COLUMNS.get(name, name): getattr(record, name) for name in record.__dataclass_fields__}


def _swap_values(swap: Swap) -> Values:
    moments = [one for one in (swap.start, swap.end, swap.back_start, swap.back_end) if one is not None]
    return _values(swap) | {"first_at": min(moments), "last_at": max(moments)}


def _swap(row: RowMapping) -> Swap:
    fields = {name: row[_COLUMNS.get(name, name)] for name in Swap.__dataclass_fields__}
    return Swap(**fields | {"status": SwapStatus(row["status"])})


def _leave(row: RowMapping) -> Leave:
    return Leave(**{name: row[_COLUMNS.get(name, name)] for name in Leave.__dataclass_fields__})


def _feed(row: RowMapping) -> Feed:
    return Feed(**{name: row[name] for name in Feed.__dataclass_fields__} | {"about": FeedAbout(row["about"])})
