"""The burn-down: what was left at each moment."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from watchbill.budget.rules.burndown import burn_down
from watchbill.slo.model import Bucket

START = datetime(2026, 11, 1, tzinfo=UTC)
ALLOWED = Fraction(1, 100)


def buckets(bad: list[int | None]) -> list[Bucket]:
    """100 events an hour with so many bad; None: no data."""
    return [
        Bucket(
            START + timedelta(hours=number), 0 if one is None else 100 - one, 0 if one is None else 100, one is not None
        )
        for number, one in enumerate(bad)
    ]


def test_failures_age_out_of_a_rolling_window() -> None:
    """A window of 4 h (400 events, 4 may be bad): 2 bad spend half, and four hours later they are forgotten."""
    left = burn_down(buckets([0, 0, 0, 0, 2, 0, 0, 0, 0]), 5, window=4, allowed=ALLOWED)

    assert left == [50, 50, 50, 50, 100]


def test_budget_goes_below_zero() -> None:
    """Overspent is shown as it is."""
    assert burn_down(buckets([0, 0, 0, 0, 6]), 1, window=4, allowed=ALLOWED) == [-50]


def test_young_service_starts_full() -> None:
    """One failure in the first hour of four: against the budget of the 4 h that are known today it is a quarter, not 100 %."""
    left = burn_down(buckets([None, None, None, None, 1, 0, 0, 0]), 4, window=4, allowed=ALLOWED)

    assert left == [75, 75, 75, 75]


def test_before_the_first_data_nothing_is_known() -> None:
    """No point is made up."""
    assert burn_down(buckets([None, None, None, None, None, 0]), 2, window=4, allowed=ALLOWED) == [None, 100]
    assert burn_down(buckets([None, None]), 2, window=4, allowed=ALLOWED) == [None, None]


def test_calendar_window_only_falls() -> None:
    """Nothing ages out: 1 + 1 of 4."""
    assert burn_down(buckets([1, 0, 1, 0]), 4, window=None, allowed=ALLOWED) == [75, 75, 50, 50]
