"""Forecasts of composites: each part goes its own way, and the rule says what that makes of the whole."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.promises.conftest import MINUTE, START, World

from watchbill.kernel.units import Ratio
from watchbill.slo.model import Calendar, CalendarUnit, Composite, CompositePart, Forecast, NoData, Rolling, Slo

TEN_HOURS = 600
CALM = [0] * 60


def journey(
    rule: str,
    parts: Mapping[str, tuple[int, Sequence[int]]],
    *,
    weights: Sequence[int] = (3, 1),
    minutes: int = TEN_HOURS,
    target: str = "99",
) -> World:
    """A composite; each part with its events a minute and the bad ones of every minute, oldest first, up to now."""
    world = World()
    window = Rolling(minutes * MINUTE)
    for name, (events, bad) in parts.items():
        world.promise(Slo(name, "shop", name, Ratio.percent(target), window, tiers=()))
        for number, lost in enumerate(bad):
            world.counts.add(name, START - (len(bad) - 1 - number) * MINUTE, events - lost, events)
    named = tuple(CompositePart(name, Fraction(weight)) for name, weight in zip(parts, weights, strict=False))
    world.promise(Slo("journey", "shop", "", Ratio.percent(target), window, (), composite=Composite(rule, named)))
    return world


def forecast(world: World, name: str = "journey") -> Forecast:
    """Where it is heading now."""
    return world.slo_service.forecast(world.slo_service.standing(name))


def minutes(found: Forecast) -> tuple[float | None, ...]:
    """Exhaustion, earliest, latest and recovery, in minutes from now."""
    moments = (found.exhausts_at, found.earliest, found.latest, found.recovers_at)
    return tuple(None if one is None else (one - START) / MINUTE for one in moments)


def test_the_first_part_that_is_spent_spends_the_worst_of_them() -> None:
    """The worst part now is not the one that ends it.

    100 and 10 orders a minute, 1 % of which may fail in 10 h: 600 and 60. `a` lost 480 in the hour before last and is calm;
    `b` lost 24 in the last hour, 0.4 a minute, 4x: its 36 last 36 / 0.4 = 90 min. (a's 20 % at b's 4x would be 30 min.)
    Over 6 h `a` lost 1.33 a minute: its 120 last 90 min, and b's 36 at 0.067 a minute 540; over 24 h, of which ten are known,
    `a` lost 0.8 a minute: 120 / 0.8 = 150 min, and `b` is never spent.
    """
    found = forecast(
        journey("worst_of", {"a": (100, CALM * 8 + [8] * 60 + CALM), "b": (10, CALM * 9 + [0, 1, 0, 0, 1] * 12)})
    )

    assert found.burning == 4
    assert minutes(found) == (90, 90, 150, None)


def test_the_last_part_that_is_back_brings_the_worst_of_them_back() -> None:
    """`a` lost 660 of 600 in the first hour, 11 a minute: 540 are left after 120 / 11 = 10.9 min. `b` lost 60 of 60 in the
    second hour, 1 a minute: 54 are left 6 min into it, after 66 min.
    """
    found = forecast(journey("worst_of", {"a": (100, [11] * 60 + CALM * 9), "b": (10, CALM + [1] * 60 + CALM * 8)}))

    assert minutes(found) == (0, 0, 0, 66)


def test_of_a_weighted_one_each_failure_ages_out_with_its_worth() -> None:
    """`a` (weight 3) lost 120 of 60,000 in the last hour, `b` (1) 60 of 6,000 in the first: (3 x 0.2 + 1) / 4 = 0.4 % of 1 %.

    The last hour burns (3 x 2 + 0) / 4 = 1.5 %, 0.0025 points a minute. In the first hour b's quarter of a percent leaves:
    0.4 - 0.25 + 0.15 = 0.3; the other 0.7 points last 280 min: 340 in all. (Pooled, b's 60 of 180 events would be a third.)
    """
    found = forecast(journey("weighted", {"a": (100, CALM * 9 + [2] * 60), "b": (10, [1] * 60 + CALM * 9)}))

    assert found.burning == Fraction(3, 2)
    assert minutes(found)[0] == 340


def test_what_was_taken_out_of_a_composite_is_not_in_its_parts_forecast() -> None:
    """Without the hour in which `a` failed, 9 h are left: b's budget is 54, it lost 24, and 30 / 0.4 = 75 min."""
    world = journey("worst_of", {"a": (100, CALM * 8 + [8] * 60 + CALM), "b": (10, CALM * 9 + [0, 1, 0, 0, 1] * 12)})
    now = START + MINUTE
    world.taken_out["journey"] = [(now - 120 * MINUTE, now - 60 * MINUTE)]
    found = forecast(world)

    assert minutes(found)[0] == 75


def test_a_calendar_window_ends_before_it_comes_back() -> None:
    """Nothing ages out of a week that has begun: what `a` spent comes back with the next one."""
    world = journey("worst_of", {"a": (100, [100] * 181), "b": (10, [0] * 181)})
    week = Calendar(CalendarUnit.WEEK)
    for name in ("a", "b", "journey"):
        old = world.slos_by_name[name]
        world.promise(Slo(name, "shop", old.sli, old.target, week, (), composite=old.composite))
    found = forecast(world)

    assert minutes(found)[0] == 0
    assert found.recovers_at == world.slo_service.status("journey").end


@pytest.mark.parametrize(("no_data", "gone"), [(NoData.IGNORE, None), (NoData.BAD, 0)])
def test_a_part_that_fell_silent_fails_where_silence_is_bad(no_data: NoData, gone: int | None) -> None:
    """`b` was fine for an hour and has not been heard since: nine hours failed, or nothing did."""
    world = journey("worst_of", {"a": (10, [0] * TEN_HOURS), "b": (10, [])})
    for number in range(60):
        world.counts.add("b", START - (TEN_HOURS - 1 - number) * MINUTE, 10, 10)
    old = world.slos_by_name["journey"]
    world.promise(Slo("journey", "shop", "", old.target, old.window, (), composite=old.composite, no_data=no_data))

    assert minutes(forecast(world))[0] == gone


failures = st.lists(st.sampled_from([0, 0, 0, 1, 2, 5]), min_size=120, max_size=120)


@given(failures, failures, st.sampled_from([2, 5, 20]))
@settings(max_examples=60, deadline=None)
def test_worst_of_equals_a_minute_by_minute_count(one: list[int], two: list[int], events: int) -> None:
    """Both parts played into the future with what each lost in the last hour: the minute in which the first is spent."""
    two = [min(bad, events) for bad in two]
    world = journey("worst_of", {"a": (20, one), "b": (events, two)}, minutes=120, target="90")
    expected = next(
        (minute for minute in range(121) if _is_spent(one, 20, minute) or _is_spent(two, events, minute)), None
    )
    found = minutes(forecast(world))[0]

    assert (found is None) == (expected is None)
    assert found is None or expected is None or expected - 1 < found <= expected


def _is_spent(bad: list[int], events: int, minute: int) -> bool:
    left = sum(bad[minute:]) + Fraction(sum(bad[-60:]), 60) * minute
    return left >= Fraction(1, 10) * 120 * events


@given(failures, failures, st.sampled_from([5, 20]), st.tuples(st.integers(1, 4), st.integers(1, 4)))
@settings(max_examples=60, deadline=None)
def test_weighted_equals_a_minute_by_minute_count(
    one: list[int], two: list[int], events: int, weights: tuple[int, int]
) -> None:
    """The same for the weighted mean of both ratios, at full coverage."""
    world = journey("weighted", {"a": (20, one), "b": (events, two)}, weights=weights, minutes=120, target="90")

    def ratio(minute: int) -> Fraction:
        of = [
            (sum(bad[minute:]) + Fraction(sum(bad[-60:]), 60) * minute) / (120 * each)
            for bad, each in ((one, 20), (two, events))
        ]
        return (weights[0] * of[0] + weights[1] * of[1]) / sum(weights)

    expected = next((minute for minute in range(121) if ratio(minute) >= Fraction(1, 10)), None)
    found = minutes(forecast(world))[0]

    assert (found is None) == (expected is None)
    assert found is None or expected is None or expected - 1 < found <= expected


@given(bad=failures, rule=st.sampled_from(["worst_of", "weighted"]), is_nested=st.booleans(), is_cut=st.booleans())
@settings(max_examples=40, deadline=None)
def test_a_composite_of_one_is_that_one(bad: list[int], rule: str, *, is_nested: bool, is_cut: bool) -> None:
    """Whatever the rule, however deep, and with an hour taken out or not: the forecast is its only part's."""
    world = journey(rule, {"a": (20, bad)}, weights=(1,), minutes=120, target="90")
    name = "journey"
    if is_nested:
        name = "outer"
        inner = Composite("worst_of", (CompositePart("journey"),))
        world.promise(Slo(name, "shop", "", Ratio.percent("90"), Rolling(120 * MINUTE), (), composite=inner))
    if is_cut:
        world.taken_out = {one: [(START - timedelta(hours=1), START - timedelta(minutes=30))] for one in ("a", name)}

    assert forecast(world, name) == forecast(world, "a")


def test_worst_of_worst_of_is_the_worst_of_all() -> None:
    """A tree of three parts is as good as a flat list of them."""
    parts = {"a": (100, CALM * 8 + [8] * 60 + CALM), "b": (10, CALM * 9 + [0, 1, 0, 0, 1] * 12), "c": (10, CALM * 10)}
    world = journey("worst_of", parts, weights=(1, 1, 1))
    target, window = Ratio.percent("99"), Rolling(TEN_HOURS * MINUTE)
    for name, of in (("inner", ("a", "b")), ("tree", ("inner", "c"))):
        composite = Composite("worst_of", tuple(CompositePart(one) for one in of))
        world.promise(Slo(name, "shop", "", target, window, (), composite=composite))

    assert forecast(world, "tree") == forecast(world)
    assert minutes(forecast(world, "tree"))[0] == 90


@pytest.mark.parametrize("rule", ["worst_of", "weighted"])
def test_long_windows_go_by_the_hour(rule: str) -> None:
    """28 days, even loss: half spent and burning 5x is 3.11 d for a composite, too (28 d x 0.5 / 4.5)."""
    bad = [1, 0] * (14 * 1440 - 30) + [5] * 60
    world = journey(rule, {"a": (100, bad), "b": (100, bad)}, minutes=28 * 1440)
    found = minutes(forecast(world))[0]

    assert found is not None
    # The last hour lost 300 instead of 30: 0.67 % of the budget of 40,320 more than half.
    assert found / 1440 == pytest.approx(28 * (0.5 - 270 / 40320) / 4.5, abs=0.01)
