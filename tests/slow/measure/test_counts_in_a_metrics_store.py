"""Final minutes in a real VictoriaMetrics and a real Prometheus: every answer is that of plain addition."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchbill.adapters.measure.asking import Http
from watchbill.adapters.measure.counts import Batch, Cell
from watchbill.adapters.measure.counts.postgresql import PostgresqlMinutes
from watchbill.adapters.measure.counts.remote import RemoteMinutes
from watchbill.adapters.measure.counts.shared import SharedCounts
from watchbill.adapters.store.engine import Database
from watchbill.kernel.clock import SystemClock
from watchbill.slo.plain_counts import PlainCounts

pytestmark = pytest.mark.slow
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["victoria", "prometheus"])
def remote(request: pytest.FixtureRequest) -> RemoteMinutes:
    """A real store."""
    start: Callable[[], str] = request.getfixturevalue(request.param)
    return RemoteMinutes(Http(SystemClock().monotonic), start())


def test_minutes_come_back_as_they_were_sent(remote: RemoteMinutes, postgresql_url: str, tmp_path: Path) -> None:
    """Two days of two series, late events for minutes that have moved, a kill on the way: a new node knows it all."""
    clock, database = SystemClock(), Database(postgresql_url)
    minutes = PostgresqlMinutes(database.begin, database.read)
    now = clock.now()
    end = (now - EPOCH) // MINUTE
    store, plain = SharedCounts(tmp_path / "a", clock, minutes, remote, look_every_s=0), PlainCounts()

    def count(cells: list[Cell]) -> None:
        store.append(Batch("log", cells))
        for cell in cells:
            plain.add(cell.series, EPOCH + cell.minute * MINUTE, cell.good, cell.total)

    count([Cell(name, end - ago, 90 + ago % 10, 100) for name in ("a/ok", 'b"\\/x') for ago in range(0, 2880, 7)])
    _settle(store)
    count([Cell("a/ok", end - 700, 1, 2), Cell("a/ok", end - 2877, 2**40, 2**41), Cell("a/ok", end - 3000, 5, 5)])
    minutes.send_off(end - 15, 1000)  # a node that was killed here
    fresh = SharedCounts(tmp_path / "b", clock, minutes, remote, look_every_s=0)
    for name in ("a/ok", 'b"\\/x'):
        assert fresh.sums(name, [5, 60, 1440, 40_320], now) == plain.sums(name, [5, 60, 1440, 40_320], now)
    _settle(fresh)
    last = SharedCounts(tmp_path / "c", clock, minutes, remote, look_every_s=0)
    for name in ("a/ok", 'b"\\/x'):
        assert last.series(name, now - timedelta(days=2), now, 60) == plain.series(
            name, now - timedelta(days=2), now, 60
        )

    assert len(minutes.cut().minutes) < 20  # all the others have moved
    for one in (store, fresh, last):
        one.close()
    database.close()


def _settle(store: SharedCounts) -> None:
    """Until nothing is on its way; a store may take a second to show what it took."""
    clock = SystemClock()
    for _ in range(100):
        store.settle()
        if not store._shared.moving(1):
            return
        clock.sleep(0.1)
    pytest.fail("the store does not show what it took")
