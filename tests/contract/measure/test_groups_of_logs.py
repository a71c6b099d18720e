"""Logs counted by the values of a column: the same pass, the same lines, the whole beside its groups."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchbill.adapters.measure.contributors import OTHER, Contributors
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.follow import LogFollower
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Logs, Sli

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COMBINED = '10.0.0.1 - - [24/Nov/2026:02:50:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl"\n'


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock(NOW)


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[CountsStore]:
    """An empty counts store."""
    made = CountsStore(tmp_path / "counts", clock)
    yield made
    made.close()


@pytest.fixture
def follower(store: CountsStore, clock: ManualClock) -> Iterator[LogFollower]:
    """Reads logs into the store."""
    made = LogFollower(store, clock)
    yield made
    made.close()


def event(minute: int, status: int, **fields: object) -> str:
    """A line of the structured log standard."""
    at = NOW - 30 * MINUTE + minute * MINUTE
    return json.dumps({"timestamp": at.isoformat(), "status": status, "path": "/", **fields}) + "\n"


def sums(store: CountsStore) -> dict[str, tuple[int, int]]:
    """Good and total of every series."""
    names = ["orders", *store.groups("orders")]
    found = {name: store.between(name, NOW - 60 * MINUTE, NOW) for name in names}
    return {name: (one.good, one.total) for name, one in found.items()}


def test_groups_add_up_to_the_whole(tmp_path: Path, store: CountsStore, follower: LogFollower) -> None:
    """By region, and by region and an own field of the log; odd lines and missing values count like all others."""
    log = tmp_path / "app.log"
    lines = [event(number % 5, 500 if number % 10 == 0 else 200, region=("eu", "us")[number % 2], plan="free" if number % 3 else "pro") for number in range(600)]  # fmt: skip
    lines.insert(300, '{"broken\n')
    lines.append(event(4, 200, plan="a,b=c/d"))  # no region
    log.write_text("".join(lines))
    sli = Sli("orders", good="status < 500", source=Logs(str(log)), groupings=(("region",), ("region", "plan")))

    follower.cycle([sli])

    found = sums(store)
    assert found["orders"] == (541, 601)
    assert (found["orders{region=eu}"], found["orders{region=us}"], found["orders{region=}"]) == (
        (240, 300),
        (300, 300),
        (1, 1),
    )
    assert found["orders{region=,plan=a%2Cb%3Dc%2Fd}"] == (1, 1)
    both = [counts for name, counts in found.items() if "plan=" in name]
    assert (sum(good for good, _ in both), sum(total for _, total in both)) == found["orders"]


def test_groups_survive_reading_in_pieces(tmp_path: Path, store: CountsStore, follower: LogFollower) -> None:
    """Written in three pieces with a half line between them: identical counts."""
    log = tmp_path / "app.log"
    sli = Sli("orders", good="status < 500", source=Logs(str(log)), groupings=(("region",),))
    text = "".join(event(number % 5, 200, region="eu") for number in range(30))
    written = 0
    for end in (len(text) // 3 + 7, 2 * len(text) // 3 + 3, len(text)):
        with log.open("a") as file:
            file.write(text[written:end])
        written = end
        follower.cycle([sli])

    assert sums(store) == {"orders": (30, 30), "orders{region=eu}": (30, 30)}


def test_a_format_without_the_column_counts_the_whole_and_says_so(
    tmp_path: Path, store: CountsStore, follower: LogFollower
) -> None:
    """Combined logs know no region: the reason stands beside the source."""
    log = tmp_path / "access.log"
    log.write_text(COMBINED * 3)
    sli = Sli("orders", good="status < 500", source=Logs(str(log)), groupings=(("region",),))

    follower.cycle([sli])

    assert sums(store) == {"orders": (3, 3)}
    assert follower.troubles == {"orders": "group_by: combined logs have no column region"}


def test_a_column_with_a_value_for_each_event_stays_bounded(
    tmp_path: Path, store: CountsStore, follower: LogFollower
) -> None:
    """A thousand values make at most two hundred groups; the whole is complete."""
    log = tmp_path / "app.log"
    log.write_text("".join(event(0, 200, user=f"u{number}") for number in range(1000)))
    sli = Sli("orders", good="status < 500", source=Logs(str(log)), groupings=(("user",),))

    follower.cycle([sli])
    with log.open("a") as file:
        file.write("".join(event(1, 200, user=f"v{number}") for number in range(500)))
    follower.cycle([sli])

    assert len(store.groups("orders")) == 200
    assert store.between("orders", NOW - 60 * MINUTE, NOW).total == 1500


@pytest.fixture
def kept(tmp_path: Path, clock: ManualClock) -> Iterator[Contributors]:
    """A place for contributors."""
    made = CountsStore(tmp_path / "kept", clock)
    yield Contributors(made)
    made.close()


def test_contributors_are_kept_by_the_minute(
    tmp_path: Path, store: CountsStore, clock: ManualClock, kept: Contributors
) -> None:
    """Ids in paths are one value; each dimension adds up to what failed; any span can be asked for, and re-reading changes nothing."""
    log = tmp_path / "app.log"
    lines = [event(number % 10, 500 if number % 4 == 0 else 200, region="eu") for number in range(400)]
    lines = [
        line.replace('"/"', f'"/orders/{number}"' if number % 8 else '"/pay"') for number, line in enumerate(lines)
    ]
    log.write_text("".join(lines))
    sli = Sli("orders", good="status < 500", source=Logs(str(log)))
    follower = LogFollower(store, clock, contributors=kept)
    follower.cycle([sli])
    other = CountsStore(tmp_path / "again", clock)
    again = LogFollower(other, clock, contributors=kept)
    again.cycle([sli])

    whole = kept.worst("orders", NOW - 60 * MINUTE, NOW, 400, 9)
    told = {(one.dimension, one.value): one.bad for one in whole}

    assert told == {
        ("status", "500"): 100,
        ("region", "eu"): 100,
        ("path", "/orders/:id"): 50,
        ("path", "/pay"): 50,
    }
    first = kept.worst("orders", NOW - 30 * MINUTE, NOW - 28 * MINUTE, 80, 1)
    assert [(one.bad, one.total) for one in first] == [(20, 80)]
    follower.close()
    again.close()
    other.close()


def test_many_values_become_other(tmp_path: Path, store: CountsStore, clock: ManualClock, kept: Contributors) -> None:
    """Fifty values of a dimension have a name; what comes after is one more, and nothing is lost."""
    log = tmp_path / "app.log"
    log.write_text("".join(event(0, 500, region=f"r{number}") for number in range(80)))
    follower = LogFollower(store, clock, contributors=kept)

    follower.cycle([Sli("orders", good="status < 500", source=Logs(str(log)))])

    regions = [one for one in kept.worst("orders", NOW - 60 * MINUTE, NOW, 80, 500) if one.dimension == "region"]
    assert (len(regions), sum(one.bad for one in regions)) == (51, 80)
    assert max(regions, key=lambda one: one.bad).value == OTHER
    follower.close()


def test_another_definition_counts_groups_and_contributors_anew(
    tmp_path: Path, store: CountsStore, clock: ManualClock, kept: Contributors
) -> None:
    """The log is there in full: whole, groups and contributors are those of the new definition alone."""
    log = tmp_path / "app.log"
    log.write_text("".join(event(number % 5, (200, 404, 500)[number % 3], region="eu") for number in range(30)))
    follower = LogFollower(store, clock, contributors=kept)
    sli = Sli("orders", good="status < 500", source=Logs(str(log)), groupings=(("region",),))
    follower.cycle([sli])
    before = sums(store)

    follower.cycle([replace(sli, good="status < 400")])
    follower.cycle([replace(sli, good="status < 400")])

    assert before == {"orders": (20, 30), "orders{region=eu}": (20, 30)}
    assert sums(store) == {"orders": (10, 30), "orders{region=eu}": (10, 30)}
    told = {
        (one.dimension, one.value): one.bad for one in kept.worst("orders", NOW - 60 * MINUTE, NOW, 30, 9) if one.bad
    }
    assert told == {("status", "404"): 10, ("status", "500"): 10, ("region", "eu"): 20, ("path", "/"): 20}
    follower.close()
