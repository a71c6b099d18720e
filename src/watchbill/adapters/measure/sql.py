"""SQL sources: a query that gives minute, good and total, asked in a transaction that only reads, within a time."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from watchbill.adapters.measure.asking import Credentials
from watchbill.adapters.measure.pulling import Fetched, Ledger
from watchbill.adapters.measure.pulling.rows import fetched
from watchbill.slo.model import Sli, Sql

__all__ = ["SqlReader"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MOST_ROWS = 500_000
_STEPS = 10_000  # SQLite's virtual machine looks at the clock after so many
_WRITES = re.compile(
    r"^\s*(insert|update|delete|drop|alter|create|truncate|grant|merge|call|copy|set)\b", re.IGNORECASE
)


class SqlReader:
    """Answers the puller's question. PostgreSQL, MySQL and SQLite refuse to write in such a transaction; with any database
    it is rolled back, and the user of the URL should be one that may only read.
    """

    def __init__(
        self, monotonic: Callable[[], float], *, timeout_s: float = 30.0, credentials: Credentials | None = None
    ) -> None:
        self._monotonic, self._timeout_s = monotonic, timeout_s
        self._credentials = credentials or Credentials()
        self._engines: dict[str, Engine] = {}

    def ask(self, slis: Sequence[Sli], start: int, end: int, _ledgers: Mapping[str, Ledger]) -> dict[str, Fetched]:
        """Minutes [start, end), one SLI after the other."""
        return {sli.name: self._one(sli.source, start, end) for sli in slis if isinstance(sli.source, Sql)}

    def close(self) -> None:
        """Let go of the databases."""
        for engine in self._engines.values():
            engine.dispose()
        self._engines.clear()

    def _one(self, source: Sql, start: int, end: int) -> Fetched:
        if _WRITES.match(source.query):
            return Fetched(trouble="the query would change data: a source only reads", failed=True)
        try:
            with self._engine(source.url).connect() as connection:
                try:
                    self._fence(connection)
                    return fetched(self._rows(connection, source.query, start, end))
                finally:
                    connection.rollback()
        except (ArgumentError, NoSuchModuleError) as wrong:
            return Fetched(trouble=f"the database's address cannot be used: {wrong}", failed=True)
        except (SQLAlchemyError, ImportError, OSError) as wrong:
            said = str(getattr(wrong, "orig", None) or wrong).strip().splitlines() or [type(wrong).__name__]
            return Fetched(trouble=f"the database says: {said[0]}", failed=True)

    def _engine(self, url: str) -> Engine:
        if url not in self._engines:
            address = make_url(url)
            pair = self._credentials.pair(url)
            if pair is not None:
                address = address.set(username=pair[0], password=pair[1])
            self._engines[url] = create_engine(address, poolclass=NullPool)
        return self._engines[url]

    def _fence(self, connection: Connection) -> None:
        """Read only, and within the time."""
        dialect, milliseconds = connection.dialect.name, round(self._timeout_s * 1000)
        if dialect == "postgresql":
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
        elif dialect in {"mysql", "mariadb"}:
            connection.execute(text(f"SET SESSION MAX_EXECUTION_TIME = {milliseconds}"))
            connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
        elif dialect == "sqlite":
            raw: Any = (
                connection.connection.driver_connection
            )  # Any: sqlite3's own connection, of which SQLAlchemy knows nothing
            raw.execute("PRAGMA query_only=ON")
            deadline = self._monotonic() + self._timeout_s
            raw.set_progress_handler(lambda: self._monotonic() > deadline, _STEPS)

    def _rows(self, connection: Connection, query: str, start: int, end: int) -> list[Sequence[object]]:
        statement = text(query)
        first, last = _EPOCH + start * _MINUTE, _EPOCH + end * _MINUTE
        known: dict[str, object] = {"start": first, "end": last, "start_unix": start * 60, "end_unix": end * 60}
        if connection.dialect.name == "sqlite":  # it has no times, only texts that sort like them
            known |= {"start": f"{first:%Y-%m-%d %H:%M:%S}", "end": f"{last:%Y-%m-%d %H:%M:%S}"}
        wanted = statement.compile().params
        result = connection.execute(statement, {name: known[name] for name in wanted if name in known})
        rows: list[Sequence[object]] = [tuple(row) for row in result.fetchmany(_MOST_ROWS)]
        return rows
