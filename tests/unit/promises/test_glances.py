"""What lists of a thousand promises show: the same answers as in full, only cheaper; and the days of a budget."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from watchbill.slo.model import Push, Rolling, Sli

if TYPE_CHECKING:
    from tests.unit.promises.conftest import World
else:
    World = object

NAME = "checkout-availability"
WEEKS = Rolling(timedelta(days=28))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def several(world: World) -> None:
    """Four promises: one burns, one is spent, one is well, and nobody measures the last."""
    first = world.slos_by_name[NAME]
    now = world.clock.now()
    for name, bad in (("burning", 30), ("spent", 400), ("well", 0), ("blind", None)):
        world.promise(
            replace(first, name=name, sli=name, window=DAY_WINDOW), Sli(name, source=Push(), total_events="All")
        )
        if bad is not None:
            world.traffic(name, now - 60 * MINUTE, 61, good=1000 - bad, total=1000)
            world.newest[name] = now


DAY_WINDOW = Rolling(DAY)


def test_a_glance_says_what_the_full_status_says(world: World) -> None:
    """State, what is left, the tiers that fire, the freeze and the trust in the data; and the order is the same."""
    several(world)
    world.tick()
    slos = list(world.slos_by_name.values())
    full, seen = world.budget.worst_first(slos), world.budget.glances(slos)

    assert [
        (one.status.slo.name, one.state, one.frozen, one.status.remaining_pct, one.status.data_status) for one in full
    ] == [(one.slo.name, one.state, one.frozen, one.remaining_pct, one.data_status) for one in seen]
    assert [[tier.tier.name for tier in one.status.tiers if tier.firing] for one in full] == [
        list(one.firing) for one in seen
    ]
    assert any(one.firing for one in seen)


def test_days_add_up_to_what_was_spent(world: World) -> None:
    """Over whole hours the shares of the days are the share of the budget that is gone."""
    slo = world.promise(replace(world.slos_by_name[NAME], window=WEEKS))
    now = world.clock.now().replace(minute=59)
    world.clock.jump(now)
    start = now + MINUTE - 28 * DAY
    world.traffic("orders", start, 28 * 24 * 60, good=10_000, total=10_000)
    world.counts.add("orders", start + 3 * DAY, -50, 0)
    world.counts.add("orders", start + 9 * DAY, -70, 0)
    status = world.budget.slos.status(slo)
    days = world.budget.spent_by_day(slo, status.start, status.end, status.total, ZoneInfo("Europe/Paris"))

    assert status.remaining_pct is not None
    assert sum(day.share_pct for day in days) == 100 - status.remaining_pct
    assert [day.bad for day in days if day.bad] == [50, 70]


def test_days_are_those_of_the_viewer(world: World) -> None:
    """23:30 in UTC is the next day in Paris."""
    slo = world.promise(replace(world.slos_by_name[NAME], window=WEEKS))
    late = world.clock.now().replace(hour=23, minute=30) - 2 * DAY
    world.traffic("orders", late, 1, good=900, total=1000)
    status = world.budget.slos.status(slo)
    paris, utc = (
        next(day.day for day in world.budget.spent_by_day(slo, status.start, status.end, status.total, zone) if day.bad)
        for zone in (ZoneInfo("Europe/Paris"), ZoneInfo("UTC"))
    )

    assert (paris - utc).days == 1


def test_nothing_measured_is_no_calendar(world: World) -> None:
    """Days without data are not drawn as days without failures."""
    slo = world.promise(world.slos_by_name[NAME])
    status = world.budget.slos.status(slo)

    assert world.budget.spent_by_day(slo, status.start, status.end, status.total, ZoneInfo("UTC")) == []
    assert world.budget.glances([slo])[0].remaining_pct in {None, Fraction(100)}
