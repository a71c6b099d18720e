"""Both databases for every contract test: SQLite in a file, and a real PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from watchbill.adapters.store.engine import Database
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import IdSource

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


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
    opened = Database(request.getfixturevalue("postgresql_url"), clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A connection inside a write transaction."""
    with database.begin() as connection:
        yield connection
