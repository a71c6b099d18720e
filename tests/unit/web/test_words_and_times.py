"""Shares in human counts, amounts, moments in the viewer's zone, sentences from parts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from watchbill.entrypoints.web.words.amounts import counted, percent, times
from watchbill.entrypoints.web.words.phrase import Part, join, listed, plain, say
from watchbill.entrypoints.web.words.promise import promise_words
from watchbill.entrypoints.web.words.times import Local

NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
LOCAL = Local(ZoneInfo("Europe/Paris"), NOW)


def test_counts_take_the_right_form() -> None:
    """Small numbers in words, one of them singular."""
    assert [counted(count, "promise").replace("\u00a0", " ") for count in (0, 1, 12, 1400)] == [
        "no promises",
        "one promise",
        "twelve promises",
        "1,400 promises",
    ]
    assert counted(2, "person", "people") == "two\u00a0people"


def test_unknown_is_a_dash() -> None:
    """Never a zero."""
    assert (percent(None), times(None)) == ("–", "–")


def test_rates_keep_the_digits_that_matter() -> None:
    """Three digits are enough to judge a burn rate."""
    assert [times(rate) for rate in (0.031, 14.44, 1000.4)] == ["0.03×", "14.4×", "1,000×"]


def test_promises_are_said_as_users_feel_them() -> None:
    """The noun of the SLI's own prose, and a verb for each type; an unknown type has a plain one."""
    assert promise_words("orders", "availability", 99.9) == "99.9\u00a0% of orders succeed"
    assert promise_words("runs", None, 99.0) == "99\u00a0% of runs are good"


def test_overspent_budgets_are_written_with_a_minus() -> None:
    """Not with a hyphen, which breaks lines."""
    assert percent(-48.8) == "\u221248.8\u00a0%"


@pytest.mark.parametrize(
    ("after", "point", "when"),
    [
        (timedelta(hours=14, minutes=24), "17:40", "at 17:40"),
        (timedelta(hours=24), "tomorrow 03:16", "tomorrow at 03:16"),
        (timedelta(hours=-24), "yesterday 03:16", "yesterday at 03:16"),
        (timedelta(days=8), "2 Dec 03:16", "on 2 December"),
        (timedelta(days=60), "23 Jan 2027 03:16", "on 23 January 2027"),
    ],
)
def test_moments_are_said_in_the_viewers_zone(after: timedelta, point: str, when: str) -> None:
    """Nearer moments need fewer words."""
    moment = NOW + after

    assert (LOCAL.point(moment).replace("\u00a0", " "), LOCAL.when(moment).replace("\u00a0", " ")) == (point, when)


def test_a_time_element_holds_utc() -> None:
    """Absolute and relative on the page, UTC on hover, exact in the attribute."""
    assert LOCAL.el(NOW - timedelta(minutes=4)) == (
        '<time datetime="2026-11-24T02:12:00.000000Z" title="2026-11-24 02:12:00 UTC" data-rel="both">03:12, 4\u00a0min ago</time>'
    )
    assert LOCAL.el(None) == "–"


def test_relative_times_look_both_ways() -> None:
    """Ago, ahead, and just now."""
    assert [
        LOCAL.ago(NOW + span).replace("\u00a0", " ")
        for span in (timedelta(minutes=-4), timedelta(hours=2), timedelta(seconds=20))
    ] == [
        "4 min ago",
        "in 2 h",
        "just now",
    ]
    assert [LOCAL.date(date(2026, 11, day)) for day in (23, 24, 25, 30)] == [
        "yesterday",
        "today",
        "tomorrow",
        "30\u00a0November",
    ]


def test_a_countdown_stops_at_zero() -> None:
    """It never counts below."""
    assert [LOCAL.countdown(NOW + timedelta(seconds=seconds)) for seconds in (161, 0, -5)] == ["2:41", "0:00", "0:00"]


def test_sentences_are_joined_without_a_trace_of_empty_ones() -> None:
    """No double spaces, no stray glue."""
    assert plain(join([(), say("One."), (), say(Part("Two", "dead"), ".")])) == "One. Two."
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
