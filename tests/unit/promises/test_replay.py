"""History judged again says what the live engine said at the time."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.promises.conftest import MINUTE, START

from watchbill.budget.model import BudgetState
from watchbill.budget.rules.course import frozen_spans, spans_of, states
from watchbill.budget.rules.states import PLAYBOOK, edges_of
from watchbill.kernel.errors import Invalid
from watchbill.slo.model import (
    BurnTier,
    Calendar,
    CalendarUnit,
    Detection,
    Firing,
    Happened,
    NoData,
    Rolling,
    Slo,
    TierSeverity,
    Verdict,
    Window,
)
from watchbill.slo.rules.replay import firing_spans
from watchbill.slo.rules.tiers import parse_tiers
from watchbill.slo.service.replaying import Replaying

if TYPE_CHECKING:
    from tests.unit.promises.conftest import World
else:
    from tests.unit.promises.conftest import World

NAME = "checkout-availability"
TIERS = (
    BurnTier("fast", 2 * MINUTE, 6 * MINUTE, TierSeverity.PAGE, burn_rate=Fraction(4)),
    BurnTier("slow", 5 * MINUTE, 15 * MINUTE, TierSeverity.TICKET, budget_pct=Fraction(30)),
)
HOUR = Rolling(timedelta(hours=1))
# A minute is quiet without data, or known with so many events of which so many fail.
minutes = st.one_of(st.none(), st.tuples(st.integers(0, 30), st.integers(0, 4)))


def _live(
    world: World, slo: Slo, traffic: list[tuple[int, int] | None]
) -> tuple[list[Firing], list[BudgetState | None], list[bool]]:
    """Minute after minute, as the worker does: counts come in, then a tick at the end of the minute."""
    begun: dict[str, datetime] = {}
    found: list[Firing] = []
    seen: list[BudgetState | None] = []
    frozen: list[bool] = []
    tiers = {tier.name: tier for tier in slo.tiers}
    for number, one in enumerate(traffic):
        start = START + number * MINUTE
        if one is not None:
            total = one[0]
            world.counts.add("orders", start, total - min(one[1], total), total)
        world.clock.jump(start + timedelta(seconds=59))
        world.newest["orders"] = world.clock.now()
        _, moved = world.tick()
        for move in moved:
            if move.tier not in tiers:
                continue
            if move.transition == "fired":
                begun[move.tier] = start + MINUTE
            elif move.transition == "cleared":
                found.append(Firing(tiers[move.tier], begun.pop(move.tier), start + MINUTE))
        seen.append(world.budget.show(NAME).state)
        frozen.append(world.budget.show(NAME).frozen)
    found += [Firing(tiers[name], at, None) for name, at in begun.items()]
    return sorted(found, key=lambda one: (one.fired_at, one.tier.name)), seen, frozen


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    traffic=st.lists(minutes, min_size=1, max_size=90),
    no_data=st.sampled_from(NoData),
    window=st.sampled_from([HOUR, Calendar(CalendarUnit.WEEK)]),
    target=st.sampled_from(["90", "95", "99"]),
    min_events=st.sampled_from([0, 10, 60]),
)
def test_replayed_history_equals_the_live_engine(
    traffic: list[tuple[int, int] | None], no_data: NoData, window: Window, target: str, min_events: int
) -> None:
    """Firings, budget states and the freeze of every minute are those that ticks decided, whatever the traffic."""
    from watchbill.kernel.units import Ratio

    world = World()
    slo = world.promise(
        Slo(
            NAME,
            "checkout",
            "orders",
            Ratio.percent(target),
            window=window,
            tiers=TIERS,
            no_data=no_data,
            min_events=min_events,
            runbook="r",
        )
    )
    live, seen, frozen = _live(world, slo, traffic)
    end = START + len(traffic) * MINUTE
    (again,) = Replaying(world.counts, world.counts).replay([slo], START, end, lambda _: edges_of(PLAYBOOK))
    codes = states(again.edges, PLAYBOOK)
    held = {minute for first, last in frozen_spans(again.edges, again.enough) for minute in range(first, last)}

    assert list(again.firings) == live
    assert [(None, *BudgetState)[code] for code in codes] == seen
    assert [minute in held for minute in range(len(traffic))] == frozen


def test_a_calendar_window_begins_anew_inside_the_replay(world: World) -> None:
    """From Monday on, what Sunday lost is no longer counted."""
    sunday = datetime(2026, 11, 29, 23, 50, tzinfo=START.tzinfo)
    slo = replace(world.slos_by_name[NAME], window=Calendar(CalendarUnit.WEEK), tiers=())
    world.traffic("orders", sunday, 10, good=50, total=100)
    world.traffic("orders", sunday + 10 * MINUTE, 10, good=100, total=100)
    replaying = Replaying(world.counts, world.counts)
    (again,) = replaying.replay([slo], sunday, sunday + 20 * MINUTE, lambda _: edges_of(PLAYBOOK))

    assert spans_of(BudgetState.EXHAUSTED, states(again.edges, PLAYBOOK)) == [(0, 10)]


@pytest.mark.parametrize("no_data", NoData)
def test_silence_holds_what_fires(no_data: NoData) -> None:
    """A silent window neither fires nor clears, unless silence counts for nothing."""
    above, unknown, below = Verdict.ABOVE, Verdict.UNKNOWN, Verdict.BELOW
    short = bytes([above, unknown, unknown, below, unknown])
    long = bytes([above, above, unknown, above, unknown])

    expected = [(0, 1)] if no_data is NoData.IGNORE else [(0, 3)]

    assert firing_spans(short, long, no_data) == expected


def test_backtest_compares_with_the_record(world: World, allowed: Fraction) -> None:
    """A full outage at 99.9 % is noticed by the fast tier in its first minute; the other incident by nothing.

    Before it 24 h x 60 x 100 = 144,000 good orders. One minute of outage is 100 bad of 6,000 in the hour: 1/60 > 14.4/1000.
    Spent at detection: 100 / (144,100 / 1000) = 69.4 % of the budget so far.
    """
    begin = START - timedelta(days=1)
    world.traffic("orders", begin, 1440, good=100, total=100)
    world.traffic("orders", START, 20, good=0, total=100)
    world.traffic("orders", START + 20 * MINUTE, 600, good=100, total=100)
    slo = world.slos_by_name[NAME]
    outage = Happened("INC-2", "Orders fail", START, START + 20 * MINUTE)
    quiet = Happened("INC-1", "Typo on the page", begin + 60 * MINUTE, begin + 70 * MINUTE)
    found = Replaying(world.counts, world.counts).backtest(
        slo, [quiet, outage], begin, START + timedelta(hours=10, minutes=20)
    )
    unseen, seen = found.detections

    assert unseen == Detection(quiet, None, None, None, Fraction(0))
    assert seen.firing is not None
    assert (seen.firing.tier.name, seen.after) == ("fast_burn", MINUTE)
    assert seen.spent_pct == Fraction(100 * 100) / (allowed * 144_100)
    assert (found.recall, found.precision, found.calls) == (Fraction(1, 2), Fraction(1), 1)
    assert found.pages == 2  # fast and medium burn, of one emergency


def test_tiers_are_read_from_the_command_line() -> None:
    """Rates and shares of the budget, pages and tickets."""
    fast, slow = parse_tiers("5m/1h=14.4, 6h/3d=10%:ticket")

    assert (fast.name, fast.burn_rate, fast.severity) == ("burn_1h", Fraction("14.4"), TierSeverity.PAGE)
    assert (slow.long_window, slow.budget_pct, slow.severity) == (timedelta(days=3), Fraction(10), TierSeverity.TICKET)


@pytest.mark.parametrize(
    "text", ["", "5m=3", "5m/1h", "5m/1h=x", "5m/1h=1.2.3", "1h/5m=3", "5m/1h=3:wake", "5m/1h=3,1m/1h=2"]
)
def test_what_is_no_tier_is_refused(text: str) -> None:
    """The answer says how tiers are written."""
    with pytest.raises(Invalid) as refused:
        parse_tiers(text)

    assert refused.value.hint
