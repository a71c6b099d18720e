"""Bulletins, subscribers and reports of status pages over one connection."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from watchbill.adapters.store.tables.status import bulletins, status_reports, subscribers
from watchbill.incidents.model.status import Bulletin, Condition, Stage, StatusReport, Subscriber, Via
from watchbill.kernel.ids import BulletinId, IncidentId, SubscriberId

__all__ = ["StatusStore"]

_MOST = 2_000  # bulletins of one question; a page with more of them in a month has other troubles


class StatusStore:
    """incidents.status_ports.StatusRecords."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- bulletins

    def add_bulletin(self, bulletin: Bulletin) -> None:
        """Save one."""
        self._connection.execute(insert(bulletins).values(asdict(bulletin) | {"services": list(bulletin.services)}))

    def bulletin(self, bulletin: BulletinId) -> Bulletin | None:
        """One by id."""
        found = self._bulletins(select(bulletins).where(bulletins.c.id == bulletin))
        return found[0] if found else None

    def of_incident(self, incident: IncidentId, page: str | None = None) -> Sequence[Bulletin]:
        """What was published about an incident, newest first."""
        query = select(bulletins).where(bulletins.c.incident == incident)
        return self._bulletins(query if page is None else query.where(bulletins.c.page == page))

    def on_page(self, page: str, *, since: datetime, until: datetime) -> Sequence[Bulletin]:
        """What was published within a span, newest first."""
        query = select(bulletins).where(bulletins.c.page == page, bulletins.c.at >= since, bulletins.c.at < until)
        return self._bulletins(query)

    def still_open(self, page: str) -> Sequence[Bulletin]:
        """All bulletins of those threads whose newest is not `resolved`."""
        newest = (
            select(bulletins.c.incident, func.max(bulletins.c.id).label("newest"))
            .where(bulletins.c.page == page)
            .group_by(bulletins.c.incident)
            .subquery()
        )
        going_on = (
            select(newest.c.incident)
            .join(bulletins, bulletins.c.id == newest.c.newest)
            .where(bulletins.c.stage != Stage.RESOLVED)
        )
        return self._bulletins(select(bulletins).where(bulletins.c.page == page, bulletins.c.incident.in_(going_on)))

    def move(self, incident: IncidentId, into: IncidentId) -> None:
        """Let the bulletins of an incident belong to another."""
        self._connection.execute(update(bulletins).where(bulletins.c.incident == incident).values(incident=into))

    # --- subscribers

    def add_subscriber(self, subscriber: Subscriber) -> None:
        """Save a new one."""
        self._connection.execute(insert(subscribers).values(asdict(subscriber)))

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Write the new state over the old."""
        self._connection.execute(
            update(subscribers).where(subscribers.c.id == subscriber.id).values(asdict(subscriber))
        )

    def subscriber(self, subscriber: SubscriberId) -> Subscriber | None:
        """One by id."""
        found = self._subscribers(select(subscribers).where(subscribers.c.id == subscriber))
        return found[0] if found else None

    def subscribed(self, page: str, via: Via, address: str) -> Subscriber | None:
        """The one of that address that has not ended."""
        query = select(subscribers).where(
            subscribers.c.page == page,
            subscribers.c.via == via,
            subscribers.c.address == address,
            subscribers.c.ended_at.is_(None),
        )
        found = self._subscribers(query)
        return found[0] if found else None

    def subscribers(
        self, page: str, *, after: str = "", limit: int = 500, active: bool = False
    ) -> Sequence[Subscriber]:
        """By id, those after the given id."""
        query = select(subscribers).where(
            subscribers.c.page == page, subscribers.c.ended_at.is_(None), subscribers.c.id > after
        )
        if active:
            query = query.where(subscribers.c.confirmed_at.is_not(None))
        return self._subscribers(query.order_by(subscribers.c.id).limit(limit))

    def count_subscribers(self, page: str) -> int:
        """How many hear of bulletins."""
        query = select(func.count()).where(
            subscribers.c.page == page, subscribers.c.ended_at.is_(None), subscribers.c.confirmed_at.is_not(None)
        )
        return int(self._connection.execute(query).scalar_one())

    def asked_since(self, page: str, since: datetime) -> int:
        """How many subscribed since a moment."""
        query = select(func.count()).where(subscribers.c.page == page, subscribers.c.created_at > since)
        return int(self._connection.execute(query).scalar_one())

    # --- reports

    def add_report(self, report: StatusReport) -> None:
        """Save one."""
        self._connection.execute(insert(status_reports).values(asdict(report)))

    def reports(self, page: str | None = None, *, since: datetime, limit: int = 200) -> Sequence[StatusReport]:
        """Reports since a moment, newest first."""
        query = select(status_reports).where(status_reports.c.at > since)
        if page is not None:
            query = query.where(status_reports.c.page == page)
        rows = self._connection.execute(
            query.order_by(status_reports.c.at.desc(), status_reports.c.id.desc()).limit(limit)
        )
        return [StatusReport(**row) for row in rows.mappings()]

    # --- inside

    def _bulletins(self, query: Select[Any]) -> list[Bulletin]:  # Any: the columns of the table
        newest_first = query.order_by(bulletins.c.at.desc(), bulletins.c.id.desc()).limit(_MOST)
        return [_bulletin(row) for row in self._connection.execute(newest_first).mappings()]

    def _subscribers(self, query: Select[Any]) -> list[Subscriber]:  # Any: as above
        return [
            Subscriber(**(dict(row) | {"via": Via(row["via"])})) for row in self._connection.execute(query).mappings()
        ]


def _bulletin(row: RowMapping) -> Bulletin:
    typed = {
        "stage": Stage(row["stage"]),
        "condition": Condition(row["condition"]),
        "services": tuple(row["services"]),
    }
    return Bulletin(**(dict(row) | typed))
