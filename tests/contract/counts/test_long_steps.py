"""A series in long steps is read from hours that are kept; it says what adding up its minutes says, whatever came when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Bucket

NOW = datetime(2026, 11, 24, 3, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW_MINUTE = (NOW - datetime(1970, 1, 1, tzinfo=UTC)) // MINUTE

Arrivals = dict[int, tuple[int, int]]  # minutes ago: good, bad
arrivals = st.dictionaries(st.integers(0, 9_000), st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


@pytest.fixture
def clock() -> ManualClock:
    """Now."""
    return ManualClock(NOW)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[CountsStore]:
    """An empty one."""
    made = CountsStore(tmp_path / "counts", clock)
    yield made
    made.close()


def _add(store: CountsStore, series: str, found: Arrivals) -> None:
    store.append(Batch("log", [Cell(series, NOW_MINUTE - ago, good, good + bad) for ago, (good, bad) in found.items()]))


def _by_minutes(store: CountsStore, series: str, start: datetime, end: datetime, step: int) -> list[Bucket]:
    """The same from steps of a minute."""
    single = store.series(series, start, end)
    return [
        Bucket(
            one[0].start,
            sum(each.good for each in one),
            sum(each.total for each in one),
            any(each.covered for each in one),
        )
        for one in (single[at : at + step] for at in range(0, len(single), step))
    ]


@given(arrivals, arrivals, st.integers(1, 9_100), st.integers(0, 70), st.sampled_from([240, 241, 1344, 1440, 9_999]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_long_steps_equal_the_sum_of_their_minutes(
    store: CountsStore, first: Arrivals, late: Arrivals, back: int, ahead: int, step: int
) -> None:
    """Asked, changed by late counts, and asked again: from any minute to any minute, days without counts among them."""
    start, end = NOW - back * MINUTE, NOW + ahead * MINUTE
    for more in (first, late):
        _add(store, "orders", more)

        assert store.series("orders", start, end, step) == _by_minutes(store, "orders", start, end, step)


def test_nothing_known_is_not_covered(store: CountsStore) -> None:
    """An unknown series, one that began later than the day's file, and a span that is empty."""
    _add(store, "orders", {0: (1, 0)})
    _add(store, "searches", {5000: (1, 1)})
    start = NOW - 2000 * MINUTE

    assert [one.covered for one in store.series("nobody/knows", start, NOW, 1000)] == [False, False]
    assert [one.covered for one in store.series("searches", start, NOW, 1000)] == [False, False]
    assert store.series("orders", NOW, NOW, 1000) == []


def test_days_that_were_rolled_up_to_hours_say_the_same(store: CountsStore, clock: ManualClock) -> None:
    """A step that begins with an hour has the same counts before and after."""
    _add(store, "orders", {ago: (1, ago % 2) for ago in range(0, 4_000, 7)})
    start = NOW.replace(minute=0) - 3600 * MINUTE
    before = store.series("orders", start, start + 2400 * MINUTE, 300)
    clock.forward(timedelta(days=95))
    assert store.compact()
    after = store.series("orders", start, start + 2400 * MINUTE, 300)

    assert sum(one.total for one in before) > 300
    assert [(one.good, one.total) for one in after] == [(one.good, one.total) for one in before]
