"""All rows of all tables as JSON lines, out of one snapshot and into an empty database: the same on either database."""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Date, LargeBinary, Table, func, insert, inspect, select, text

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.metadata import schema
from watchbill.adapters.store.tables.spine import events
from watchbill.adapters.store.types import Instant

__all__ = ["is_empty", "load_rows", "reset_counters", "rows_of", "tables"]

_BATCH = 1_000


def tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return schema().sorted_tables


def rows_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row as one line of JSON, in the order of the primary key; bytes are base64. Memory does not grow with the table."""
    ordered = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=_BATCH).execute(ordered)
    for row in found.mappings():
        yield msgspec.json.encode(dict(row)) + b"\n"


def load_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert lines as `rows_of` wrote them; the count of them. Columns that are gone are left out."""
    readers = {column.name: _reader(column) for column in table.columns}
    count = 0
    batch: list[dict[str, Any]] = []  # Any: values of each column's own type
    for line in lines:
        row = msgspec.json.decode(line)
        batch.append({name: readers[name](value) for name, value in row.items() if name in readers})
        count += 1
        if len(batch) == _BATCH:
            connection.execute(insert(table), batch)
            batch = []
    if batch:
        connection.execute(insert(table), batch)
    return count


def reset_counters(connection: Connection) -> None:
    """After rows came with numbers of their own: counters go on behind them, and numbers of another cluster are forgotten."""
    connection.execute(events.update().values(tx=None))
    if not is_postgresql(connection):
        return  # SQLite counts on from the largest
    for table in tables():
        column = table.autoincrement_column
        if column is not None:
            highest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(select(func.setval(sequence, highest, text("false"))))


def is_empty(connection: Connection) -> bool:
    """Whether the database holds no table at all."""
    return not inspect(connection).get_table_names()


def _reader(column: Column[Any]) -> Callable[[Any], Any]:  # Any: each column has its own type
    if isinstance(column.type, Instant):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    if isinstance(column.type, LargeBinary):
        return lambda value: None if value is None else base64.b64decode(value)
    return lambda value: value
