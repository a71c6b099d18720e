"""What people are told, word by word."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from watchbill.kernel.units import Ratio
from watchbill.slo.model import (
    Calendar,
    CalendarUnit,
    DataStatus,
    Forecast,
    Rolling,
    Sli,
    SliType,
    Slo,
    SloStatus,
    WindowSum,
)
from watchbill.slo.sentences import (
    burning,
    contributor_words,
    in_counts,
    loss_words,
    moment_words,
    nouns_of,
    outlook,
    remaining_words,
    standing,
)

NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")  # UTC+1 in November
ORDERS = nouns_of(Sli("orders", total_events="All orders placed"))
CALM = Forecast(None, None, None, None, Fraction(1, 10))


def plain(text: str) -> str:
    """With spaces that break."""
    return text.replace("\u00a0", " ")


def status(
    good: int, total: int, *, data: DataStatus = DataStatus.OK, reason: str = "", calendar: bool = False
) -> SloStatus:
    """A promise of 99.9 % over 28 d (or this month) with these counts."""
    window = Calendar(CalendarUnit.MONTH) if calendar else Rolling(timedelta(days=28))
    slo = Slo("checkout-availability", "checkout", "orders", Ratio.percent("99.9"), window)
    counts = WindowSum(40_320, good, total, 40_320, 0)
    ratio = counts.bad_ratio()
    return SloStatus(
        slo=slo,
        at=NOW,
        start=NOW - timedelta(days=28),
        end=NOW,
        counts=counts,
        bad_ratio=ratio,
        remaining_pct=None if ratio is None else 100 * (1 - ratio * 1000),
        burn_rates={},
        tiers=(),
        coverage_pct=Fraction(100),
        data_status=data,
        data_reason=reason,
        newest_at=NOW,
        caught_up=True,
    )


@pytest.mark.parametrize(
    ("bad", "total", "words"),
    [
        (0, 1000, "none"),
        (1000, 1000, "all"),
        (999, 1000, "nearly all"),
        (500, 1000, "half"),
        (300, 1000, "3 in 10"),
        (15, 1000, "15 in 1,000"),
        (1, 1000, "1 in 1,000"),
        (14_400, 1_000_000, "14 in 1,000"),
        (1, 999_999, "1 in 1,000,000"),
        (1, 10_000_000, "1 of 10,000,000"),
        (1, 2, "1 of 2"),
        (3, 7, "3 of 7"),
        (2, 2, "all"),
        (6, 19, "6 of 19"),
        (6, 20, "3 in 10"),
        (22, 100, "22 in 100"),
    ],
)
def test_shares_in_human_counts(bad: int, total: int, words: str) -> None:
    """Few events are said as they are, many as a share of a round number, within 5 % of the truth."""
    assert plain(in_counts(bad, total)) == words


@pytest.mark.parametrize(
    ("sli", "bad", "total", "words"),
    [
        (Sli("s", total_events="All orders placed"), 15, 1000, "15 in 1,000 orders fail"),
        (Sli("s"), 1000, 1000, "all requests fail"),
        (Sli("s"), 500, 1000, "half of the requests fail"),
        (Sli("s"), 1, 7, "1 of 7 requests fails"),
        (Sli("s"), 0, 7, "no requests fail"),
        (Sli("s", SliType.LATENCY, total_events="All searches"), 20, 1000, "2 in 100 searches are too slow"),
        (Sli("s", SliType.FRESHNESS, total_events="every 5-minute check"), 3, 10, "3 of 10 requests are stale"),
        (Sli("s", SliType.CORRECTNESS, description="rows of the nightly export"), 2, 1000, "2 in 1,000 rows are wrong"),
    ],
)
def test_losses_speak_of_what_is_counted(sli: Sli, bad: int, total: int, words: str) -> None:
    """The noun comes from the SLI's own prose, the verb from its type."""
    assert plain(loss_words(bad, total, nouns_of(sli))) == words


@pytest.mark.parametrize("kind", SliType)
def test_every_type_has_its_words(kind: SliType) -> None:
    """No type of SLI is without a verb."""
    nouns = nouns_of(Sli("s", kind))

    assert nouns.service_loses.count("{}") == 1
    assert nouns.they_fail
    assert nouns.one_fails


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T16:40", "at 17:40"),
        ("2026-11-24T23:30", "tomorrow at 00:30"),
        ("2026-11-23T08:00", "yesterday at 09:00"),
        ("2026-11-26T08:00", "on Thursday at 09:00"),
        ("2026-12-18T08:00", "on 18 December"),
        ("2027-01-02T08:00", "on 2 January 2027"),
    ],
)
def test_moments_in_the_readers_zone(moment: str, words: str) -> None:
    """Today by the clock, this week by the day, else by the date."""
    assert moment_words(datetime.fromisoformat(moment).replace(tzinfo=UTC), NOW, PARIS) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (Fraction(31), "31 %"),
        (Fraction("49.998"), "49.998 %"),
        (Fraction(50), "50 %"),
        (Fraction("50.0004"), "50 %"),
        (Fraction("-48.8095"), "\u221248.8 %"),
        (Fraction("0.04"), "0.04 %"),
        (Fraction("9.96"), "9.96 %"),
        (None, "unknown"),
    ],
)
def test_what_is_left_shows_its_side_of_an_edge(left: Fraction | None, words: str) -> None:
    """Three decimals near an edge, one elsewhere."""
    assert plain(remaining_words(left)) == words


def test_burning_says_how_bad_and_until_when() -> None:
    """The sentence of the playbook's example."""
    forecast = Forecast(NOW + timedelta(minutes=40), None, None, None, Fraction(15))

    said = burning(status(999_900, 1_000_000), WindowSum(5, 985, 1000, 5, 0), forecast, ORDERS, PARIS)

    assert plain(said) == "checkout is losing 15 in 1,000 orders and runs out of budget at 17:40"


def test_burning_without_budget() -> None:
    """What is gone cannot run out."""
    said = burning(status(998_000, 1_000_000), WindowSum(5, 0, 150, 5, 0), CALM, ORDERS, PARIS)

    assert plain(said) == "checkout is losing all orders and has no budget left"


def test_burning_that_the_budget_survives() -> None:
    """Without an exhaustion in sight, what is left is said."""
    said = burning(status(999_690, 1_000_000), WindowSum(5, 998, 1000, 5, 0), CALM, ORDERS, PARIS)

    assert plain(said) == "checkout is losing 2 in 1,000 orders; 69 % of the budget is left"


def test_burning_while_nothing_is_heard() -> None:
    """A tier that fires on while the source is silent says so."""
    said = burning(
        status(999_690, 1_000_000),
        WindowSum(5, 0, 0, 0, 5),
        Forecast(None, None, None, None, Fraction(20)),
        ORDERS,
        PARIS,
    )

    assert (
        plain(said) == "checkout was burning its budget 20x as fast as allowed and nothing has been heard from it since"
    )


@pytest.mark.parametrize(
    ("given", "forecast", "words"),
    [
        (status(1_000_000, 1_000_000), CALM, "checkout has lost none of 1,000,000 orders in 28d"),
        (status(500, 500, calendar=True), CALM, "checkout has lost none of 500 orders this month"),
        (status(999_690, 1_000_000), CALM, "checkout has 69 % of its budget left"),
        (
            status(999_690, 1_000_000),
            Forecast(NOW + timedelta(days=2), None, None, None, Fraction(3)),
            "checkout has 69 % of its budget left and at this pace spends it on Thursday at 17:00",
        ),
        (status(999_000, 1_000_000), CALM, "checkout has spent all of its budget"),
        (
            status(998_512, 1_000_000),
            Forecast(NOW, None, None, NOW + timedelta(days=28), Fraction(0)),
            "checkout has overspent its budget (\u221248.8 % left) and is back at 10 % on 22 December if nothing more fails",
        ),
        (
            status(999_690, 1_000_000, data=DataStatus.STALE, reason="no event for 20 min"),
            CALM,
            "checkout has 69 % of its budget left; no event for 20 min",
        ),
        (
            status(0, 0, data=DataStatus.NO_DATA, reason="no event has been seen yet"),
            CALM,
            "Nothing is known about checkout: no event has been seen yet",
        ),
        (status(1, 2), CALM, "checkout has overspent its budget (\u221249900 % left)"),
    ],
)
def test_how_a_promise_stands(given: SloStatus, forecast: Forecast, words: str) -> None:
    """All well, spending, spent, overspent, silent, unknown; never 100 % where nothing is known."""
    assert plain(standing(given, forecast, ORDERS, PARIS)) == words


@pytest.mark.parametrize(
    ("given", "forecast", "words"),
    [
        (status(0, 0), CALM, "No forecast: nothing is known"),
        (status(999_690, 1_000_000), CALM, "At this pace the budget lasts"),
        (
            status(999_690, 1_000_000),
            Forecast(NOW + timedelta(hours=3), None, None, None, Fraction(144, 10)),
            "At 14.4x the budget is spent at 20:00, in 3 h",
        ),
        (
            status(998_512, 1_000_000),
            Forecast(NOW, None, None, NOW + timedelta(days=28), Fraction(0)),
            "The budget is spent; if nothing more fails it is back at 10 % on 22 December",
        ),
    ],
)
def test_outlook(given: SloStatus, forecast: Forecast, words: str) -> None:
    """The forecast as a sentence of its own."""
    assert plain(outlook(given, forecast, PARIS)) == words


def test_contributor() -> None:
    """Which value of which dimension, and its share."""
    assert plain(contributor_words("path", "/orders", 97, 100)) == "path /orders: 97 % of the failures"
