"""Groups of receivers over one connection."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.receivers import (
    receiver_groups,
    receiver_log,
    receiver_members,
    receiver_notifications,
)
from watchbill.receivers.model import Group, Log, Notification

__all__ = ["ReceiverRecords"]

_CHUNK = 500


class ReceiverRecords:
    """receivers.ports.Groups."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, group: str) -> Group | None:
        """One by id, locked."""
        found = select(receiver_groups).where(receiver_groups.c.id == group).with_for_update()
        row = self._connection.execute(found).mappings().one_or_none()
        return Group(**row) if row else None

    def add(self, group: Group) -> bool:
        """Save a new one; False where it is there already."""
        statement = insert_into(self._connection, receiver_groups).values(asdict(group)).on_conflict_do_nothing()
        return self._connection.execute(statement.returning(receiver_groups.c.id)).first() is not None

    def flushed(self, group: str) -> None:
        """Note that it was told of for the first time."""
        self._connection.execute(update(receiver_groups).where(receiver_groups.c.id == group).values(flushed=True))

    def drop(self, group: str) -> None:
        """Delete it with its members and what is being told of it."""
        for table, column in (
            (receiver_members, receiver_members.c.group),
            (receiver_notifications, receiver_notifications.c.group),
            (receiver_groups, receiver_groups.c.id),
        ):
            self._connection.execute(delete(table).where(column == group))

    def join(self, group: str, fingerprint: str, at: datetime) -> None:
        """Make an alert a member, unless it is one."""
        values = {"group": group, "fingerprint": fingerprint, "joined_at": at}
        self._connection.execute(
            insert_into(self._connection, receiver_members).values(values).on_conflict_do_nothing()
        )

    def leave(self, fingerprints: Collection[str], *, group: str) -> None:
        """Take members out."""
        every = sorted(fingerprints)
        for start in range(0, len(every), _CHUNK):
            some = receiver_members.c.fingerprint.in_(every[start : start + _CHUNK])
            self._connection.execute(delete(receiver_members).where(receiver_members.c.group == group, some))

    def of(self, fingerprint: str) -> Sequence[str]:
        """The groups that the alert is a member of."""
        found = select(receiver_members.c.group).where(receiver_members.c.fingerprint == fingerprint)
        return list(self._connection.execute(found).scalars())

    def members(self, group: str) -> Sequence[str]:
        """The fingerprints of the members."""
        found = select(receiver_members.c.fingerprint).where(receiver_members.c.group == group)
        return list(self._connection.execute(found).scalars())

    def drop_other_versions(self, version: str) -> Sequence[str]:
        """Delete the groups of other versions of the file; the fingerprints of their members."""
        other = select(receiver_groups.c.id).where(receiver_groups.c.version != version)
        found = select(receiver_members.c.fingerprint).where(receiver_members.c.group.in_(other)).distinct()
        left = list(self._connection.execute(found).scalars())
        self._connection.execute(delete(receiver_members).where(receiver_members.c.group.in_(other)))
        self._connection.execute(delete(receiver_notifications).where(receiver_notifications.c.group.in_(other)))
        self._connection.execute(delete(receiver_groups).where(receiver_groups.c.version != version))
        return left

    def log(self, key: str, integration: str, now: datetime) -> Log | None:
        """What the integration was told last about the group of that key; None: nothing that is still remembered."""
        c = receiver_log.c
        found = select(c.firing, c.resolved, c.at).where(
            c.key == _short(key), c.integration == integration, c.forget_at > now
        )
        row = self._connection.execute(found).one_or_none()
        return Log(frozenset(row.firing), frozenset(row.resolved), row.at) if row else None

    def write_log(self, key: str, integration: str, log: Log, forget_at: datetime) -> None:
        """Note what it was told, and delete what may be forgotten."""
        self._connection.execute(delete(receiver_log).where(receiver_log.c.forget_at <= log.at))
        values = {
            "key": _short(key),
            "integration": integration,
            "firing": sorted(log.firing),
            "resolved": sorted(log.resolved),
            "at": log.at,
            "forget_at": forget_at,
        }
        self._connection.execute(
            insert_into(self._connection, receiver_log)
            .values(values)
            .on_conflict_do_update(index_elements=["key", "integration"], set_=values)
        )

    def pending(self, group: str, now: datetime) -> int:
        """How many notifications of the group are under way and may still be tried."""
        c = receiver_notifications.c
        counted = select(func.count()).where(c.group == group, c.until > now)
        return self._connection.execute(counted).scalar_one()

    def notification(self, group: str, integration: str) -> Notification | None:
        """One that is under way, locked."""
        c = receiver_notifications.c
        found = select(receiver_notifications).where(c.group == group, c.integration == integration).with_for_update()
        row = self._connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        return Notification(**{**row, "firing": frozenset(row["firing"]), "resolved": frozenset(row["resolved"])})

    def save(self, notification: Notification) -> None:
        """Write it, over an older one to the same integration."""
        values = {
            name: getattr(notification, name)
            for name in ("group", "integration", "key", "at", "until", "forget_at", "data", "attempts")
        } | {"firing": sorted(notification.firing), "resolved": sorted(notification.resolved)}
        self._connection.execute(
            insert_into(self._connection, receiver_notifications)
            .values(values)
            .on_conflict_do_update(index_elements=["group", "integration"], set_=values)
        )

    def done(self, notification: Notification) -> None:
        """Delete it."""
        c = receiver_notifications.c
        self._connection.execute(
            delete(receiver_notifications).where(
                c.group == notification.group, c.integration == notification.integration
            )
        )


def _short(key: str) -> str:
    """Group keys are as long as their labels."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
