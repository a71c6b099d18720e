"""Many rows in one statement.

The driver of SQLite lets go of the interpreter lock at every row of an `executemany`; while another thread computes, each
row then waits to get it back (measured with 24 columns: 7 µs a row alone, 1,500 µs beside one busy thread). One statement
with many VALUES is a single step: 7 µs alone, 20 µs beside a busy thread. On PostgreSQL it is a single round trip.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Connection, Dialect, Table

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.types import Instant, to_json
from watchbill.kernel.instants import to_text

__all__ = ["insert_many", "update_many"]

ROWS = 500  # one statement text for most chunks, so that the driver finds it prepared
MAX_PARAMETERS = 30_000  # SQLite takes 32,766, PostgreSQL 65,535

Row = Mapping[str, Any]  # Any: values of columns
Bind = Callable[[Any], Any] | None  # Any: as above


def insert_many(connection: Connection, table: Table, rows: Sequence[Row], *, replace: Sequence[str] = ()) -> None:
    """Insert rows that all have the same keys. `replace` names the columns to overwrite where the primary key is there already."""
    if not rows:
        return
    names = tuple(rows[0])
    keys = ", ".join(column.name for column in table.primary_key)
    ending = ""
    if replace:
        ending = f" ON CONFLICT ({keys}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in replace)
    head = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES "
    for values, parameters in _values(connection, table, names, rows):
        connection.exec_driver_sql(head + values + ending, parameters)


def update_many(connection: Connection, table: Table, rows: Sequence[Row], *, key: str, guard: str = "") -> int:
    """Update one row of the table for each given row, found by `key`; the count of them. `guard` is one more SQL condition,
    in which `new.NAME` stands for a given value.
    """
    if not rows:
        return 0
    names = (key, *(name for name in rows[0] if name != key))
    places = {name: f"v.column{place}" for place, name in enumerate(names, 1)}
    changes = ", ".join(f"{name} = {places[name]}" for name in names[1:])
    condition = f" AND ({_with_places(guard, places)})" if guard else ""
    changed = 0
    for values, parameters in _values(connection, table, names, rows):
        done = connection.exec_driver_sql(
            f"UPDATE {table.name} SET {changes} FROM (VALUES {values}) AS v WHERE {table.name}.{key} = {places[key]}{condition}",
            parameters,
        )
        changed += done.rowcount
    return changed


def _with_places(guard: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        guard = guard.replace(f"new.{name}", place)
    return guard


def _values(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Sequence[Row]
) -> Iterator[tuple[str, tuple[Any, ...]]]:  # Any: parameters of a driver
    one, binds = _shape(connection.dialect, is_postgresql(connection), table, names)
    at_once = min(ROWS, MAX_PARAMETERS // len(names))
    columns = tuple(zip(names, binds, strict=True))
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        parameters = tuple([row[name] if bind is None else bind(row[name]) for row in part for name, bind in columns])
        yield ", ".join([one] * len(part)), parameters


@lru_cache(maxsize=64)
def _shape(dialect: Dialect, on_postgresql: bool, table: Table, names: tuple[str, ...]) -> tuple[str, tuple[Bind, ...]]:  # noqa: FBT001 - a key of the cache
    """The text of one row's VALUES and how each column's value is given to the driver."""
    columns = [table.c[name] for name in names]
    marks = [_mark(column, dialect) if on_postgresql else "?" for column in columns]
    return f"({', '.join(marks)})", tuple(_bind(column, dialect) for column in columns)


def _mark(column: Column[Any], dialect: Dialect) -> str:
    """PostgreSQL cannot guess the type of a parameter that stands in VALUES."""
    return f"%s::{column.type.dialect_impl(dialect).compile(dialect=dialect)}"


def _bind(column: Column[Any], dialect: Dialect) -> Bind:
    """SQLAlchemy's own processors call each other four deep; for the two types of ours that is most of the time spent."""
    if isinstance(column.type, Instant) and dialect.name != "postgresql":
        return lambda moment: None if moment is None else to_text(moment)
    if isinstance(column.type, JSON):
        return lambda value: None if value is None else to_json(value)
    found: Bind = column.type.dialect_impl(dialect).bind_processor(dialect)
    return found
