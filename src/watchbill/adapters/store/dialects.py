"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two modules."""

from typing import Any, cast

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_for", "insert_into", "is_postgresql", "was_inserted"]


def insert_into(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT that knows `on_conflict_do_update`, `on_conflict_do_nothing` and `excluded` on either database."""
    return insert_for(table, on_postgresql=is_postgresql(connection))


def insert_for(table: Table, *, on_postgresql: bool) -> postgresql.Insert:
    """The same for statements that are built once and kept."""
    if on_postgresql:
        return postgresql.insert(table)
    return cast("postgresql.Insert", sqlite.insert(table))  # the two have the same methods and no common parent


def was_inserted(
    connection: Connection, statement: postgresql.Insert, key: Column[Any]
) -> bool:  # Any: whatever the column holds
    """Run an INSERT of one row that may find it there already, and tell whether it is new; `key` is a column of the table.

    The row itself answers: SQLAlchemy keeps no `rowcount` of an INSERT on PostgreSQL.
    """
    return connection.execute(statement.returning(key)).first() is not None


def is_postgresql(connection: Connection) -> bool:
    """Whether the other end is PostgreSQL rather than SQLite."""
    return connection.dialect.name == "postgresql"
