"""The database: opens SQLite or PostgreSQL, and hands out connections that are inside a transaction.

What was committed here is on disk (SQLite: WAL with synchronous=FULL). Every write transaction on SQLite starts with
BEGIN IMMEDIATE, because a deferred one that turns from reading to writing fails at once whatever the busy timeout; threads
queue on one lock instead of busy-waiting in the driver. Reads never wait for writers and cannot write.
"""

import contextlib
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool, StaticPool

from watchbill.adapters.store.schema import create, prepare, upgrade, version_of
from watchbill.adapters.store.types import from_json, to_json
from watchbill.kernel.clock import Clock, SystemClock
from watchbill.kernel.errors import Invalid, Unavailable

__all__ = ["Database"]

BUSY_TIMEOUT_S = 5.0
STATEMENT_TIMEOUT_MS = 5_000
IDLE_IN_TRANSACTION_MS = 5_000
_SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": "5000",
    "temp_store": "MEMORY",
}
# Messages after which nothing more may be promised by this process: the disk did not take what SQLite wrote (F8).
_BROKEN_DISK = ("disk I/O error", "database disk image is malformed", "file is not a database")
# Primary result codes; READONLY is absent because it also means that the program tried to write inside `read()`.
_SQLITE_UNAVAILABLE = {"BUSY", "LOCKED", "FULL", "IOERR", "CANTOPEN", "CORRUPT", "NOTADB", "NOMEM", "PROTOCOL"}
# 08 connection, 40 rollback, 53 resources, 55 not in the right state, 57 operator intervention, 58 system.
_POSTGRESQL_UNAVAILABLE = {"08", "40", "53", "55", "57", "58"}


class Database:
    """`sqlite:///path`, `sqlite://` (in memory, one connection shared by all threads) or `postgresql+psycopg://...`.

    Leases and due times on PostgreSQL are judged by the database's own clock, so that workers on several machines agree,
    unless `clock` is one that a test or a simulation moves. `failure` is the reason why this process must not promise durability any more, or None.
    """

    def __init__(self, url: str, *, clock: Clock | None = None, pool_size: int = 8) -> None:
        self.url = make_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        if not self.is_postgresql and self.url.get_backend_name() != "sqlite":
            raise Invalid(
                "database",
                f"{self.url.get_backend_name()!r} is not supported",
                hint="sqlite:///PATH or postgresql+psycopg://",
            )
        self.path = (
            Path(self.url.database)
            if not self.is_postgresql and self.url.database not in {None, "", ":memory:"}
            else None
        )
        self.failure: str | None = None
        self._clock = clock or SystemClock()
        self._asks_database = self.is_postgresql and isinstance(self._clock, SystemClock)
        self._write_lock = threading.Lock()
        self._open = threading.local()
        self._shared = not self.is_postgresql and self.path is None
        if self.is_postgresql:
            self._writer = _postgresql(self.url.set(drivername="postgresql+psycopg"), pool_size)
            self._reader: Engine = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        elif self.path is None:
            self._writer = self._reader = _sqlite(self.url, "BEGIN IMMEDIATE", poolclass=StaticPool)
        else:
            _create_private(self.path)
            self._writer = _sqlite(self.url, "BEGIN IMMEDIATE", poolclass=QueuePool, pool_size=1, max_overflow=1)
            self._reader = _sqlite(self.url, "BEGIN", read_only=True, poolclass=QueuePool, pool_size=4, max_overflow=60)

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end of the block, rolled back when it raises.

        Raises Unavailable when the database is locked, full, away or too slow; nothing was changed then.
        """
        with (
            self._alone(),
            self._exclusive(),
            _translated(self),
            self._writer.connect() as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction over one consistent snapshot; writing in it fails."""
        if self._shared:
            with self._alone(), self._exclusive(), _translated(self), self._reader.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                connection.begin()
                raw.execute("PRAGMA query_only=ON")
                try:
                    yield connection
                finally:
                    connection.rollback()
                    raw.execute("PRAGMA query_only=OFF")
        else:
            with _translated(self), self._reader.connect() as connection:
                yield connection

    def now(self, connection: Connection) -> datetime:
        """The one clock by which leases and due times are judged."""
        if not self._asks_database:
            return self._clock.now()
        found: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return found

    def connect_for_good(self) -> Connection:
        """A connection outside of any transaction, for what lasts as long as the process (locks, LISTEN); close it yourself."""
        with _translated(self):
            return self._writer.connect().execution_options(isolation_level="AUTOCOMMIT")

    def create_all(self) -> None:
        """Make every table at once, without migrations: for tests and throw-away databases."""
        with self.begin() as connection:
            create(connection)

    def prepare(self) -> None:
        """Bring the schema up to date in one transaction: all tables at once where there is none, else the missing migrations."""
        with self.begin() as connection:
            prepare(connection)

    def upgrade(self) -> None:
        """Run the missing migrations in one transaction: all of them or none, whatever interrupts them."""
        with self.begin() as connection:
            upgrade(connection)

    def version(self) -> str | None:
        """The revision of the schema; None where the database is empty."""
        with self.read() as connection:
            return version_of(connection)

    def close(self) -> None:
        """Give back all connections; on SQLite the last one folds the write-ahead log into the file."""
        self._reader.dispose()
        self._writer.dispose()

    @contextlib.contextmanager
    def _exclusive(self) -> Iterator[None]:
        """SQLite has one writer: wait for it here, in line, not in the driver."""
        if self.is_postgresql:
            yield
            return
        if not self._write_lock.acquire(timeout=BUSY_TIMEOUT_S):
            raise Unavailable("the database is busy with another write", retry_after_s=1, hint="try again in a second")
        try:
            yield
        finally:
            self._write_lock.release()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """A second transaction inside the first would wait for itself, or see other data: say so instead."""
        if getattr(self._open, "now", False):
            raise RuntimeError("this thread already has a transaction open; pass its connection on")
        self._open.now = True
        try:
            yield
        finally:
            self._open.now = False


def _sqlite(url: Any, begin: str, *, read_only: bool = False, **pool: Any) -> Engine:  # Any: arguments of create_engine
    engine = create_engine(
        url,
        # The driver's own transaction handling is off: BEGIN is ours (see the module's first paragraph).
        connect_args={"check_same_thread": False, "isolation_level": None},
        json_serializer=to_json,
        json_deserializer=from_json,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _record: object) -> None:  # Any: sqlite3.Connection behind SQLAlchemy's protocol
        for name, value in _SQLITE_PRAGMAS.items():
            raw.execute(f"PRAGMA {name}={value}")
        if read_only:
            raw.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql(url: Any, pool_size: int) -> Engine:  # Any: sqlalchemy.URL
    options = {
        "timezone": "UTC",
        "statement_timeout": STATEMENT_TIMEOUT_MS,
        "lock_timeout": STATEMENT_TIMEOUT_MS,
        # A worker cut off by the network must not keep its rows locked (measured: 41 s and more without it).
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION_MS,
    }
    return create_engine(
        url,
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "watchbill",
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=BUSY_TIMEOUT_S,
        pool_pre_ping=True,
        json_serializer=to_json,
        json_deserializer=from_json,
    )


def _create_private(path: Path) -> None:
    """Make the file with mode 0600 before SQLite does; -wal and -shm take their mode from it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


@contextlib.contextmanager
def _translated(database: Database) -> Iterator[None]:
    """What the driver says when the database cannot serve, in the words of the kernel."""
    try:
        yield
    except PoolTimeout as full:
        raise Unavailable("all connections to the database are in use", retry_after_s=2) from full
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if error.orig and str(error.orig) else type(error).__name__
        if any(word in reason for word in _BROKEN_DISK):
            database.failure = reason
        if _is_unavailable(error):
            raise Unavailable(
                f"the database cannot serve: {reason}", retry_after_s=2, hint="nothing was changed; try again"
            ) from error
        raise


def _is_unavailable(error: DBAPIError) -> bool:
    """Locked, full, away, too slow, deadlocked: states of the moment; anything else is a fault in the program."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state[:2] in _POSTGRESQL_UNAVAILABLE or state == "25P03"  # idle in transaction for too long
    name = getattr(error.orig, "sqlite_errorname", "")
    if name:
        return name.split("_")[1] in _SQLITE_UNAVAILABLE
    return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout"}
