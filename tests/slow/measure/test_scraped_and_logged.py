"""The same traffic, once by its log and once by its scraped counters: the budgets agree within the error of scraping.

What scraping cannot see: what happened between the last scrape before a restart and the restart, and the first increments of
a series that is new. The drive below makes both, and the tolerance is derived from it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.slow.measure.conftest import Shop

from watchbill.adapters.measure.asking import Http
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.follow import LogFollower
from watchbill.adapters.measure.prometheus import PrometheusReader
from watchbill.adapters.measure.pulling import Puller
from watchbill.adapters.measure.pulling.puller import Pace
from watchbill.kernel.clock import SystemClock
from watchbill.slo.model import Logs, Prometheus, Sli

pytestmark = pytest.mark.slow
TICKS, GOOD_A_TICK, TICK_S = 180, 4, 0.5
RESTART_AT, ERRORS_FROM = 90, 30


@pytest.fixture
def counts(tmp_path: Path) -> Iterator[CountsStore]:
    """An empty store."""
    opened = CountsStore(tmp_path / "counts", SystemClock())
    yield opened
    opened.close()


@pytest.mark.parametrize("server", ["prometheus", "victoria"])
def test_a_log_and_its_counters_give_the_same_budget(
    request: pytest.FixtureRequest, server: str, shop: Shop, counts: CountsStore
) -> None:
    """90 seconds of traffic with errors that begin late and a restart in the middle: ratios agree within 1 % of all events."""
    start: Callable[..., str] = request.getfixturevalue(server)
    clock = SystemClock()
    shop.counters = {"200": 0}
    url = start(shop.port)
    clock.sleep(3)  # the first scrapes, before anything is counted
    began = clock.now()
    _drive(shop, clock)
    clock.sleep(60 - clock.now().second + 3)  # the last minute is over, and its last scrape is in
    scraped = Sli("scraped", source=_queries(url))
    logged = Sli("logged", good="status < 500", source=Logs(str(shop.log)))
    Puller(
        counts, clock, PrometheusReader(Http(clock.monotonic)).ask, lambda _: "p", Pace(delay=timedelta(seconds=1))
    ).cycle([scraped], {"scraped": timedelta(hours=1)})
    LogFollower(counts, clock).cycle([logged])
    by_log = _sum(counts, "logged", began, clock.now())
    by_scrape = _sum(counts, "scraped", began, clock.now())
    errors = TICKS - ERRORS_FROM

    assert by_log == (errors, TICKS * GOOD_A_TICK + errors)
    # Lost: at most two scrape intervals (2 s, 4 ticks) around the restart, and one before the first error shows.
    lost_bad, lost_all = 4 + 2 + 4, (4 + 4) * (GOOD_A_TICK + 1)
    assert abs(by_scrape[0] - by_log[0]) <= lost_bad
    assert abs(by_scrape[1] - by_log[1]) <= lost_all


def test_a_server_that_forgot_shows_what_it_keeps(
    prometheus: Callable[..., str], shop: Shop, counts: CountsStore
) -> None:
    """A real Prometheus says how long it keeps samples; minutes that it never had are not covered."""
    clock = SystemClock()
    shop.counters = {"200": 0}
    url = prometheus(shop.port, retention="3d")
    clock.sleep(3)
    shop.drive(200, 10)
    clock.sleep(60 - clock.now().second + 3)
    scraped = Sli("scraped", source=_queries(url))
    puller = Puller(
        counts, clock, PrometheusReader(Http(clock.monotonic)).ask, lambda _: "p", Pace(delay=timedelta(seconds=1))
    )
    for _ in range(12):
        puller.cycle([scraped], {"scraped": timedelta(days=7)})
    state = puller.state(scraped)
    covered = counts.sums("scraped", [7 * 1440], clock.now())[0].covered

    assert state.reason == "the server keeps 3d"
    assert state.caught_up
    assert 1 <= covered <= 3


def _queries(url: str) -> Prometheus:
    return Prometheus(
        url,
        total='sum(rate(http_requests_total{service="shop"}[$window]))',
        bad='sum(rate(http_requests_total{service="shop",code=~"5.."}[$window]))',
    )


def _drive(shop: Shop, clock: SystemClock) -> None:
    for tick in range(TICKS):
        shop.drive(200, GOOD_A_TICK)
        if tick >= ERRORS_FROM:
            shop.drive(500)
        if tick == RESTART_AT:
            shop.restart()
        clock.sleep(TICK_S)


def _sum(counts: CountsStore, sli: str, start: datetime, end: datetime) -> tuple[int, int]:
    found = counts.between(sli, start - timedelta(minutes=1), end)
    return found.bad, found.total
