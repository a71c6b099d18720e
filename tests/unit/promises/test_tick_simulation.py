"""Ticks over simulated traffic: when alerts fire and clear, to the second."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from watchbill.kernel.units import Ratio
from watchbill.slo.model import DEFAULT_TIERS, NoData, Rolling, Slo, SloBurning, SloCalm, Transition

if TYPE_CHECKING:
    from tests.unit.promises.conftest import World
else:
    World = object

SECOND = timedelta(seconds=1)
RATE = 10  # events a second
SHORT_BUDGET = Rolling(
    timedelta(days=7)
)  # the budget's length does not matter to the tiers, only to the speed of the test


def run(world: World, seconds: int, failing: Callable[[int], Fraction], *, every: int = 1) -> dict[str, int]:
    """Play so many seconds of 10 events a second with a tick every `every`; tier to the second at which it first fired."""
    fired: dict[str, int] = {}
    begin = world.clock.now()
    for second in range(1, seconds + 1):
        moment = begin + (second - 1) * SECOND
        bad = int(failing(second) * RATE)
        world.counts.add("orders", moment, RATE - bad, RATE)
        world.newest["orders"] = moment
        world.clock.jump(begin + second * SECOND - timedelta(microseconds=1))
        if second % every == 0:
            _, moved = world.tick()
            for one in moved:
                if one.transition is Transition.FIRED:
                    fired.setdefault(one.tier, second)
    return fired


@pytest.fixture
def busy(world: World) -> World:
    """Six hours of perfect traffic before 03:00, 600 events a minute."""
    world.promise(replace(world.slos_by_name["checkout-availability"], window=SHORT_BUDGET, tiers=DEFAULT_TIERS[:1]))
    world.traffic("orders", world.clock.now() - timedelta(hours=6), 360, good=600, total=600)
    return world


def test_full_outage_shows_after_52_seconds(busy: World) -> None:
    """W x F / burn = 3600 s x 14.4 / 1000 = 51.84 s; the first whole second at or after it is the 52nd.

    In counts: after s seconds the hour holds 59 x 600 + 10 s events, 10 s of them bad; 10 s / (35,400 + 10 s) > 0.0144 needs
    s > 51.72 (the running minute makes the hour a little shorter), so the 52nd second.
    """
    assert run(busy, 60, lambda _: Fraction(1)) == {"fast_burn": 52}


def test_outage_of_30_percent_shows_after_173_seconds(busy: World) -> None:
    """3600 s x 14.4 / 300 = 172.8 s: the 173rd second.

    In counts: in the third minute the hour holds 57 x 600 + 10 s events of which 3 s are bad; with s = 172 that is
    516 / 35,920 = 1.4365 % < 1.44 %, with s = 173 it is 519 / 35,930 = 1.4445 % > 1.44 %.
    """
    assert run(busy, 180, lambda _: Fraction(3, 10)) == {"fast_burn": 173}


def test_alert_fires_at_the_tick_at_or_after_the_crossing(busy: World) -> None:
    """With a tick every 15 s, a full outage shows at the tick of 60 s, not before."""
    assert run(busy, 75, lambda _: Fraction(1), every=15) == {"fast_burn": 60}


def test_rate_itself_does_not_fire(world: World) -> None:
    """An hour with exactly 1.44 % bad burns at exactly 14.4x: strictly above is asked for, one event more fires."""
    world.promise(replace(world.slos_by_name["checkout-availability"], window=SHORT_BUDGET, tiers=DEFAULT_TIERS[:1]))
    begin = world.clock.now()
    world.traffic("orders", begin - timedelta(hours=1), 60, good=9856, total=10_000)
    world.clock.jump(begin - SECOND)

    assert world.tick()[1] == []

    world.counts.add("orders", begin - SECOND, -1, 0)

    assert [one.transition for one in world.tick()[1]] == [Transition.FIRED]


def test_alert_clears_when_the_short_window_is_calm(busy: World) -> None:
    """After a 3-minute outage the long window stays above for nearly an hour; the short one lets the alert clear 5 min later."""
    run(busy, 180, lambda _: Fraction(1))
    assert list(busy.tiers) == [("checkout-availability", "fast_burn")]
    busy.happened()

    run(busy, 420, lambda _: Fraction(0), every=15)

    assert busy.tiers == {}
    assert [type(one) for one in busy.happened()] == [SloCalm]
    status = busy.slo_service.status("checkout-availability").tiers[0]
    assert (status.long_burn or 0) > status.rate
    assert (status.short_burn or 0) < status.rate


def test_all_tiers_of_the_playbook(world: World) -> None:
    """Eleven hours at 7x fire the medium tier (6x over 30m and 6h) and the slow one (11 x 7 / 72 h = 1.07x over 3d), not the fast."""
    world.promise(replace(world.slos_by_name["checkout-availability"], window=SHORT_BUDGET))
    begin = world.clock.now()
    world.traffic("orders", begin - timedelta(days=3), 3 * 1440 - 660, good=1000, total=1000)
    world.traffic("orders", begin - timedelta(minutes=660), 660, good=993, total=1000)
    world.clock.jump(begin - SECOND)

    _, moved = world.tick()

    assert {one.tier: one.labels["severity"] for one in moved} == {"medium_burn": "page", "slow_burn": "ticket"}


def test_two_requests_in_an_hour_one_bad_wake_nobody(world: World) -> None:
    """1 of 2 burns at 500x; below min_events (10) it is no evidence."""
    begin = world.clock.now()
    world.traffic("orders", begin - timedelta(minutes=50), 1, good=1, total=1)
    world.traffic("orders", begin - timedelta(minutes=2), 1, good=0, total=1)

    assert world.tick()[1] == []
    assert world.slo_service.status("checkout-availability").burn_rates["1h"] == 500

    world.promise(replace(world.slos_by_name["checkout-availability"], min_events=2))

    assert {one.tier for one in world.tick()[1]} == {"fast_burn", "medium_burn", "slow_burn"}


@pytest.mark.parametrize("policy", [NoData.ALERT, NoData.IGNORE])
def test_silence_neither_fires_nor_resolves(busy: World, policy: NoData) -> None:
    """The source dies in the middle of an outage: the alert stays (unless silence is to be ignored), as nobody knows better."""
    busy.promise(replace(busy.slos_by_name["checkout-availability"], no_data=policy))
    run(busy, 120, lambda _: Fraction(1))
    busy.clock.forward(timedelta(minutes=10))

    busy.tick()

    assert bool(busy.tiers) is (policy is NoData.ALERT)


def test_silence_is_an_outage_where_it_counts_as_bad(busy: World) -> None:
    """With `no_data: bad`, minutes without data fail: five silent minutes of an hour fire."""
    busy.promise(replace(busy.slos_by_name["checkout-availability"], no_data=NoData.BAD))
    busy.clock.forward(timedelta(minutes=5))

    _, moved = busy.tick()

    assert [one.tier for one in moved] == ["fast_burn"]


def test_missing_data_is_an_alarm_of_its_own(busy: World) -> None:
    """After 15 min (late_arrival + 5) without any event where 9,000 were to be expected, a ticket says so, once, and ends."""
    busy.clock.forward(timedelta(minutes=14))
    assert busy.tick()[1] == []

    busy.clock.forward(timedelta(minutes=2))
    _, moved = busy.tick()

    assert [(one.tier, one.labels["alertname"], one.labels["severity"]) for one in moved] == [
        ("no_data", "SLONoData", "ticket")
    ]
    assert moved[0].annotations["summary"].startswith("No data about checkout for 16")
    assert busy.tick()[1] == []
    busy.traffic("orders", busy.clock.now(), 1, good=600, total=600)
    assert [one.transition for one in busy.tick()[1]] == [Transition.CLEARED]


def test_nothing_fires_while_history_is_read(busy: World) -> None:
    """Until the source has caught up, the last hour is not all there."""
    busy.caught_up = False

    assert run(busy, 60, lambda _: Fraction(1), every=15) == {}

    busy.caught_up = True

    assert [one.transition for one in busy.tick()[1]] == [Transition.FIRED]


def test_alert_carries_what_is_needed_at_night(busy: World) -> None:
    """Labels, human counts, burn rates, what is left, when it is gone, the runbook: and its cause is the event that said so."""
    busy.traffic("orders", busy.clock.now() - timedelta(days=7), 7 * 1440 - 360, good=600, total=600)
    run(busy, 52, lambda _: Fraction(1), every=52)
    recorded = next(one for one in busy.events if isinstance(one.event, SloBurning))
    standing = busy.tiers["checkout-availability", "fast_burn"]
    busy.clock.forward(timedelta(minutes=1))
    busy.counts.add("orders", busy.clock.now(), 0, 600)

    _, (again,) = busy.tick()

    assert recorded.event == SloBurning("checkout-availability", "checkout", "fast_burn", DEFAULT_TIERS[0].severity)
    assert recorded.subject == "slo/checkout-availability"
    assert again.labels == standing.labels == {
        "alertname": "SLOBurn", "service": "checkout", "severity": "page", "slo": "checkout-availability", "tier": "fast_burn",
    }  # fmt: skip
    assert (again.transition, again.starts_at, again.cause) == (Transition.STILL, standing.since, recorded.id)
    told = {key: text.replace("\u00a0", " ") for key, text in again.annotations.items()}
    # The last five minutes hold 3 x 600 good, 520 bad, 600 bad: 1,120 of 2,920 (38 %). Of 6,047.9 that may fail, 4,927.9 are left, and at
    # 383.6 x 0.6 a minute they last 21.4 minutes from 03:01:52 on.
    assert told["summary"] == "checkout is losing 4 in 10 orders and runs out of budget at 03:23"
    assert told["runbook"] == "checkout-errors"
    assert told["burn_rate_short"] == "383.6x"
    assert "over 5m; 1 in 1,000 may." in told["description"]
    assert told["budget_remaining_pct"] == "81.481"
    assert told["exhausts_at"].startswith("2026-11-24T03:23:")


def test_restart_neither_repeats_nor_forgets(busy: World) -> None:
    """A new process with the same store sends nothing twice, and clears what ended while it was down."""
    run(busy, 60, lambda _: Fraction(1))
    busy.plans.current = None
    busy.happened()

    assert busy.tick()[1] == []

    busy.traffic("orders", busy.clock.now() + SECOND, 60, good=600, total=600)
    busy.clock.forward(timedelta(minutes=58))
    _, moved = busy.tick()

    assert [(one.transition, one.ends_at) for one in moved] == [(Transition.CLEARED, busy.clock.now())]


def test_alert_is_sent_again_each_minute(busy: World) -> None:
    """While it fires, the claim is renewed with current figures, no faster than once a minute."""
    run(busy, 52, lambda _: Fraction(1))
    begin = busy.clock.now()
    sent: list[datetime] = []

    for _ in range(12):
        busy.clock.forward(timedelta(seconds=15))
        busy.counts.add("orders", busy.clock.now(), 0, 150)
        sent += [busy.clock.now() for one in busy.tick()[1] if one.transition is Transition.STILL]

    assert sent == [begin + timedelta(minutes=minute) for minute in (1, 2, 3)]


def test_promise_that_is_withdrawn_ends_its_alerts(busy: World) -> None:
    """A deleted SLO does not leave an alert that nobody can end."""
    run(busy, 52, lambda _: Fraction(1))
    busy.slos_by_name.clear()
    busy.edition += 1

    _, moved = busy.tick()

    assert [one.transition for one in moved] == [Transition.CLEARED]
    assert busy.tiers == {}


def test_redefined_severity_moves_the_alert(busy: World) -> None:
    """A tier that becomes a ticket while it fires: the page's alert ends, the ticket's begins."""
    run(busy, 52, lambda _: Fraction(1))
    slo = busy.slos_by_name["checkout-availability"]
    busy.promise(replace(slo, tiers=(replace(slo.tiers[0], severity=DEFAULT_TIERS[2].severity),)))

    _, moved = busy.tick()

    assert [(one.transition, one.labels["severity"]) for one in moved] == [
        (Transition.CLEARED, "page"),
        (Transition.FIRED, "ticket"),
    ]


def test_tick_costs_what_is_not_calm(world: World) -> None:
    """A hundred calm promises cause one question to the counts and no status."""
    for number in range(100):
        world.promise(Slo(f"s{number}", "checkout", f"sli{number}", Ratio.percent("99.9"), window=SHORT_BUDGET))
        world.traffic(f"sli{number}", world.clock.now() - timedelta(minutes=20), 20, good=100, total=100)

    tick, moved = world.tick()

    assert moved == []
    assert len(tick.verdicts) == len(tick.plan.bounds) == 101 * (3 * 2 + 5 + 1) + 4
    assert [slo.name for slo in tick.spending()] == ["checkout-availability"]  # no data at all


def test_watermark_trails_the_clock(busy: World) -> None:
    """With a delay of 15 s, the tick of 03:00:10 judges 02:59:55: an outage that began at 03:00 is not in it yet."""
    busy.delay = timedelta(seconds=15)
    busy.counts.add("orders", busy.clock.now(), 0, 600)
    busy.clock.forward(timedelta(seconds=10))
    assert busy.tick()[1] == []

    busy.clock.forward(timedelta(seconds=5))
    tick, moved = busy.tick()

    assert tick.at == busy.clock.now() - timedelta(seconds=15)
    assert [(one.transition, one.starts_at) for one in moved] == [(Transition.FIRED, tick.at)]


def test_late_events_correct_the_figures_and_take_nothing_back(busy: World) -> None:
    """600 good orders of the failing minute arrive late: the figures follow, and that it burned stays said."""
    begin = busy.clock.now()
    run(busy, 60, lambda _: Fraction(1), every=60)
    assert [type(one) for one in busy.happened() if isinstance(one, SloBurning)] == [SloBurning]
    before = busy.slo_service.status("checkout-availability")

    busy.counts.add("orders", begin, 600, 600)
    busy.tick()

    after = busy.slo_service.status("checkout-availability")
    assert (before.counts.bad, before.total) == (600, 361 * 600)
    assert (after.counts.bad, after.total) == (600, 362 * 600)
    assert not any(isinstance(one, SloBurning) for one in busy.happened())
