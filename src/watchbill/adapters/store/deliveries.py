"""Deliveries and the attempts at them, over one connection: the store behind `oncall.ports.Deliveries`."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql

from watchbill.adapters.store.bulk import insert_many
from watchbill.adapters.store.dialects import insert_for, is_postgresql
from watchbill.adapters.store.tables.oncall import attempts, deliveries, pages
from watchbill.kernel.ids import DeliveryId, PageId
from watchbill.oncall.model import Attempt, Delivery, DeliveryStatus, Outcome

__all__ = ["DeliveryRecords"]

_FIXED = {"id", "page", "escalation", "channel", "address", "rank", "created_at", "person"}


class DeliveryRecords:
    """What oncall.ports.Deliveries asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, delivery: Delivery) -> None:
        """Save a delivery, new or changed. The person is kept beside it, for `fold` looks them up by it."""
        values: dict[str, Any] = {name: getattr(delivery, name) for name in delivery.__slots__}  # Any: columns
        self._connection.execute(_save(is_postgresql(self._connection)), values | {"of_page": delivery.page})

    def get(self, delivery: DeliveryId, *, lock: bool = False) -> Delivery | None:
        """One by id."""
        query = select(deliveries).where(deliveries.c.id == delivery)
        found = self._deliveries(query.with_for_update() if lock else query)
        return found[0] if found else None

    def of_page(self, page: PageId) -> Sequence[Delivery]:
        """All of a page, by rank."""
        query = select(deliveries).where(deliveries.c.page == page)
        return self._deliveries(query.order_by(deliveries.c.rank, deliveries.c.id))

    def of_pages(self, pages: Sequence[PageId]) -> Sequence[Delivery]:
        """All of these pages, by page and rank."""
        query = select(deliveries).where(deliveries.c.page.in_(pages))
        return self._deliveries(query.order_by(deliveries.c.page, deliveries.c.rank, deliveries.c.id))

    def fold(self, into: Delivery, *, due: datetime, limit: int) -> Sequence[Delivery]:
        """Let one speak for those that wait behind it; rows that another transaction holds are left alone."""
        person = select(deliveries.c.person).where(deliveries.c.id == into.id).scalar_subquery()
        behind = (
            select(deliveries.c.id)
            .where(
                deliveries.c.channel == into.channel,
                deliveries.c.address == into.address,
                deliveries.c.person == person,
                deliveries.c.due_at <= due,
                deliveries.c.status == DeliveryStatus.WAITING,
                deliveries.c.attempts == 0,
                deliveries.c.id != into.id,
            )
            .order_by(deliveries.c.due_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("behind")
        )
        return self._changed(
            deliveries.c.id.in_(select(behind.c.id)), status=DeliveryStatus.FOLDED, folded_into=into.id
        )

    def folded_into(self, carrier: DeliveryId) -> Sequence[Delivery]:
        """Those that this one speaks for, locked."""
        return self._deliveries(select(deliveries).where(*_folded(carrier)).order_by(deliveries.c.id).with_for_update())

    def unfold(self, carrier: DeliveryId, *, due_at: datetime) -> Sequence[Delivery]:
        """Let those that this one speaks for wait on their own again, in one step."""
        return self._changed(*_folded(carrier), status=DeliveryStatus.WAITING, folded_into=None, due_at=due_at)

    def save_attempt(self, attempt: Attempt) -> None:
        """Save an attempt, new or ended."""
        values: dict[str, Any] = {name: getattr(attempt, name) for name in attempt.__slots__}  # Any: columns
        insert_many(self._connection, attempts, [values], replace=("ended_at", "outcome", "code", "answer"))

    def attempts(self, deliveries: Sequence[DeliveryId]) -> Sequence[Attempt]:
        """All attempts at these deliveries, by delivery and number."""
        query = select(attempts).where(attempts.c.delivery.in_(deliveries))
        rows = self._connection.execute(query.order_by(attempts.c.delivery, attempts.c.number)).mappings()
        return [Attempt(**(dict(row) | {"outcome": Outcome(row["outcome"])})) for row in rows]

    def _deliveries(self, query: Select[Any]) -> list[Delivery]:  # Any: the columns of the table
        return [_delivery(row) for row in self._connection.execute(query).mappings()]

    def _changed(self, *where: Any, **values: object) -> list[Delivery]:  # Any: conditions, as SQLAlchemy types them
        statement = update(deliveries).where(*where).values(**values).returning(deliveries)
        rows = self._connection.execute(statement).mappings()
        return sorted((_delivery(row) for row in rows), key=lambda delivery: delivery.id)


@cache
def _save(on_postgresql: bool) -> postgresql.Insert:  # noqa: FBT001 - a key of the cache
    """INSERT of one delivery, or its new state; built once, for building it costs more than running it."""
    person = select(pages.c.person).where(pages.c.id == bindparam("of_page")).scalar_subquery()
    statement = insert_for(deliveries, on_postgresql=on_postgresql)
    changed = {name: statement.excluded[name] for name in Delivery.__slots__ if name not in _FIXED}
    return statement.values(person=person).on_conflict_do_update(index_elements=["id"], set_=changed)


def _folded(carrier: DeliveryId) -> tuple[Any, Any]:  # Any: conditions, as SQLAlchemy types them
    return deliveries.c.folded_into == carrier, deliveries.c.status == DeliveryStatus.FOLDED


def _delivery(row: RowMapping) -> Delivery:
    fields = {name: value for name, value in row.items() if name != "person"}
    return Delivery(**(fields | {"status": DeliveryStatus(row["status"])}))
