"""Each trap of the field as a golden case, with its arithmetic written out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from tests.unit.promises.conftest import MINUTE, START, World

from watchbill.budget.model import BudgetExhausted, BudgetState, BudgetThawed
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import Ratio
from watchbill.slo.model import (
    Calendar,
    CalendarUnit,
    DataStatus,
    NoData,
    Push,
    Rolling,
    Sli,
    SliType,
    Transition,
    parse_calendar,
    parse_window,
)

NAME = "checkout-availability"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_counts_and_never_ratios(world: World) -> None:
    """By day 999,000 requests of which 750 fail, at night 4 slots with 1 request each of which all fail.

    Counts: 754 / 999,004 = 0.0755 %. The mean of 16 slots' ratios (12 by day at 0.0751 %, 4 at night at 100 %) is 25.1 %.
    """
    slots = [(83_250, 62 if number % 2 else 63) for number in range(12)] + [(1, 1)] * 4
    for number, (total, bad) in enumerate(slots):
        world.counts.add("orders", START - (80 - 5 * number) * MINUTE, total - bad, total)

    status = world.slo_service.status(NAME)

    assert (status.total, status.counts.bad) == (999_004, 754)
    assert status.bad_ratio == Fraction(754, 999_004)
    mean = sum((Fraction(bad, total) for total, bad in slots), Fraction(0)) / len(slots)
    assert mean > Fraction(1, 4)


def test_a_slot_without_traffic_does_not_poison_the_window(world: World) -> None:
    """A known quiet minute is 0 of 0: no NaN, no change of the ratio, and it is covered."""
    world.traffic("orders", START - 10 * MINUTE, 5, good=999, total=1000)
    world.counts.add("orders", START - 5 * MINUTE, 0, 0)

    status = world.slo_service.status(NAME)

    assert (status.bad_ratio, status.counts.covered) == (Fraction(1, 1000), 6)


def test_a_window_longer_than_history_says_so(world: World) -> None:
    """15 days of data in a window of 28: 53.57 % coverage and `partial`, never a window that quietly became shorter."""
    world.counts.add("orders", START - 15 * DAY + MINUTE, 1, 1)
    world.traffic("orders", START - 9 * MINUTE, 10, good=1, total=1)

    status = world.slo_service.status(NAME)

    assert status.counts.minutes == 28 * 1440
    assert status.data_status is DataStatus.PARTIAL
    assert status.coverage_pct == Fraction(100 * 11, 28 * 1440)


def test_two_requests_one_bad_pages_nobody(world: World) -> None:
    """0.5 / 0.001 = 500x, and two events are no evidence: below min_events nothing fires, at min_events it does."""
    world.counts.add("orders", START, 1, 2)
    assert world.slo_service.status(NAME).burn_rates["1h"] == 500
    _, quiet = world.tick()

    world.counts.add("orders", START, 4, 8)
    _, loud = world.tick()

    assert quiet == []
    assert {one.tier for one in loud} == {"fast_burn", "medium_burn", "slow_burn"}


@pytest.mark.parametrize(
    ("no_data", "bad_ratio"),
    [(NoData.IGNORE, Fraction(1, 10)), (NoData.ALERT, Fraction(1, 10)), (NoData.BAD, Fraction(11, 20))],
)
def test_empty_slots_are_a_third_value(world: World, no_data: NoData, bad_ratio: Fraction) -> None:
    """10 minutes with 1 of 10 bad, then 10 without data: 10 % where silence says nothing, (10 + 10 x 10) / 200 = 55 % where it is failure."""
    world.promise(replace(world.slos_by_name[NAME], no_data=no_data))
    world.traffic("orders", START - 19 * MINUTE, 10, good=9, total=10)

    assert world.slo_service.status(NAME).bad_ratio == bad_ratio


def test_decimal_text_stays_exact(world: World) -> None:
    """100 - 99.9 is 0.09999999999999432 in floats; 500 of 1,000,000 leave exactly 50 %, which is warning and not healthy."""
    world.traffic("orders", START - 999 * MINUTE, 500, good=999, total=1000)
    world.traffic("orders", START - 499 * MINUTE, 500, good=1000, total=1000)

    found = world.budget.show(NAME)

    assert 100 - 99.9 != 0.1
    assert found.status.remaining_pct == 50
    assert found.state is BudgetState.WARNING


def test_an_outage_of_an_hour_spends_more_than_there_is(world: World) -> None:
    """60 of 40.32 minutes at 99.9 % over 28 days: 148.8 % spent, -48.8 % left; thawed when 23.712 minutes have aged out.

    10 % of 40.32 min must be left: 60 - x = 0.9 x 40.32 = 36.288, x = 23.712 minutes after the first bad minute leaves.
    """
    world.traffic("orders", START - 28 * DAY + MINUTE, 28 * 1440 - 60, good=1, total=1)
    world.traffic("orders", START - 59 * MINUTE, 60, good=0, total=1)
    world.tick()

    found = world.budget.show(NAME)

    assert found.status.remaining_pct == 100 * (1 - Fraction(60, 40320) / Fraction(1, 1000))
    assert round(float(found.status.remaining_pct), 1) == -48.8
    assert any(isinstance(event, BudgetExhausted) for event in world.happened())
    recovers = found.forecast.recovers_at
    assert recovers is not None
    leaves = START - 59 * MINUTE + 28 * DAY
    # The forecast looks at history by the hour; the edge lies within one such step of the exact moment.
    assert abs(recovers - (leaves + timedelta(minutes=23.712))) <= HOUR


def test_the_forecast_counts_what_ages_out(world: World) -> None:
    """99.9 %, half spent evenly, now burning 5x: 14 d / (5 - 0.5) = 3.11 d; plain division says 14 / 5 = 2.80 d."""
    world.traffic("orders", START - 28 * DAY + MINUTE, 28 * 1440 - 60, good=19_990, total=20_000)
    world.traffic("orders", START - 59 * MINUTE, 60, good=19_900, total=20_000)

    found = world.budget.show(NAME)

    assert found.forecast.exhausts_at is not None
    days = (found.forecast.exhausts_at - found.status.at) / DAY
    # The hour that burns 5x is spent already: (0.5 - 59/40320 x 4.5) x 28 / 4.5 = 3.07 d of the 3.11.
    assert days == pytest.approx(28 * (0.5 - 60 / 40320 * 4.5) / 4.5, abs=0.01)
    assert found.forecast.earliest is not None
    assert found.forecast.earliest <= found.forecast.exhausts_at


def test_calendar_months_have_their_real_length() -> None:
    """New York, March 2026: clocks go forward, 743 h, and 99.9 % allows 44.58 minutes."""
    window = Calendar(CalendarUnit.MONTH, "America/New_York")
    period = window.period(datetime(2026, 3, 20, tzinfo=UTC))

    assert period == timedelta(hours=743)
    assert Fraction(period // MINUTE) / 1000 == Fraction("44.58")


@pytest.mark.parametrize(
    ("unit", "at", "start", "hours"),
    [
        ("week", "2026-10-21", "2026-10-18T22:00", 7 * 24 + 1),  # Berlin: clocks go back on Sunday the 25th
        ("month", "2026-10-21", "2026-09-30T22:00", 31 * 24 + 1),
        ("quarter", "2026-10-21", "2026-09-30T22:00", 92 * 24 + 1),
        ("quarter", "2026-02-01", "2025-12-31T23:00", 90 * 24 - 1),
        ("month", "2028-02-10", "2028-01-31T23:00", 29 * 24),
    ],
)
def test_periods_of_berlin(unit: str, at: str, start: str, hours: int) -> None:
    """Weeks, months and quarters begin at local midnight and are as long as they are."""
    window = Calendar(CalendarUnit(unit), "Europe/Berlin")
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert window.start(moment) == datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert window.period(moment) == timedelta(hours=hours)


def test_a_calendar_window_shows_so_far_and_projected(world: World) -> None:
    """November of 720 h at 99.9 %, 553 h so far (and a minute): 0.05 % bad of an even traffic leaves 50 % so far, 61.6 % of the whole month's budget."""
    calendar = Calendar(CalendarUnit.MONTH, "Europe/Paris")
    world.promise(replace(world.slos_by_name[NAME], window=calendar))
    minutes = (START - calendar.start(START)) // MINUTE + 1
    world.traffic("orders", calendar.start(START), minutes, good=1999, total=2000)

    found = world.budget.show(NAME)

    assert found.status.remaining_pct == 50
    assert found.projected_remaining_pct == 100 * (1 - Fraction(1, 2) * Fraction(minutes, 43_200))


def test_a_calendar_month_that_begins_anew_gives_all_back(world: World) -> None:
    """In the last minute of November everything is spent, in the first of December nothing is."""
    calendar = Calendar(CalendarUnit.MONTH)
    world.promise(replace(world.slos_by_name[NAME], window=calendar))
    end = datetime(2026, 12, 1, tzinfo=UTC)
    world.traffic("orders", end - 100 * MINUTE, 100, good=0, total=1)
    world.clock.forward(end - START - MINUTE)
    world.tick()
    assert world.budget.show(NAME).frozen

    world.clock.forward(2 * MINUTE)
    world.traffic("orders", end, 2, good=100, total=100)
    world.tick()

    assert world.budget.show(NAME).status.remaining_pct == 100
    assert any(isinstance(event, BudgetThawed) for event in world.happened())


@pytest.mark.parametrize("text", ["1m", "30m", "59m"])
def test_m_is_minutes_and_says_how_to_write_a_month(text: str) -> None:
    """`1m` would be a minute: refused, with the calendar form as hint."""
    with pytest.raises(Invalid, match="calendar: month"):
        parse_window(text)


@pytest.mark.parametrize("text", ["1M", "month", "P1M", "1mo", "quarter"])
def test_calendar_words_are_no_durations(text: str) -> None:
    """Refused with the way to write them."""
    with pytest.raises(Invalid, match="calendar"):
        parse_window(text)


def test_durations_are_no_calendar_periods() -> None:
    """`calendar: 1m` is refused with the reason."""
    with pytest.raises(Invalid, match="named"):
        parse_calendar("1m")


@pytest.mark.parametrize("length", ["1h", "36h", "7d", "30d", "90d", "366d"])
def test_rolling_windows_of_any_length_end_at_the_tick(length: str) -> None:
    """In UTC whole minutes, whatever the day."""
    window = parse_window(length)

    assert window.end(START + timedelta(seconds=59)) == START + MINUTE
    assert window.end(START) - window.start(START) == window.length


def test_late_data_changes_the_figures_and_takes_no_page_back(world: World) -> None:
    """A page fires; then good events for its minutes come late: the tier clears as any tier does, and that it fired stays."""
    world.traffic("orders", START - 4 * MINUTE, 5, good=50, total=100)
    _, fired = world.tick()
    before = world.slo_service.status(NAME)
    assert {one.transition for one in fired} == {Transition.FIRED}
    events = world.happened()

    world.counts.add("orders", START - 2 * MINUTE, 1_000_000, 1_000_000)
    _, after = world.tick()

    assert world.slo_service.status(NAME).total == before.total + 1_000_000
    assert {one.transition for one in after} == {Transition.CLEARED}
    assert all(one.starts_at == START for one in after)
    assert events  # what was said before is not unsaid


def test_strictly_faster_fires_and_equal_does_not(world: World) -> None:
    """14.4x exactly is 1.44 % bad: nothing; one more bad event in a million: the page."""
    world.promise(replace(world.slos_by_name[NAME], tiers=world.slos_by_name[NAME].tiers[:1]))
    world.counts.add("orders", START, 985_600, 1_000_000)
    _, calm = world.tick()
    world.counts.add("orders", START, 0, 1)
    _, fired = world.tick()

    assert (list(calm), [one.tier for one in fired]) == ([], ["fast_burn"])


def test_groups_have_budgets_of_their_own(world: World) -> None:
    """Europe loses 3 in 100, the rest nothing: the whole is healthy, and europe's own budget is spent."""
    world.promise(replace(world.slos_by_name[NAME], target=Ratio.percent("98"), group_by=("region",)))
    for region, good in (("eu", 97), ("us", 900)):
        name = f"orders{{region={region}}}"
        world.traffic(name, START - 9 * MINUTE, 10, good=good, total=100 if region == "eu" else 900)
    world.traffic("orders", START - 9 * MINUTE, 10, good=997, total=1000)
    world.tick()

    states = {one.status.slo.name: one.state for one in world.budget.worst_first(world.slo_service.list())}

    assert states == {
        f"{NAME}{{region=eu}}": BudgetState.EXHAUSTED,
        NAME: BudgetState.HEALTHY,
        f"{NAME}{{region=us}}": BudgetState.HEALTHY,
    }
    assert world.budget.show(f"{NAME}{{region=eu}}").frozen


def test_taken_out_time_thaws_the_budget_and_leaves_tiers_alone(world: World) -> None:
    """An hour's outage freezes; without that hour nothing was lost, the freeze goes, and the tier that fires fires on."""
    world.traffic("orders", START - 999 * MINUTE, 940, good=10, total=10)
    world.traffic("orders", START - 59 * MINUTE, 60, good=0, total=10)
    world.tick()
    assert world.budget.show(NAME).frozen

    world.taken_out[NAME] = [(START - 59 * MINUTE, START + MINUTE)]
    world.tick()
    found = world.budget.show(NAME)

    assert not found.frozen
    assert found.status.remaining_pct == Fraction(100)
    assert found.state is BudgetState.HEALTHY
    assert world.budget.unadjusted_pct(found.status) == 100 * (1 - Fraction(600, 10_000) * 1000)
    assert {tier for _, tier in world.tiers} == {"fast_burn", "medium_burn", "slow_burn"}


def test_sli_types_reduce_to_good_and_total(world: World) -> None:
    """All nine load and are judged alike."""
    for kind in SliType:
        sli = Sli(kind.value, kind, source=Push())
        world.promise(replace(world.slos_by_name[NAME], name=kind.value, sli=kind.value, window=Rolling(DAY)), sli)
        world.traffic(kind.value, START, 1, good=1, total=1)

    assert all(world.slo_service.status(kind.value).kept for kind in SliType)
