"""The counts store answers every question as plain addition does, whatever the order of what comes in, and after any crash."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Bound, Bucket
from watchbill.slo.plain_counts import PlainCounts

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
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
def store(tmp_path: Path) -> Iterator[CountsStore]:
    """An empty store."""
    opened = CountsStore(tmp_path / "counts", ManualClock(NOW))
    yield opened
    opened.close()


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
        hour = at.replace(minute=0)
        assert store.bad_by_hour(series, hour - 50 * HOUR, hour) == plain.bad_by_hour(series, hour - 50 * HOUR, hour)
    assert store.compare(BOUNDS, at) == plain.compare(BOUNDS, at)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=batches, second=batches, steps=st.lists(st.integers(0, 300), max_size=4))
def test_answers_equal_plain_addition(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[list[Cell], str | None]],
    second: list[tuple[list[Cell], str | None]],
    steps: list[int],
) -> None:
    """Late, duplicate and missing data in any order, with ticks in between and after a reopen: the same sums and verdicts."""
    folder = tmp_path_factory.mktemp("counts") / "store"
    store, plain = CountsStore(folder, ManualClock(NOW)), PlainCounts()
    _fill(first, store, plain)
    _agree(store, plain, NOW - timedelta(hours=30))
    at = NOW - timedelta(hours=25)
    for step in steps:
        at += step * MINUTE
        _agree(store, plain, at)
    _fill([(cells_, None) for cells_, _ in second], store, plain)
    _agree(store, plain, at)
    _agree(store, plain, NOW)
    store.close()

    reopened = CountsStore(folder, ManualClock(NOW))
    _agree(reopened, plain, NOW)
    reopened.close()


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


def test_days_past_ninety_become_hours(tmp_path: Path) -> None:
    """Compacting keeps every hour's sums, and 25 months later the day is gone."""
    clock = ManualClock(NOW)
    store = CountsStore(tmp_path / "counts", clock)
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE - ago, 1, 2) for ago in range(600)]))
    before = store.between(SERIES[0], NOW - timedelta(hours=5), NOW - timedelta(hours=2))
    clock.forward(timedelta(days=91))

    assert store.compact() == 2
    assert store.between(SERIES[0], NOW - timedelta(hours=5), NOW - timedelta(hours=2)) == before
    clock.forward(timedelta(days=700))
    assert store.compact() == 2
    assert store.between(SERIES[0], NOW - timedelta(hours=5), NOW).total == 0
    store.close()


def test_minutes_past_ninety_days_are_left_out_and_counted(store: CountsStore) -> None:
    """What is too old for the minute grain is rejected visibly, not dropped silently."""
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE - 91 * 1440, 1, 3), Cell(SERIES[0], NOW_MINUTE, 1, 1)]))

    assert store.source("log").rejected == 3
    assert store.sums(SERIES[0], [100 * 1440], NOW)[0].total == 1


def test_a_backup_opens_as_a_store(store: CountsStore, tmp_path: Path) -> None:
    """A copy made while the store is open answers the same."""
    store.append(Batch("log", [Cell(SERIES[0], NOW_MINUTE, 1, 2)], position={"offset": 9}))

    store.backup(tmp_path / "copy")
    copy = CountsStore(tmp_path / "copy", ManualClock(NOW))

    assert copy.sums(SERIES[0], [1], NOW) == store.sums(SERIES[0], [1], NOW)
    assert copy.source("log").position == {"offset": 9}
    copy.close()


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
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
