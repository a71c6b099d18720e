"""Several nodes on one set of counts: each append counts once on all of them, wherever its minutes lie by now."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from tests.contract.counts.conftest import NOW, Stores

from watchbill.adapters.measure.counts import Batch, Cell
from watchbill.adapters.measure.counts.postgresql import Moving
from watchbill.adapters.measure.counts.remote import snappy, write_request
from watchbill.adapters.measure.counts.shared import SharedCounts
from watchbill.adapters.measure.protobuf import fields
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Unavailable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END = (NOW - EPOCH) // timedelta(minutes=1)
Open = Callable[[], Stores]


def _total(store: SharedCounts, minutes: int = 100) -> int:
    return store.sums("s", [minutes], NOW)[0].total


def _two(shared: Open) -> tuple[SharedCounts, SharedCounts]:
    stores = shared()
    first, second = stores.new(), stores.again()
    assert isinstance(first, SharedCounts)
    assert isinstance(second, SharedCounts)
    return first, second


def test_what_one_node_counts_all_know(shared: Open) -> None:
    """An append on one node shows on the other at its next look, and a batch id is taken on both."""
    first, second = _two(shared)
    first.append(Batch("log", [Cell("s", END - 1, 1, 2)], position={"at": 1}))

    assert (_total(first), _total(second)) == (2, 2)
    assert second.source("log").position == {"at": 1}
    assert first.append(Batch("p", [Cell("s", END, 1, 1)], batch="b")) is True
    assert second.append(Batch("p", [Cell("s", END, 1, 1)], batch="b")) is False
    assert (_total(first), _total(second)) == (3, 3)


def test_two_readers_of_one_source_do_not_count_twice(shared: Open) -> None:
    """Of two nodes that stand at the same place of a source the second one is told to look again."""
    first, second = _two(shared)
    for node in (first, second):
        node.source("log")
    first.append(Batch("log", [Cell("s", END, 1, 1)], position={"at": 1}))
    with pytest.raises(Unavailable, match="another node has counted"):
        second.append(Batch("log", [Cell("s", END, 1, 1)], position={"at": 1}))

    assert _total(second) == 1
    assert second.source("log").position == {"at": 1}
    assert second.append(Batch("log", [Cell("s", END, 1, 1)], position={"at": 2})) is True


def test_minutes_move_when_they_are_final(shared: Open) -> None:
    """Those younger than 15 minutes stay; the others lie in the metrics store alone, and every answer stays the same."""
    first, second = _two(shared)
    first.append(Batch("log", [Cell("s", END - ago, 1, 1) for ago in range(40)]))
    moved = first.settle()
    stores = shared()
    assert stores.minutes is not None

    assert moved == 24
    assert {one.minute for one in stores.minutes.cut().minutes} == set(range(END - 15, END + 1))
    assert len(stores.remote.samples) == 24
    assert [_total(first), _total(second), _total(stores.again())] == [40, 40, 40]  # type: ignore[arg-type]  # a node like the others


def test_late_events_of_a_final_minute_go_beside_it(shared: Open) -> None:
    """A minute that has moved is never written again: what comes late for it goes to another part of its series."""
    first, _ = _two(shared)
    for _ in range(3):
        first.append(Batch("log", [Cell("s", END - ago, 1, 1) for ago in (50, 30, 20)]))
        first.settle()
    stores = shared()

    assert {one.part for one in stores.remote.samples.values()} == {0, 1, 2}
    assert _total(stores.again()) == 9  # type: ignore[arg-type]  # a node like the others


def test_a_node_that_was_away_for_long_makes_its_copy_anew(shared: Open) -> None:
    """The log of appends is kept for a day; who has missed more reads both stores."""
    first, second = _two(shared)
    first.append(Batch("log", [Cell("s", END - 1, 1, 1)]))

    assert _total(second) == 1
    later = ManualClock(NOW + timedelta(days=2))
    third = shared().again(later)
    third.append(Batch("log", [Cell("s", END - 2, 1, 1)]))
    third.append(Batch("log", [Cell("s", END + 2880, 1, 1)]))
    third.compact()

    assert _total(second) == 2


def test_a_crash_on_the_way_loses_and_doubles_nothing(shared: Open) -> None:
    """Sent off and not written, or written and not confirmed: the next settling finishes it, and no answer differs meanwhile."""
    first, _ = _two(shared)
    stores = shared()
    first.append(Batch("log", [Cell("s", END - ago, 1, 1) for ago in range(16, 40)]))
    stores.minutes.send_off(END - 15, 100)  # type: ignore[union-attr]  # the shared ones have it

    assert _total(stores.again()) == 24  # type: ignore[arg-type]  # a node like the others

    stores.remote.write(stores.minutes.moving(10))  # type: ignore[union-attr]  # as above

    assert _total(stores.again()) == 24  # type: ignore[arg-type]  # a node like the others
    assert first.settle() == 24
    assert _total(stores.again()) == 24  # type: ignore[arg-type]  # a node like the others


def test_a_store_that_does_not_show_what_it_took_is_not_believed(shared: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes leave PostgreSQL only when they were read back."""
    first, _ = _two(shared)
    stores = shared()
    first.append(Batch("log", [Cell("s", END - 20, 1, 1)]))
    with monkeypatch.context() as forgetful:
        forgetful.setattr(stores.remote, "write", lambda _minutes: None)

        assert first.settle() == 0

    assert first.settle() == 1


def test_appends_of_many_threads_are_all_there(shared: Open) -> None:
    """Nodes that append at the same time lose nothing, and each copy ends at the same sums."""
    first, second = _two(shared)

    def work(node: SharedCounts, number: int) -> None:
        for turn in range(10):
            node.append(Batch(f"log-{number}", [Cell("s", END - turn, 1, 1)], position={"turn": turn}))

    threads = [threading.Thread(target=work, args=(node, number)) for number, node in enumerate((first, second) * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (_total(first), _total(second)) == (40, 40)


def test_remote_write_is_well_formed() -> None:
    """Labels are sorted, samples rise in time, and the block is snappy's: the length, then literals."""
    rows = [Moving("s", 30, 0, 1, 2), Moving("s", 10, 0, 3, 4)]
    message = write_request(rows)
    series = [dict_of for number, one in fields(message) if number == 1 for dict_of in [list(fields(one))]]  # type: ignore[arg-type]  # bytes

    assert len(series) == 2
    names = [dict(fields(value))[1] for number, value in series[0] if number == 1]  # type: ignore[arg-type]  # bytes
    times = [dict(fields(value))[2] for number, value in series[0] if number == 2]  # type: ignore[arg-type]  # bytes

    assert names == [b"__name__", b"part", b"sli"]
    assert times == [600_000, 1_800_000]
    assert snappy(b"abc") == b"\x03\x08abc"
    assert snappy(b"x" * 70) == b"\x46" + bytes([61 << 2]) + (69).to_bytes(2, "little") + b"x" * 70
