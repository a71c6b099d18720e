"""The table of nines is computed and says what the playbook's says."""

from datetime import timedelta

import pytest

from watchbill.kernel.units import Ratio
from watchbill.slo.rules.nines import allowed_down_time, down_time_words, nines_row, nines_table

# playbook ph. 2, SLO target selection guide, column "Downtime/month".
PLAYBOOK = {"99": "7h 18m", "99.5": "3h 39m", "99.9": "43m 50s", "99.95": "21m 55s", "99.99": "4m 23s", "99.999": "26s"}


def test_table_agrees_with_the_playbook() -> None:
    """All six rows, for a month of 30.4375 days."""
    computed = {row.target: down_time_words(row.month) for row in nines_table()}

    assert computed == {Ratio.percent(target): words for target, words in PLAYBOOK.items()}


def test_four_weeks_at_three_nines() -> None:
    """28 d x 0.1 % = 40.32 min, not the template's 40."""
    assert allowed_down_time(Ratio.percent("99.9"), timedelta(days=28)) == timedelta(minutes=40.32)


def test_further_target_is_put_in_its_place() -> None:
    """An own target stands between its neighbours and is fit for what the level below it is."""
    rows = nines_table(Ratio.percent("99.97"))

    assert [str(row.target) for row in rows] == [
        "99 %",
        "99.5 %",
        "99.9 %",
        "99.95 %",
        "99.97 %",
        "99.99 %",
        "99.999 %",
    ]
    assert rows[4].fit_for == rows[3].fit_for


def test_low_targets_are_experiments() -> None:
    """Below 99 % nothing that people wait for."""
    assert "Experiments" in nines_row(Ratio.percent("95")).fit_for


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0s"),
        (0.3156, "0.316s"),
        (26.3, "26s"),
        (60, "1m"),
        (59.6, "1m"),
        (3599.7, "1h"),
        (86_400, "1d"),
        (90_061, "1d 1h"),
    ],
)
def test_down_time_words(seconds: float, words: str) -> None:
    """The two largest units, rounded without ever showing 60 seconds."""
    assert down_time_words(timedelta(seconds=seconds)) == words
