"""Series that nobody stores: time slices, composites, members of groups, budgets without what was taken out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.slo.computed_counts import ADJUSTED, ComputedCounts, Memory
from watchbill.slo.model import (
    Bound,
    Bucket,
    Budgeting,
    Composite,
    CompositePart,
    NoData,
    Slo,
    TimeSlice,
    Verdict,
    group_of,
    series_of,
)
from watchbill.slo.plain_counts import PlainCounts

START = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF = TimeSlice(Ratio.percent("50"))
SLICED = Slo("a", "checkout", "orders", Ratio.percent("99"), budgeting=Budgeting.TIME_SLICES, time_slice=HALF)


@dataclass
class World:
    """Promises, and counts in memory."""

    slos: dict[str, Slo] = field(default_factory=dict)
    cut: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    plain: PlainCounts = field(default_factory=PlainCounts)
    memory: Memory = field(default_factory=Memory)

    def slo(self, name: str) -> Slo | None:
        """slo.computed_counts.Promises."""
        return self.slos.get(name)

    def excluded(self, slo: str) -> Sequence[tuple[datetime, datetime]]:
        """slo.computed_counts.Promises."""
        return self.cut.get(slo, ())

    @property
    def counts(self) -> ComputedCounts:
        """The counts under test."""
        return ComputedCounts(self.plain, self, self.memory)

    def add(self, sli: str, minute: int, good: int, total: int) -> None:
        """Events in a minute after the start."""
        self.plain.add(sli, START + minute * MINUTE, good, total)


def at(minute: int) -> datetime:
    """A moment inside that minute."""
    return START + minute * MINUTE + timedelta(seconds=30)


def test_slices_count_minutes_and_not_events() -> None:
    """A minute with 1,000,000 failures of 1,000,000 and one with 1 of 1 weigh alike; exactly the share is good."""
    world = World({"a": SLICED})
    for minute, (good, total) in enumerate([(0, 1_000_000), (1, 1), (1, 2), (0, 0), (1, 3)]):
        world.add("orders", minute, good, total)

    (found,) = world.counts.sums("=slices:a", [5], at(4))

    assert (found.good, found.total, found.covered, found.missing) == (2, 4, 4, 1)
    assert found.bad_ratio() == Fraction(1, 2)
    assert found.bad_ratio(NoData.BAD) == Fraction(3, 5)  # the quiet minute as one bad minute


def test_longer_slices_take_one_verdict() -> None:
    """Slices of 5 minutes: 4 good and 6 bad events make five bad minutes, as long as it lasts; then it is another's turn."""
    world = World({"a": replace(SLICED, time_slice=TimeSlice(Ratio.percent("50"), 5 * MINUTE))})
    for minute in range(5):
        world.add("orders", minute, 2 if minute < 2 else 0, 2)
    world.add("orders", 5, 1, 1)

    assert world.counts.between("=slices:a", START, START + 5 * MINUTE).good == 0
    assert world.counts.between("=slices:a", START, START + 6 * MINUTE).good == 1


@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 3), st.integers(0, 3), st.integers(1, 60)), max_size=40),
    st.sampled_from([1, 5, 7]),
)
@settings(max_examples=60, deadline=None)
def test_slices_equal_brute_force_whatever_arrives_when(arrivals: list[tuple[int, int, int, int]], length: int) -> None:
    """Late, repeated and missing data in any order, looked at after every arrival: always what a recount says."""
    rule = TimeSlice(Ratio.percent("50"), length * MINUTE)
    world = World({"a": replace(SLICED, time_slice=rule)})
    now = 0
    for minute, good, bad, window in arrivals:
        world.add("orders", minute, good, good + bad)
        now = max(now, minute)
        (found,) = world.counts.sums("=slices:a", [window], at(now))

        assert (found.good, found.total) == _recount(world.plain, rule, now - window + 1, now + 1)


def _recount(plain: PlainCounts, rule: TimeSlice, first: int, last: int) -> tuple[int, int]:
    """Good and known minutes of [first, last), each judged by all of its slice."""
    good = known = 0
    for minute in range(first, last):
        moment = START + minute * MINUTE
        start = datetime(1970, 1, 1, tzinfo=UTC)
        start += (moment - start) // rule.length * rule.length
        seen = plain.between("orders", start, start + rule.length)
        known += bool(seen.total)
        good += bool(seen.total) and Fraction(seen.good, seen.total) >= rule.at_least.value
    return good, known


def test_weighted_composite_golden() -> None:
    """Checkout 3 with 2 of 1,000 bad, search 1 with 1 of 100: (3 x 0.2 % + 1 x 1 %) / 4 = 0.4 %; traffic has no say."""
    found = _journey("weighted").between("=composite:journey", START, START + MINUTE)

    assert found.bad_ratio() == Fraction(4, 1000)
    assert (found.good, found.total) == (1097, 1100)


def test_worst_of_composite_golden() -> None:
    """The same two: 1 %."""
    assert _journey("worst_of").between("=composite:journey", START, START + MINUTE).bad_ratio() == Fraction(1, 100)


def _journey(rule: str, no_data: NoData = NoData.IGNORE) -> ComputedCounts:
    parts = (CompositePart("checkout", Fraction(3)), CompositePart("search"))
    target = Ratio.percent("99.5")
    world = World(
        {
            "checkout": Slo("checkout", "checkout", "orders", target),
            "search": Slo("search", "search", "searches", target),
            "journey": Slo("journey", "shop", "", target, composite=Composite(rule, parts), no_data=no_data),
        }
    )
    world.add("orders", 0, 998, 1000)
    world.add("searches", 0, 99, 100)
    world.add("orders", 1, 10, 10)
    return world.counts


@pytest.mark.parametrize(("no_data", "ratio"), [(NoData.IGNORE, Fraction(0)), (NoData.BAD, Fraction(1, 4))])
def test_a_silent_part_is_left_out_or_failed(no_data: NoData, ratio: Fraction) -> None:
    """In minute 1 only checkout speaks: alone it is perfect; with `bad` the silent quarter failed."""
    counts = _journey("weighted", no_data)

    assert counts.between("=composite:journey", START + MINUTE, START + 2 * MINUTE).bad_ratio(no_data) == ratio


def test_ratios_are_taken_over_the_window_and_not_averaged() -> None:
    """Night: 1 of 1 fails; day: 0 of 999. The window's ratio is 1/1000, the mean of the two minutes would say 1/2."""
    parts = (CompositePart("p"),)
    target = Ratio.percent("99")
    world = World(
        {"p": Slo("p", "s", "x", target), "c": Slo("c", "s", "", target, composite=Composite("weighted", parts))}
    )
    world.add("x", 0, 0, 1)
    world.add("x", 1, 999, 999)

    assert world.counts.between("=composite:c", START, START + 2 * MINUTE).bad_ratio() == Fraction(1, 1000)


def test_a_composite_of_itself_ends() -> None:
    """What `validate` refuses was applied all the same: nothing is known, and nothing hangs."""
    loop = Slo("c", "s", "", Ratio.percent("99"), composite=Composite("worst_of", (CompositePart("c"),)))

    assert World({"c": loop}).counts.between("=composite:c", START, START + MINUTE).bad_ratio() is None


def test_what_was_taken_out_does_not_count() -> None:
    """Of four minutes with 10 events each one fails whole; without it nothing failed, and three minutes are left."""
    world = World({"a": Slo("a", "s", "orders", Ratio.percent("99"))}, {"a": [(START + MINUTE, START + 2 * MINUTE)]})
    for minute in range(4):
        world.add("orders", minute, 0 if minute == 1 else 10, 10)

    found = world.counts.between(f"{ADJUSTED}a", START, START + 4 * MINUTE)

    assert (found.minutes, found.good, found.total, found.covered) == (3, 30, 30, 3)
    assert [one.total for one in world.counts.series(f"{ADJUSTED}a", START, START + 4 * MINUTE, 2)] == [10, 20]


def test_what_was_taken_out_of_a_composite_is_taken_out_of_its_parts() -> None:
    """The bad minute of one part is gone, and the rule holds for what is left."""
    target = Ratio.percent("99")
    composite = Composite("worst_of", (CompositePart("p"),))
    world = World({"p": Slo("p", "s", "x", target), "c": Slo("c", "s", "", target, composite=composite)})
    world.cut["c"] = [(START, START + MINUTE)]
    world.add("x", 0, 0, 1)
    world.add("x", 1, 9, 10)

    assert world.counts.between(f"{ADJUSTED}c", START, START + 2 * MINUTE).bad_ratio() == Fraction(1, 10)


def test_compare_mixes_stored_and_computed_series() -> None:
    """Verdicts stand where their bounds stood, and the stored ones are asked as the same tuple every time."""
    world = World({"a": SLICED})
    world.add("orders", 0, 1, 4)
    bounds = (
        Bound("=slices:a", Fraction(1, 2), 1),
        Bound("orders", Fraction(3, 4), 1),
        Bound("=slices:a", Fraction(1), since=START),
        Bound("nothing", Fraction(0), 1),
    )
    expected = bytes([Verdict.ABOVE, Verdict.EQUAL, Verdict.EQUAL, Verdict.UNKNOWN])

    assert world.counts.compare(bounds, at(0)) == expected
    asked = world.memory.split
    assert world.counts.compare(bounds, at(0)) == expected
    assert world.memory.split is asked


@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=12)), min_size=1, max_size=3))
def test_names_of_groups_come_back(pairs: list[tuple[str, str]]) -> None:
    """Commas, braces, slashes and percent signs in values survive the name."""
    group = tuple((f"c{number}", value) for number, (_, value) in enumerate(pairs))

    assert group_of(series_of("orders", group), "orders") == group
    assert "/" not in series_of("orders", group)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=90), timedelta(minutes=61)])
def test_slices_are_whole_minutes_up_to_an_hour(length: timedelta) -> None:
    """Anything else is refused."""
    with pytest.raises(Invalid, match="time_slice"):
        TimeSlice(Ratio.percent("99"), length)


def test_a_series_of_slices_in_steps() -> None:
    """Steps of two minutes: good and known minutes of each."""
    world = World({"a": SLICED})
    for minute, good in enumerate([1, 0, 1]):
        world.add("orders", minute, good, 1)

    assert world.counts.series("=slices:a", START, START + 4 * MINUTE, 2) == [
        Bucket(START, 1, 2),
        Bucket(START + 2 * MINUTE, 1, 1),
    ]
