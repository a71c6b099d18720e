"""Rows in bulk, cloned from real ones, on SQLite and on PostgreSQL: what the mass of a large installation is made of."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import make_url

__all__ = ["Bulk", "bulk"]

Values = Mapping[str, Any]  # Any: columns of their own types


class Bulk(Protocol):
    """One open connection to a store, outside of the program."""

    def seed(self, table: str, where: str = "") -> dict[str, Any]:  # Any: as above
        """One row of the table, the first that the condition picks."""

    def insert(self, table: str, seed: Values, rows: Iterable[Values]) -> None:
        """Rows like the seed but for what each says itself."""

    def run(self, text: str) -> None:
        """One statement."""


@contextmanager
def bulk(data: Path, database: str | None) -> Iterator[Bulk]:
    """The store of an installation that is not running; committed and analysed at the end."""
    if database is None:
        base = sqlite3.connect(data / "watchbill.db")
        base.execute("PRAGMA synchronous = OFF")
        yield _Sqlite(base)
        base.commit()
        base.execute("ANALYZE")
        base.close()
        return
    url = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as line:
        yield _Postgres(line)
        line.commit()
        line.autocommit = True
        line.execute("VACUUM ANALYZE")


class _Sqlite:
    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def seed(self, table: str, where: str = "") -> dict[str, Any]:  # Any: as above
        found = self._base.execute(f"SELECT * FROM {table}{f' WHERE {where}' if where else ''} LIMIT 1")
        return dict(zip([name for name, *_ in found.description], found.fetchone(), strict=True))

    def insert(self, table: str, seed: Values, rows: Iterable[Values]) -> None:
        names = list(seed)
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        text = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        self._base.executemany(text, ([row.get(name, seed[name]) for name in names] for row in rows))

    def run(self, text: str) -> None:
        self._base.execute(text)


class _Postgres:
    """Seeds are read as text, which every column takes back."""

    def __init__(self, line: "psycopg.Connection[Any]") -> None:  # Any: rows of their own types
        self._line = line

    def seed(self, table: str, where: str = "") -> dict[str, Any]:  # Any: as above
        known = self._line.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
            (table,),
        )
        names = [str(row[0]) for row in known]
        columns = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
        query = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(table))
        if where:
            query += sql.SQL(" WHERE ") + sql.SQL(where)
        row = self._line.execute(query + sql.SQL(" LIMIT 1")).fetchone()
        assert row is not None, table
        return dict(zip(names, row, strict=True))

    def insert(self, table: str, seed: Values, rows: Iterable[Values]) -> None:
        names = list(seed)
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in names)
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        with self._line.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([row.get(name, seed[name]) for name in names])

    def run(self, text: str) -> None:
        self._line.execute(sql.SQL(text))
