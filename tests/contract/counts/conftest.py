"""Both counts stores behind one fixture: the embedded one, and the one that several nodes share."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.counts.postgresql import Moving, PostgresqlMinutes
from watchbill.adapters.measure.counts.shared import SharedCounts
from watchbill.adapters.store.engine import Database
from watchbill.kernel.clock import ManualClock

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TABLES = "count_sources, count_batches, count_minutes, count_parts, count_log, count_marks"


class MemoryRemote:
    """Final minutes in memory, with the rules of the real ones: a part takes no older sample, the same one again is fine."""

    def __init__(self) -> None:
        self.samples: dict[tuple[str, int, int], Moving] = {}
        self.newest: dict[tuple[str, int], int] = {}

    def write(self, minutes: Sequence[Moving]) -> None:
        """Take them, or raise as a store does that takes nothing out of order."""
        for one in sorted(minutes, key=lambda one: one.minute):
            key = (one.series, one.minute, one.part)
            assert self.samples.get(key, one) == one, "a sample that is there has another value"
            assert key in self.samples or one.minute > self.newest.get(key[::2], -1), "out of order"
            self.samples[key] = one
            self.newest[key[::2]] = max(one.minute, self.newest.get(key[::2], -1))

    def read(self, start: int, end: int) -> Iterable[Moving]:
        """What lies in [start, end)."""
        return [one for one in self.samples.values() if start <= one.minute < end]


class Stores:
    """Opens stores of one kind. `again` is another process on the same data: for the shared one, a node with an empty copy."""

    def __init__(self, kind: str, folder: Path, database: Database | None) -> None:
        self.kind, self._folder, self._database = kind, folder, database
        self._numbers = count()
        self.remote = MemoryRemote()
        self.minutes = None if database is None else PostgresqlMinutes(database.begin, database.read)
        self._open: list[CountsStore] = []

    def new(self, clock: ManualClock | None = None) -> CountsStore:
        """A store without any data."""
        self.close()
        if self._database is not None:
            with self._database.begin() as connection:
                connection.execute(text(f"TRUNCATE {TABLES} RESTART IDENTITY"))
        self.remote.samples.clear()
        self.remote.newest.clear()
        shutil.rmtree(self._folder, ignore_errors=True)
        return self.again(clock)

    def again(self, clock: ManualClock | None = None) -> CountsStore:
        """A store on the data that is there."""
        clock = clock or ManualClock(NOW)
        if self.minutes is None:
            self.close()
            opened = CountsStore(self._folder / "counts", clock)
        else:
            folder = self._folder / f"node-{next(self._numbers)}"
            opened = SharedCounts(folder, clock, self.minutes, self.remote, look_every_s=0)
        self._open.append(opened)
        return opened

    def settle(self) -> None:
        """Let what is final move to where it stays."""
        for store in self._open:
            if isinstance(store, SharedCounts):
                while store.settle():
                    pass

    def close(self) -> None:
        """Close what is open."""
        for store in self._open:
            store.close()
        self._open.clear()


@pytest.fixture(params=["embedded", "shared"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Stores of each kind."""
    database = None
    if request.param == "shared":
        database = Database(request.getfixturevalue("postgresql_url"))
    made = Stores(request.param, tmp_path / "counts", database)
    yield made
    made.close()
    if database is not None:
        database.close()


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Stores]]:
    """Shared stores only."""
    database = Database(request.getfixturevalue("postgresql_url"))
    made = Stores("shared", tmp_path / "counts", database)
    yield lambda: made
    made.close()
    database.close()
