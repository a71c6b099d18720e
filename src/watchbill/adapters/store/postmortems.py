"""Postmortems with their versions, and action items, over one connection."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from watchbill.adapters.store.dialects import insert_into, is_postgresql, was_inserted
from watchbill.adapters.store.tables.postmortems import action_items, postmortem_versions, postmortems
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.kernel.ids import ActionItemId, IncidentId, PostmortemId
from watchbill.postmortems.model import (
    ActionItem,
    ActionPriority,
    ActionStatus,
    ActionType,
    Approval,
    Figures,
    Judgement,
    Postmortem,
    PostmortemStatus,
    Version,
)
from watchbill.postmortems.ports import ActionSearch, PostmortemSearch

__all__ = ["ActionItemRecords", "PostmortemRecords"]

_LOCK = 0x616974  # "ait": the advisory lock under which action items get their numbers

Values = dict[str, Any]  # Any: columns of their own types


class PostmortemRecords:
    """What postmortems.ports.Postmortems asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, postmortem: Postmortem) -> bool:
        """Save a new one; False, and nothing saved, where its incident has one."""
        statement = insert_into(self._connection, postmortems).values(_row(postmortem))
        unless_there = statement.on_conflict_do_nothing(index_elements=["incident"])
        return was_inserted(self._connection, unless_there, postmortems.c.id)

    def save(self, postmortem: Postmortem) -> None:
        """Write the new state over the old."""
        changed = update(postmortems).where(postmortems.c.id == postmortem.id).values(_row(postmortem))
        self._connection.execute(changed)

    def get(self, postmortem: PostmortemId, *, lock: bool = False) -> Postmortem | None:
        """One by id, locked against other transactions where asked."""
        found = select(postmortems).where(postmortems.c.id == postmortem)
        return self._one(found.with_for_update() if lock else found)

    def of_incident(self, incident: IncidentId) -> Postmortem | None:
        """The one of that incident."""
        return self._one(select(postmortems).where(postmortems.c.incident == incident))

    def demanded_for(self, slo: str) -> Postmortem | None:
        """The newest that a spent budget of that SLO demanded and that is not final."""
        waiting = select(postmortems).where(postmortems.c.slo == slo, postmortems.c.status != PostmortemStatus.FINAL)
        return self._one(waiting.order_by(postmortems.c.id.desc()).limit(1))

    def find(self, search: PostmortemSearch) -> Sequence[Postmortem]:
        """Postmortems, newest first."""
        found = select(postmortems).order_by(postmortems.c.id.desc()).limit(search.limit)
        if search.statuses:
            found = found.where(postmortems.c.status.in_(search.statuses))
        if search.incident is not None:
            found = found.where(postmortems.c.incident == search.incident)
        if search.before is not None:
            found = found.where(postmortems.c.id < search.before)
        return [_postmortem(row) for row in self._connection.execute(found).mappings()]

    def add_version(self, version: Version) -> None:
        """Keep a state; a number that exists already fails, and undoes the transaction."""
        row = {name: getattr(version, name) for name in ("postmortem", "number", "at", "by", "reason")}
        row |= {"figures": to_builtins(version.figures), "judged": to_builtins(version.judged)}
        self._connection.execute(insert(postmortem_versions).values(row))

    def versions(self, postmortem: PostmortemId) -> Sequence[Version]:
        """All states, oldest first."""
        found = select(postmortem_versions).where(postmortem_versions.c.postmortem == postmortem)
        rows = self._connection.execute(found.order_by(postmortem_versions.c.number)).mappings()
        return [Version(**{**row, **_content(row)}) for row in rows]

    def _one(self, found: Select[Any]) -> Postmortem | None:  # Any: the columns of the table
        row = self._connection.execute(found).mappings().one_or_none()
        return _postmortem(row) if row else None


class ActionItemRecords:
    """What postmortems.ports.ActionItems asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_number(self) -> int:
        """One more than the newest; other transactions that ask wait until this one ends."""
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        return (self.newest_number() or 0) + 1

    def newest_number(self) -> int | None:
        """The number of the newest item."""
        found: int | None = self._connection.execute(select(func.max(action_items.c.number))).scalar()
        return found

    def save(self, item: ActionItem) -> None:
        """Save an item, new or changed."""
        row = {name: getattr(item, name) for name in _ACTION_COLUMNS}
        statement = insert_into(self._connection, action_items).values(row)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def get(self, item: ActionItemId) -> ActionItem | None:
        """One by id."""
        return self._one(select(action_items).where(action_items.c.id == item))

    def numbered(self, number: int) -> ActionItem | None:
        """One by number."""
        return self._one(select(action_items).where(action_items.c.number == number))

    def of_postmortem(self, postmortem: PostmortemId) -> Sequence[ActionItem]:
        """All of a postmortem, by number."""
        return self._all(
            select(action_items).where(action_items.c.postmortem == postmortem).order_by(action_items.c.number)
        )

    def find(self, search: ActionSearch) -> Sequence[ActionItem]:
        """Items, newest first."""
        found = select(action_items).order_by(action_items.c.number.desc()).limit(search.limit)
        if search.statuses:
            found = found.where(action_items.c.status.in_(search.statuses))
        if search.owner is not None:
            found = found.where(action_items.c.owner == search.owner)
        if search.postmortem is not None:
            found = found.where(action_items.c.postmortem == search.postmortem)
        if search.due_before is not None:
            found = found.where(action_items.c.deadline < search.due_before, action_items.c.status != ActionStatus.DONE)
        if search.priorities:
            found = found.where(action_items.c.priority.in_(search.priorities))
        if search.before is not None:
            found = found.where(action_items.c.number < search.before)
        return self._all(found)

    def _one(self, found: Select[Any]) -> ActionItem | None:  # Any: the columns of the table
        return next(iter(self._all(found)), None)

    def _all(self, found: Select[Any]) -> list[ActionItem]:  # Any: the columns of the table
        return [_action(row) for row in self._connection.execute(found).mappings()]


_ACTION_COLUMNS = tuple(column.name for column in action_items.columns)
_COLUMNS = tuple(column.name for column in postmortems.columns)


def _row(postmortem: Postmortem) -> Values:
    row: Values = {name: getattr(postmortem, name) for name in _COLUMNS}
    documents = {name: to_builtins(row[name]) for name in ("figures", "judged", "approvals")}
    return row | documents


def _content(row: RowMapping) -> Values:
    return {"figures": from_builtins(row["figures"], Figures), "judged": from_builtins(row["judged"], Judgement)}


def _postmortem(row: RowMapping) -> Postmortem:
    approvals = tuple(from_builtins(one, Approval) for one in row["approvals"])
    typed = {"status": PostmortemStatus(row["status"]), "approvals": approvals}
    return Postmortem(**{**row, **_content(row), **typed})


def _action(row: RowMapping) -> ActionItem:
    typed = {
        "type": ActionType(row["type"]),
        "priority": ActionPriority(row["priority"]),
        "status": ActionStatus(row["status"]),
    }
    return ActionItem(**{**row, **typed})
