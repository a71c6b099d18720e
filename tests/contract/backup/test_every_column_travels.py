"""A backup carries every column of every table, whatever its type."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    create_engine,
    insert,
    select,
)

from watchbill.adapters.store.copying import load_rows, rows_of, tables
from watchbill.adapters.store.metadata import schema
from watchbill.adapters.store.types import Instant, from_json, to_json

# One value for each type; a column of another type fails the test until it is given one here and a reader in copying.py.
VALUES = (
    (Instant, datetime(2026, 11, 24, 3, 12, 0, 5, tzinfo=UTC)),
    (Date, date(2026, 11, 24)),
    (Boolean, True),
    (Integer, 7),
    (Float, 0.5),
    (LargeBinary, b"\x00\xff"),
    (JSON, {"a": [1, None, "é"]}),
    (String, "text é"),
)


def _value(column: Column[object]) -> object:
    return next(value for kind, value in VALUES if isinstance(column.type, kind))


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_column_travels_through_a_backup(table: Table) -> None:
    """What is read out of one database and into another compares equal, nulls included."""
    row = {column.name: _value(column) for column in table.columns}
    bare = {name: None if table.columns[name].nullable else value for name, value in row.items()}
    source, target = (
        create_engine("sqlite://", json_serializer=to_json, json_deserializer=from_json) for _ in range(2)
    )
    for engine in (source, target):
        schema().create_all(engine)
    for given in (row, bare):
        with source.begin() as connection:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.execute(table.delete())
            connection.execute(insert(table).values(given))
            lines = list(rows_of(connection, table))
        with target.begin() as connection:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            connection.execute(table.delete())
            load_rows(connection, table, lines)
            found = connection.execute(select(table)).mappings().one()

            assert dict(found) == given
    source.dispose()
    target.dispose()
