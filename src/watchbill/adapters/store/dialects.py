"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two modules."""

from typing import cast

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

__all__ = ["insert_into", "is_postgresql"]


def insert_into(connection: Connection, table: Table) -> postgresql.Insert:
    """An INSERT that knows `on_conflict_do_update`, `on_conflict_do_nothing` and `excluded` on either database."""
    if is_postgresql(connection):
        return postgresql.insert(table)
    return cast("postgresql.Insert", sqlite.insert(table))  # the two have the same methods and no common parent


def is_postgresql(connection: Connection) -> bool:
    """Whether the other end is PostgreSQL rather than SQLite."""
    return connection.dialect.name == "postgresql"
