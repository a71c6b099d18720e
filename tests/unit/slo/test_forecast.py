"""Forecasts count what ages out of the window."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchbill.slo.rules.forecast import Course, minutes_to_exhaustion, minutes_to_recovery

WINDOW = 28 * 1440
ALLOWED = Fraction(1, 1000)
RATE = 100  # events a minute


def course(bad_by_hour: list[int], *, covered: int = WINDOW) -> Course:
    """28 days of 100 events a minute; the bad ones by hour, oldest first."""
    ageing = [(60, bad) for bad in bad_by_hour]
    return Course(ALLOWED, Fraction(sum(bad_by_hour)), covered * RATE, covered, WINDOW, WINDOW, ageing)


def days(minutes: Fraction | None) -> float | None:
    """Minutes as days."""
    return None if minutes is None else float(minutes / 1440)


def test_half_spent_evenly_and_burning_five_fold() -> None:
    """4,032 may be bad, 3 an hour were (2,016). 14 d / (5 - 0.5) = 3.11 d; without ageing out it would be 14 d / 5 = 2.80 d."""
    assert days(minutes_to_exhaustion(course([3] * 672), Fraction(5))) == pytest.approx(28 / 9)


def test_budget_that_nothing_ages_out_of() -> None:
    """Half spent by one outage an hour ago: nothing leaves for weeks, so the rest lasts 14 d / 5 = 2.80 d."""
    assert days(minutes_to_exhaustion(course([0] * 671 + [2016]), Fraction(5))) == pytest.approx(2.8)


def test_half_spent_early_ages_out_first() -> None:
    """Half spent in the oldest hour: it leaves at once, and 5x lasts 28 d / 5 = 5.6 d."""
    assert days(minutes_to_exhaustion(course([2016] + [0] * 671), Fraction(5))) == pytest.approx(5.6)


@pytest.mark.parametrize("burn", [Fraction(0), Fraction(1, 2), Fraction(99, 100)])
def test_slow_burn_over_a_clean_history_lasts(burn: Fraction) -> None:
    """Less than 1x over nothing spent never exhausts."""
    assert minutes_to_exhaustion(course([0] * 672), burn) is None


def test_exactly_one_fold_spends_the_budget_in_exactly_one_window() -> None:
    """At 1x the last of the budget goes with the last minute of the window."""
    assert minutes_to_exhaustion(course([0] * 672), Fraction(1)) == WINDOW


def test_slow_burn_still_exhausts_when_the_spending_was_recent() -> None:
    """90 % spent in the last hour and 0.9x now: the last 10 % go in 28 d x 0.1 / 0.9 = 3.11 d, before anything ages out."""
    assert days(minutes_to_exhaustion(course([0] * 671 + [3628]), Fraction(9, 10))) == pytest.approx(3.11, abs=0.01)


def test_spent_budget_is_exhausted_now() -> None:
    """Nothing left is zero minutes."""
    assert minutes_to_exhaustion(course([0] * 671 + [4032]), Fraction(0)) == 0


def test_recovery_after_an_hour_of_outage() -> None:
    """6,000 bad of 4,032 allowed (148.8 %). 10 % are back when at most 3,628.8 are left, so when 2,371.2 of the 6,000 (23.7 of
    its 60 minutes) have aged out: 27 d 23 h after its end plus 23.7 min.
    """
    minutes = minutes_to_recovery(course([0] * 671 + [6000]))

    assert minutes == WINDOW - 60 + 60 * Fraction(23712, 60_000)
    assert days(minutes) == pytest.approx(27.97, abs=0.01)


def test_recovery_of_a_budget_that_is_there() -> None:
    """More than 10 % left needs no recovery."""
    assert minutes_to_recovery(course([0] * 672)) == 0


def test_young_service_grows_into_its_budget() -> None:
    """One day of history at 100 a minute, 72 of 144 spent just now: half. Traffic still to come adds budget as fast as 1x
    spends it, until the window is full (day 27); from then on it is 72 + 0.1 t = 4,032 at t = 39,600 min, 27.5 d. At 2x it
    is 72 + 0.2 t = 144 + 0.1 t at t = 720 min.
    """
    young = course([0] * 671 + [72], covered=1440)

    assert days(minutes_to_exhaustion(young, Fraction(1))) == 27.5
    assert days(minutes_to_exhaustion(young, Fraction(2))) == 0.5


def test_calendar_window_only_grows() -> None:
    """Ten days of a month, 72 of 1,440 spent: at 5x the budget is gone when 72 + 0.5 t = 144/1440 (14,400 + t), t = 3,420 min."""
    month = Course(ALLOWED, Fraction(72), 14_400 * RATE, 14_400, None, 20 * 1440)

    assert minutes_to_exhaustion(month, Fraction(5)) == (Fraction(1440) - 72) / Fraction(4, 10)


def test_calendar_budget_that_lasts_to_the_end() -> None:
    """At 1x nothing runs out before the period does."""
    month = Course(ALLOWED, Fraction(72), 14_400 * RATE, 14_400, None, 20 * 1440)

    assert minutes_to_exhaustion(month, Fraction(1)) is None


histories = st.lists(st.integers(0, 40), min_size=28, max_size=28)


@given(histories, st.fractions(0, 20), st.fractions(0, 5))
def test_burning_faster_never_lasts_longer(per_day: list[int], burn: Fraction, more: Fraction) -> None:
    """Exhaustion comes earlier, or at all, at a higher burn rate."""
    slow = minutes_to_exhaustion(_by_day(per_day), burn)
    fast = minutes_to_exhaustion(_by_day(per_day), burn + more)

    assert slow is None or (fast is not None and fast <= slow)


@given(histories, st.fractions(Fraction(1, 100), 20))
def test_quick_refusal_agrees_with_the_walk(per_day: list[int], burn: Fraction) -> None:
    """Where no exhaustion is promised, walking the window minute by day finds none either."""
    one = _by_day(per_day)
    found = minutes_to_exhaustion(one, burn)
    incoming = burn * one.allowed * one.per_minute
    spent_on = [day for day in range(29) if sum(per_day[day:]) + incoming * day * 1440 >= one.allowed * one.total]

    assert (found is None) == (not spent_on)
    if found is not None and spent_on:
        assert found <= spent_on[0] * 1440


def _by_day(per_day: list[int]) -> Course:
    total = WINDOW * 1
    return Course(ALLOWED, Fraction(sum(per_day)), total, WINDOW, WINDOW, WINDOW, [(1440, bad) for bad in per_day])
