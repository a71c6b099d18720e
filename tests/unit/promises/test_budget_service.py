"""Budgets from tick to tick: states, the freeze, events; and what a budget says when it is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from watchbill.budget.model import BudgetExhausted, BudgetPolicy, BudgetState, BudgetStateChanged, BudgetThawed
from watchbill.budget.rules.conditions import parse_conditions
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.slo.model import Calendar, CalendarUnit, DataStatus, Rolling, Slo

if TYPE_CHECKING:
    from tests.unit.promises.conftest import World
else:
    World = object

NAME = "checkout-availability"
DAY = Rolling(timedelta(days=1))
MINUTE = timedelta(minutes=1)


def lose(world: World, bad: int) -> None:
    """So many failed orders in the running minute, then a tick."""
    world.counts.add("orders", world.clock.now(), 0, bad)
    world.newest["orders"] = world.clock.now()
    world.tick()


@pytest.fixture
def shop(world: World) -> World:
    """A day with 1,000,000 orders, of which 1,000 may fail; no tiers, so that only the budget speaks."""
    world.promise(replace(world.slos_by_name[NAME], window=DAY, tiers=()))
    world.traffic("orders", world.clock.now() - timedelta(minutes=1000), 1000, good=1000, total=1000)
    return world


def test_states_follow_the_number(shop: World) -> None:
    """Each change of state is an event, once."""
    seen = []
    for bad in (400, 200, 200, 150, 0):
        lose(shop, bad)
        seen += [(one.old, one.new) for one in shop.happened() if isinstance(one, BudgetStateChanged)]

    assert seen == [
        (BudgetState.HEALTHY, BudgetState.WARNING),  # 600 of 1,000.6
        (BudgetState.WARNING, BudgetState.CRITICAL),
    ]


def test_exact_edge_of_half(world: World) -> None:
    """500 bad of exactly 1,000,000: 50 % is warning; in floats it would read healthy."""
    world.promise(replace(world.slos_by_name[NAME], window=DAY, tiers=()))
    world.traffic("orders", world.clock.now() - timedelta(minutes=999), 999, good=1000, total=1000)
    world.counts.add("orders", world.clock.now(), 500, 1000)
    world.tick()

    shown = world.budget.show(NAME)

    assert shown.status.remaining_pct == 50
    assert shown.state is BudgetState.WARNING
    assert world.budgets[NAME].state is BudgetState.WARNING


def test_exhaustion_freezes_and_thaws_at_ten_percent(world: World) -> None:
    """Frozen at <= 0, still at 5 % (critical and frozen), thawed at >= 10 %; events in their order."""
    world.promise(replace(world.slos_by_name[NAME], window=Rolling(timedelta(hours=10)), tiers=()))
    begin = world.clock.now()
    # 10 h with 100,000 orders an hour: 1,000 may fail. 960 fail in the hour before last, 60 in the first one: 1,020.
    for hour in range(10):
        bad = {0: 60, 8: 960}.get(hour, 0)
        world.traffic("orders", begin - timedelta(hours=10 - hour), 60, good=(100_000 - bad) // 60, total=100_000 // 60)
    world.clock.jump(begin - timedelta(seconds=1))
    left = world.slo_service.status(NAME)

    world.tick()

    assert (left.remaining_pct or 0) < 0
    assert [type(one) for one in world.happened()] == [BudgetStateChanged, BudgetExhausted]
    assert world.budget.show(NAME).frozen

    # The 60 of the first hour age out while traffic goes on without failures: 960 of 1,000, 4 % left.
    world.traffic("orders", begin, 60, good=100_000 // 60, total=100_000 // 60)
    world.clock.jump(begin + timedelta(minutes=60) - timedelta(seconds=1))
    world.tick()

    shown = world.budget.show(NAME)
    assert (shown.state, shown.frozen) == (BudgetState.CRITICAL, True)
    assert [type(one) for one in world.happened()] == [BudgetStateChanged]
    assert shown.actions[0] == "Deploy nothing"

    world.traffic("orders", begin + timedelta(minutes=60), 8 * 60, good=100_000 // 60, total=100_000 // 60)
    world.clock.jump(begin + timedelta(hours=9) - timedelta(seconds=1))
    world.tick()

    assert not world.budget.show(NAME).frozen
    assert [type(one) for one in world.happened()] == [BudgetStateChanged, BudgetThawed]


def test_freeze_waits_until_history_is_read(shop: World) -> None:
    """Back-filled history moves nothing; the first live tick freezes."""
    shop.caught_up = False
    lose(shop, 2000)
    assert (shop.happened(), shop.budgets) == ([], {})

    shop.caught_up = True
    shop.tick()

    assert shop.budgets[NAME].frozen


def test_freeze_waits_for_min_events(world: World) -> None:
    """Nine orders, one failed: -11,011 % left and exhausted by the number, but no evidence for a freeze; ten are."""
    world.promise(replace(world.slos_by_name[NAME], tiers=()))
    world.counts.add("orders", world.clock.now(), 8, 9)
    world.tick()
    assert (world.budgets[NAME].state, world.budgets[NAME].frozen) == (BudgetState.EXHAUSTED, False)
    world.happened()

    world.counts.add("orders", world.clock.now(), 1, 1)
    world.tick()

    assert [type(one) for one in world.happened()] == [BudgetExhausted]


def test_no_data_moves_nothing(shop: World) -> None:
    """A budget of which nothing is known any more keeps its freeze."""
    lose(shop, 2000)
    shop.happened()
    shop.clock.forward(timedelta(days=3))

    shop.tick()

    assert shop.budgets[NAME].frozen
    shown = shop.budget.show(NAME)
    assert (shown.state, shown.status.remaining_pct, shown.status.data_status) == (None, None, DataStatus.NO_DATA)


def test_calm_tick_writes_nothing(shop: World) -> None:
    """There is nothing to save, which the worker asks before it opens a transaction."""
    tick, _ = shop.tick()

    assert not shop.budget.moves(tick)
    assert shop.budgets == {}


def test_standing_of_a_withdrawn_promise_is_dropped(shop: World) -> None:
    """Nothing is kept of an SLO that is no longer there."""
    lose(shop, 2000)
    del shop.slos_by_name[NAME]
    shop.edition += 1

    shop.tick()

    assert shop.budgets == {}


def test_own_policy_has_its_own_edges(shop: World) -> None:
    """A service whose policy warns below 80 % is warned at 70 %."""
    texts = {
        "healthy": "remaining_budget > 80%",
        "warning": "remaining_budget 40-80%",
        "critical": "remaining_budget 0-40%",
        "exhausted": "remaining_budget <= 0",
    }
    shop.own_policies["checkout"] = BudgetPolicy(
        "strict", parse_conditions({state: (text, [f"{state}!"]) for state, text in texts.items()})
    )
    shop.edition += 1

    lose(shop, 300)

    shown = shop.budget.show(NAME)
    assert (shown.state, shown.policy, shown.actions) == (BudgetState.WARNING, "strict", ("warning!",))
    assert shop.budgets[NAME].state is BudgetState.WARNING


def test_worst_first(shop: World) -> None:
    """The least left first, the unknown last."""
    for name, bad in (("b", 10), ("c", 900)):
        shop.promise(Slo(name, "checkout", f"sli-{name}", Ratio.percent("99.9"), window=DAY, tiers=()))
        shop.traffic(f"sli-{name}", shop.clock.now() - timedelta(minutes=1000), 1000, good=1000, total=1000)
        shop.counts.add(f"sli-{name}", shop.clock.now(), 0, bad)
    shop.promise(Slo("a", "checkout", "nothing", Ratio.percent("99.9"), window=DAY, tiers=()))

    assert [one.status.slo.name for one in shop.budget.worst_first(shop.slos())] == ["c", "b", NAME, "a"]


def test_recovery_date_is_shown(world: World) -> None:
    """A full outage of an hour spends 148.8 % of 28 d at 99.9 %; the freeze lasts until 10 % are back, 27 d 23 h 24 min later."""
    outage = world.clock.now() - timedelta(hours=1)
    world.traffic("orders", outage - timedelta(minutes=40_260), 40_260, good=10, total=10)
    world.traffic("orders", outage, 60, good=0, total=10)
    world.clock.jump(outage + timedelta(hours=1) - timedelta(seconds=1))
    world.tick()

    shown = world.budget.show(NAME)

    assert shown.status.remaining_pct == 100 - 100 * Fraction(60_000, 40_320)
    assert shown.frozen
    assert shown.forecast.recovers_at is not None
    lasts = shown.forecast.recovers_at - outage
    assert timedelta(days=28) + timedelta(minutes=23) < lasts < timedelta(days=28) + timedelta(minutes=25)


def test_calendar_month_shows_so_far_and_projected(world: World) -> None:
    """Ten days into a 31-day month with 1 in 2,000 bad: half of what was allowed so far is spent, but 16 % of the month's."""
    world.clock.jump(datetime(2026, 1, 10, 23, 59, 59, tzinfo=UTC))
    world.promise(Slo(NAME, "checkout", "orders", Ratio.percent("99.9"), window=Calendar(CalendarUnit.MONTH), tiers=()))
    world.traffic("orders", datetime(2026, 1, 1, tzinfo=UTC), 14_400, good=1999, total=2000)
    world.traffic(
        "orders", datetime(2025, 12, 31, tzinfo=UTC), 1440, good=0, total=2000
    )  # last month's disaster is not this one's

    shown = world.budget.show(NAME)

    assert shown.status.remaining_pct == 50
    assert shown.projected_remaining_pct == 100 - 50 * Fraction(10, 31)
    assert shown.status.end == datetime(2026, 2, 1, tzinfo=UTC)
    assert shown.forecast.exhausts_at is None


def test_exhausted_calendar_budget_comes_back_with_the_next_period(world: World) -> None:
    """Nothing ages out of a month: the recovery date is its end."""
    world.promise(replace(world.slos_by_name[NAME], window=Calendar(CalendarUnit.MONTH), tiers=()))
    world.traffic("orders", datetime(2026, 11, 23, 3, tzinfo=UTC), 1440, good=9, total=10)
    world.clock.jump(datetime(2026, 11, 30, 23, tzinfo=UTC))

    assert world.budget.show(NAME).forecast.recovers_at == datetime(2026, 12, 1, tzinfo=UTC)


def test_plan_turns_with_the_month(world: World) -> None:
    """A tick after midnight judges the new month, without anything redefined."""
    world.promise(replace(world.slos_by_name[NAME], window=Calendar(CalendarUnit.MONTH), tiers=()))
    world.traffic("orders", datetime(2026, 11, 30, 0, tzinfo=UTC), 1440, good=9, total=10)
    world.clock.jump(datetime(2026, 11, 30, 23, 59, 30, tzinfo=UTC))
    world.tick()
    assert world.budgets[NAME].frozen

    world.traffic("orders", datetime(2026, 12, 1, 0, tzinfo=UTC), 1, good=10, total=10)
    world.clock.jump(datetime(2026, 12, 1, 0, 0, 30, tzinfo=UTC))
    world.tick()

    assert (world.budgets[NAME].state, world.budgets[NAME].frozen) == (BudgetState.HEALTHY, False)


def test_attribution_to_an_incident(world: World) -> None:
    """Ten minutes with 50 of 100 bad, after a day with 1 in 100: 500 - 10 are the incident's, of the 145 that 145,000 orders allow."""
    start = world.clock.now() - timedelta(minutes=10)
    world.promise(replace(world.slos_by_name[NAME], window=Rolling(timedelta(days=2))))
    world.traffic("orders", start - timedelta(days=1), 1440, good=99, total=100)
    world.traffic("orders", start, 10, good=50, total=100)
    world.clock.forward(timedelta(seconds=-1))

    charged = world.budget.attribute(NAME, start, world.clock.now())

    assert (charged.total, charged.bad_in_span) == (1000, 500)
    assert (charged.baseline_ratio, charged.bad) == (Fraction(1, 100), Fraction(490))
    assert charged.share_of_budget_pct == 100 * Fraction(490) / (Fraction(145_000) / 1000)
    assert (charged.end - charged.start) == timedelta(minutes=10)


def test_attribution_of_a_span_that_ends_before_it_begins(world: World) -> None:
    """Refused."""
    with pytest.raises(Invalid, match="end"):
        world.budget.attribute(NAME, world.clock.now(), world.clock.now() - MINUTE)


def test_burn_down_ends_at_what_is_left(shop: World) -> None:
    """Points over the whole window, oldest first; the last is the status, and failures are where they were."""
    shop.counts.add("orders", shop.clock.now() - timedelta(hours=6), 0, 500)
    shop.newest["orders"] = shop.clock.now()

    points = shop.budget.burndown(NAME, points=24)

    assert len(points) == 24
    assert [one.at for one in points] == sorted(one.at for one in points)
    assert points[-1].remaining_pct == shop.slo_service.status(NAME).remaining_pct
    assert points[0].remaining_pct is None  # the shop opened 1,000 minutes ago
    left = [one.remaining_pct for one in points if one.remaining_pct is not None]
    assert left[0] == 100
    assert (left[-1] or 0) < 51


def test_consumed_this_week(shop: World) -> None:
    """All 400 failures are of this week: 400 of 1,000.4 allowed."""
    shop.counts.add("orders", shop.clock.now(), 0, 400)

    assert shop.budget.consumed_pct(shop.slo_service.status(NAME)) == 100 * Fraction(400_000, 1_000_400)


def test_looking_back_forgets_later_failures(shop: World) -> None:
    """Asked for a moment of the past, the status is that of then, and tiers are computed and not remembered."""
    before = shop.clock.now()
    shop.clock.forward(timedelta(minutes=5))
    shop.counts.add("orders", shop.clock.now(), 0, 5000)

    assert (shop.budget.show(NAME).status.remaining_pct or 0) < 0
    assert shop.budget.show(NAME, before).status.remaining_pct == 100


def test_what_was_put_off_moves_when_the_source_has_caught_up(shop: World) -> None:
    """Ticks at which nothing moved are not examined again, except those at which something only had to wait."""
    lose(shop, 0)
    lose(shop, 0)  # nothing moved: the next tick like this one looks at no SLO
    shop.caught_up = False
    lose(shop, 600)
    waiting = dict(shop.budgets)
    lose(shop, 0)
    shop.caught_up = True
    lose(shop, 0)

    assert waiting == {}
    assert shop.budgets[NAME].state is BudgetState.WARNING
