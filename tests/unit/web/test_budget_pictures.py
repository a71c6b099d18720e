"""The burn-down, the last minutes, the bars and the wall: what is drawn, and the words that say the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from watchbill.entrypoints.web.charts.band import Bar, Row
from watchbill.entrypoints.web.charts.bar import budget_bar, meter
from watchbill.entrypoints.web.charts.burndown import Burndown, Left, Mark, Stretch, burndown, burndown_words
from watchbill.entrypoints.web.charts.minutes import Flag, Minute, Minutes, minutes, minutes_words
from watchbill.entrypoints.web.charts.wall import Wall, wall, wall_words

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 24, 2, 16, tzinfo=UTC)
DAY = timedelta(days=1)


def burned(*left: Fraction | int | None) -> Burndown:
    """A point a day, the last one now."""
    line = [
        Left(NOW - DAY * (len(left) - 1 - index), None if one is None else Fraction(one))
        for index, one in enumerate(left)
    ]
    return Burndown(start=line[0].at, end=NOW + DAY, now=NOW, zone=UTC_ZONE, line=line)


def test_thresholds_are_named_in_the_picture() -> None:
    """The edges of the budget states are written beside their lines, not in a legend."""
    picture = burndown(burned(100, 60, 31))

    assert all(words in picture for words in ("warning below 50", "critical below 25", "nothing left"))


def test_a_gap_in_the_data_is_a_gap_in_the_line() -> None:
    """What is not known is not drawn as a straight line between its neighbours."""
    whole, torn = burndown(burned(100, 90, 80, 70)), burndown(burned(100, None, 80, 70))

    assert (whole.count('class="trace'), torn.count('class="trace')) == (1, 2)


def test_an_overspent_budget_reaches_below_zero() -> None:
    """-148.8 % is drawn and said as it is, never clamped."""
    shown = burned(100, Fraction("-148.8"))

    assert "f dead faint" in burndown(shown)
    assert "\u2212148.8" in burndown_words(shown)


def test_incidents_and_deploys_are_marked() -> None:
    """Both are labelled in the picture and said in words."""
    shown = replace(
        burned(100, 90, 31),
        incidents=(Stretch(NOW - DAY, None, "INC-7"),),
        deploys=(Mark(NOW - DAY, "842"), Mark(NOW - 90 * DAY, "old")),
    )

    picture = burndown(shown)

    assert ">INC-7</text>" in picture
    assert ">842</text>" in picture
    assert ">old</text>" not in picture


def test_the_forecast_is_said_only_while_something_is_left() -> None:
    """A spent budget has no date on which it will be gone."""
    ahead = replace(burned(100, 31), gone_at=NOW + DAY / 2)
    spent = replace(burned(100, 0), gone_at=NOW + DAY / 2)

    assert "at this rate it is gone on 24 November 14:16" in burndown_words(ahead)
    assert "gone" not in burndown_words(spent)


def test_nothing_measured_is_said() -> None:
    """A line without a single known point is not a healthy one."""
    assert burndown_words(burned(None, None)) == "Nothing has been measured yet"


def minute_rows(*bad: int | None) -> list[Minute]:
    """A minute each out of a thousand; None is a minute without data."""
    start = NOW - timedelta(minutes=len(bad))
    rows = []
    for index, count in enumerate(bad):
        total = 0 if count is None else 1000
        rows.append(Minute(start + timedelta(minutes=index), total - (count or 0), total))
    return rows


def test_minutes_above_the_promise_stand_out() -> None:
    """Only minutes that fail more than is allowed are drawn in the colour of trouble."""
    picture = minutes(Minutes(minute_rows(0, 1, 2, 15), Fraction(1, 1000), UTC_ZONE))

    assert picture.count('class="f dead"') == 2


def test_a_minute_without_data_is_neither_good_nor_bad() -> None:
    """It is a dashed line, not a bar."""
    picture = minutes(Minutes(minute_rows(0, None), Fraction(1, 1000), UTC_ZONE))

    assert picture.count('class="s dim half dash"') == 1


def test_the_minutes_say_how_bad_and_since_when() -> None:
    """The words name the worst minute, the first one above the promise, and what changed."""
    rows = minute_rows(0, 0, 3, 15)
    shown = Minutes(rows, Fraction(1, 1000), UTC_ZONE, (Flag(rows[1].at, "deploy 842"),))

    assert minutes_words(shown) == (
        "Share that fails, last 4 minutes: highest 1.5 % at 02:15, above the promise since 02:14; deploy 842 at 02:13"
    )


def test_minutes_without_any_data_say_so() -> None:
    """Silence is not health."""
    assert (
        minutes_words(Minutes(minute_rows(None, None), Fraction(1, 1000), UTC_ZONE)) == "No data in the last 2 minutes"
    )


def test_the_budget_bar_shows_one_percent() -> None:
    """Even a sliver is seen; a spent budget is hatched, an unknown one empty."""
    assert 'width="3.5%"' in budget_bar(Fraction(1), "crit")
    assert "url(#hatch-dead)" in budget_bar(Fraction(-3), "dead")
    assert budget_bar(None, "dim").count("<rect") == 1


def test_the_meter_marks_its_threshold() -> None:
    """A value beyond the scale fills it."""
    picture = meter(1.7, "dead", threshold=0.5)

    assert 'width="100%" height="7" rx="3.5"/>' in picture
    assert 'x1="50%"' in picture


def test_a_week_is_seven_bands_and_four_weeks_are_four_lines() -> None:
    """One line a day up to a week, then one line a week."""
    start = datetime(2026, 11, 24, tzinfo=UTC_ZONE)
    row = Row((Bar(start, start + 28 * DAY, "Ana", "on"),))
    week = Wall(start=start, days=7, now=NOW, zone=UTC_ZONE, row=row)

    assert wall(week).count("<linearGradient") == 7
    assert wall(replace(week, days=28)).count("<linearGradient") == 4
    assert wall_words(week) == "Ana from Tuesday 24 November 00:00"
