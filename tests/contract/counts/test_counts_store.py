"""The counts store answers every question as plain addition does, whatever the order of what comes in, and after any crash."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.counts.conftest import Stores

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Bound, Bucket
from watchbill.slo.plain_counts import PlainCounts

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW_MINUTE = (NOW - EPOCH) // MINUTE
SERIES = ("checkout/ok", "search/fast", "export/done")

cells = st.builds(
    lambda series, ago, total, bad: Cell(series, NOW_MINUTE - ago, max(0, total - bad), total),
    st.sampled_from(SERIES),
    st.one_of(st.integers(0, 90), st.integers(0, 45_000)),
    st.one_of(st.integers(0, 50), st.integers(0, 2**40)),
    st.integers(0, 60),
)
batches = st.lists(st.tuples(st.lists(cells, max_size=8), st.one_of(st.none(), st.sampled_from("abcd"))), max_size=12)
BOUNDS = tuple(
    Bound(series, than=than, minutes=minutes, min_total=least, missing_is_bad=strict)
    for series in (*SERIES, "nobody/knows")
    for than in (Fraction(9, 625), Fraction(1, 1000), Fraction(1, 2))
    for minutes in (1, 5, 60, 40_320)
    for least, strict in ((0, False), (10, False), (0, True))
) + tuple(Bound(series, than=Fraction(1, 10), since=NOW - timedelta(days=20)) for series in SERIES)


@pytest.fixture
def store(stores: Stores) -> CountsStore:
    """An empty store of each kind."""
    return stores.new()


def _fill(batches_: list[tuple[list[Cell], str | None]], store: CountsStore, plain: PlainCounts) -> None:
    taken: set[str] = set()
    for cells_, name in batches_:
        fresh = store.append(Batch("log", cells_, batch=name))
        assert fresh is (name not in taken)
        if not fresh:
            continue
        taken |= {name} if name else set()
        for cell in cells_:
            plain.add(cell.series, EPOCH + cell.minute * MINUTE, cell.good, cell.total)


def _agree(store: CountsStore, plain: PlainCounts, at: datetime) -> None:
    for series in (*SERIES, "nobody/knows"):
        assert store.sums(series, [1, 5, 61, 1440, 40_320], at) == plain.sums(series, [1, 5, 61, 1440, 40_320], at)
        start = at - timedelta(days=3, minutes=17, seconds=5)
        assert store.between(series, start, at) == plain.between(series, start, at)
        assert store.series(series, at - 100 * MINUTE, at, 7) == plain.series(series, at - 100 * MINUTE, at, 7)
    assert store.compare(BOUNDS, at) == plain.compare(BOUNDS, at)


Batches = list[tuple[list[Cell], str | None]]
STEPS = st.lists(st.integers(0, 300), max_size=4)


@pytest.mark.parametrize("stores", ["embedded"], indirect=True)
def _agree_on_history(store: CountsStore, plain: PlainCounts, at: datetime) -> None:
    """Five minutes judged again at once, each as `compare` judges it."""
    start = at - 4 * MINUTE
    rows = next(store.replay([BOUNDS], start, at + MINUTE))
    for number in range(5):
        assert bytes(row[number] for row in rows) == store.compare(BOUNDS, start + number * MINUTE)
    assert rows == next(plain.replay([BOUNDS], start, at + MINUTE))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=batches, second=batches, steps=STEPS)
def test_answers_equal_plain_addition(stores: Stores, first: Batches, second: Batches, steps: list[int]) -> None:
    """Late, duplicate and missing data in any order, with ticks in between and after a reopen: the same sums and verdicts."""
    _compare(stores, first, second, steps)


@pytest.mark.parametrize("stores", ["shared"], indirect=True)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=batches, second=batches, steps=STEPS)
def test_answers_of_nodes_equal_plain_addition(
    stores: Stores, first: Batches, second: Batches, steps: list[int]
) -> None:
    """The same on PostgreSQL and a metrics store, with minutes moving in between (fewer examples: each makes a database's work)."""
    _compare(stores, first, second, steps)


def _compare(stores: Stores, first: Batches, second: Batches, steps: list[int]) -> None:
    store, plain = stores.new(), PlainCounts()
    _fill(first, store, plain)
    _agree(store, plain, NOW - timedelta(hours=30))
    at = NOW - timedelta(hours=25)
    for step in steps:
        at += step * MINUTE
        _agree(store, plain, at)
    stores.settle()
    _fill([(cells_, None) for cells_, _ in second], store, plain)
    stores.settle()
    _agree(store, plain, at)
    _agree(store, plain, NOW)

    again = stores.again()
    _agree(again, plain, NOW)
    if isinstance(again, CountsStore):
        _agree_on_history(again, plain, at)
        _agree_on_history(again, plain, NOW)


def test_position_and_counts_come_back_together(tmp_path: Path) -> None:
    """What was appended is there after a kill, with the position that belongs to it."""
    folder = tmp_path / "counts"
    store = CountsStore(folder, ManualClock(NOW))
    store.append(
        Batch("log", [Cell(SERIES[0], NOW_MINUTE, 1, 2)], position={"offset": 17}, mark=NOW_MINUTE, read=2, rejected=1)
    )
    store._journal.close()  # no close(): the process is gone, only the journal has it
    reopened = CountsStore(folder, ManualClock(NOW))
    source = reopened.source("log")

    assert (source.position, source.mark, source.read, source.rejected) == ({"offset": 17}, NOW_MINUTE, 2, 1)
    assert reopened.sums(SERIES[0], [1], NOW)[0].bad == 1
    reopened.close()


def test_a_late_correction_shows(store: CountsStore) -> None:
    """A cell older than the source's own mark corrects its minute and is counted as late."""
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE, 5, 5)], mark=NOW_MINUTE))
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE - 9, 0, 1)], mark=NOW_MINUTE))

    assert store.source("log").late == 1
    assert store.sums(SERIES[0], [10], NOW)[0].bad == 1


def test_a_pushed_batch_counts_once(store: CountsStore) -> None:
    """The same batch id a second time changes nothing; another SLI may use the same id."""
    bucket = [Bucket(NOW, 3, 4)]

    assert store.push(SERIES[0], "b1", bucket) is True
    assert store.push(SERIES[0], "b1", bucket) is False
    assert store.push(SERIES[1], "b1", bucket) is True
    assert store.sums(SERIES[0], [1], NOW)[0].total == 4


def test_a_torn_journal_tail_is_cut(tmp_path: Path) -> None:
    """Half a record at the end, as a power failure leaves it, is cut off; whole ones count."""
    folder = tmp_path / "counts"
    store = CountsStore(folder, ManualClock(NOW))
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE, 1, 1)], position={"offset": 1}))
    store._journal.close()
    journal = next(folder.glob("*.journal"))
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole[: len(whole) - 3])

    reopened = CountsStore(folder, ManualClock(NOW))

    assert reopened.sums(SERIES[0], [1], NOW)[0].total == 1
    assert journal.read_bytes() == whole
    reopened.close()


def test_days_past_ninety_become_hours(stores: Stores) -> None:
    """Compacting keeps every hour's sums, and 25 months later the day is gone."""
    clock = ManualClock(NOW)
    store = stores.new(clock)
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE - ago, 1, 2) for ago in range(600)]))
    before = store.between(SERIES[0], NOW - timedelta(hours=5), NOW - timedelta(hours=2))
    clock.forward(timedelta(days=91))

    assert store.compact() == 2
    assert store.between(SERIES[0], NOW - timedelta(hours=5), NOW - timedelta(hours=2)) == before
    clock.forward(timedelta(days=700))
    assert store.compact() == 2
    assert store.between(SERIES[0], NOW - timedelta(hours=5), NOW).total == 0


def test_minutes_past_ninety_days_are_left_out_and_counted(store: CountsStore) -> None:
    """What is too old for the minute grain is rejected visibly, not dropped silently."""
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE - 91 * 1440, 1, 3), Cell(SERIES[0], NOW_MINUTE, 1, 1)]))

    assert store.source("log").rejected == 3
    assert store.sums(SERIES[0], [100 * 1440], NOW)[0].total == 1


def test_a_position_is_there_for_the_next_process(store: CountsStore, stores: Stores) -> None:
    """Whoever opens the store next finds position, mark and counters of each source."""
    store.append(
        Batch("log", [Cell(SERIES[0], NOW_MINUTE, 1, 2)], position={"offset": 17}, mark=NOW_MINUTE, read=2, rejected=1)
    )
    source = stores.again().source("log")

    assert (source.position, source.mark, source.read, source.rejected) == ({"offset": 17}, NOW_MINUTE, 2, 1)


def test_a_correction_may_take_away(store: CountsStore) -> None:
    """Sources that are asked again append differences, also negative ones."""
    store.append(Batch("pull", [Cell(SERIES[0], NOW_MINUTE, 9, 10)]))
    store.append(Batch("pull", [Cell(SERIES[0], NOW_MINUTE, -4, -3)]))
    found = store.sums(SERIES[0], [1], NOW)[0]

    assert (found.good, found.total, found.covered) == (5, 7, 1)


def test_a_backup_opens_as_a_store(tmp_path: Path) -> None:
    """A copy made while the store is open answers the same."""
    store = CountsStore(tmp_path / "counts", ManualClock(NOW))
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE, 1, 2)], position={"offset": 9}))

    store.backup(tmp_path / "copy")
    copy = CountsStore(tmp_path / "copy", ManualClock(NOW))

    assert copy.sums(SERIES[0], [1], NOW) == store.sums(SERIES[0], [1], NOW)
    assert copy.source("log").position == {"offset": 9}
    copy.close()
    store.close()


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.contract.counts.conftest import Stores
from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import ManualClock
store = CountsStore(Path(sys.argv[1]), ManualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)))
minute = 29_914_740
while (offset := store.source("log").position.get("offset", 0)) < 40:
    cells = [Cell(f"s{number}", minute - offset * 7 % 300, 1, 2) for number in range(20)]
    store.append(Batch("log", cells, position={"offset": offset + 1}, read=40))
    if offset % 10 == 9:
        store.checkpoint()
store.close()
"""


@pytest.mark.parametrize(
    "point", ["counts.after_journal", "counts.after_apply", "counts.after_flush", "counts.after_state"]
)
def test_killed_anywhere_and_run_again_counts_once(tmp_path: Path, point: str) -> None:
    """A writer that is killed at every visit of a crash point and started again ends with every batch counted exactly once."""
    folder = tmp_path / "counts"
    for visit in range(60):
        environment = {"PATH": "", "WATCHBILL_CRASHPOINT": f"{point}:{2 + visit % 3}"}
        if subprocess.run([sys.executable, "-c", _WRITER, str(folder)], env=environment, check=False).returncode == 0:
            break
    else:
        pytest.fail("the writer never came through")

    store = CountsStore(folder, ManualClock(NOW))
    found = store.sums("s7", [400], EPOCH + 29_914_740 * MINUTE)[0]

    assert (found.good, found.total, store.source("log").read) == (40, 80, 1600)
    store.close()


def test_several_batches_are_one_write(store: CountsStore, stores: Stores) -> None:
    """What sources of one round have counted is there together, with each one's position."""
    store.append_all(
        [Batch(name, [Cell(name, NOW_MINUTE, 1, 2)], position={"of": name}, mark=NOW_MINUTE) for name in SERIES]
    )
    again = stores.again()

    assert [again.sums(name, [1], NOW)[0].total for name in SERIES] == [2, 2, 2]
    assert [again.source(name).position for name in SERIES] == [{"of": name} for name in SERIES]


def test_totals_of_days_survive_a_restart_and_a_kill(tmp_path: Path) -> None:
    """A start takes them from the checkpoint; what the journal changed since is added up anew; nothing is counted twice."""
    folder = tmp_path / "counts"
    yesterday = NOW_MINUTE - 2000
    store = CountsStore(folder, ManualClock(NOW))
    store.append(Batch("log", [Cell(SERIES[0], yesterday, 5, 7), Cell(SERIES[0], NOW_MINUTE, 1, 1)]))
    store.compare(BOUNDS, NOW)  # as a tick does: running sums of 28 days
    store.close()
    assert list(folder.glob("*.totals"))

    killed = CountsStore(folder, ManualClock(NOW))
    killed.append(Batch("log", [Cell(SERIES[0], yesterday + 1, 0, 9), Cell(SERIES[1], yesterday, 2, 2)]))
    for file in killed._days.values():
        file._raw.flush()  # the pages reached the disk before the kill; the totals beside them did not
    killed._journal.close()

    again = CountsStore(folder, ManualClock(NOW))
    again.compare(BOUNDS, NOW)
    assert [one.total for one in again.sums(SERIES[0], [40_320, 1], NOW)] == [17, 1]
    assert again.sums(SERIES[1], [40_320], NOW)[0].total == 2
    again.close()
    last = CountsStore(folder, ManualClock(NOW))
    last.compare(BOUNDS, NOW)
    assert last.sums(SERIES[0], [40_320], NOW)[0].bad == 11
    last.close()
