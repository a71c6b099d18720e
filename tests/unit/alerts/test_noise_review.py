"""What the noise review says of a history, with the edges of its thresholds."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from watchbill.alerts.model import Severity
from watchbill.alerts.model.history import Advice, Calling, NameReview, Occurred
from watchbill.alerts.rules.noise import review
from watchbill.kernel.ids import AlertId

SINCE = datetime(2026, 10, 28, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=28)
MINUTE = timedelta(minutes=1)


def _one(number: int, **fields: object) -> Occurred:
    """An occurrence of `Down` on the hour of its number, ten minutes long, unless said otherwise."""
    opened = SINCE + timedelta(hours=number)
    usual: dict[str, object] = {
        "alert": AlertId(f"alr_{number:04}"), "fingerprint": "f", "name": "Down", "title": "Down", "service": "shop",
        "severity": Severity.P0, "opened_at": opened, "closed_at": opened + 10 * MINUTE, "runbook": "down",
    }  # fmt: skip
    return Occurred(**(usual | fields))  # type: ignore[arg-type]  # each field has its own type


def _call(one: Occurred, **fields: object) -> Calling:
    return Calling(one.alert, "ann", one.opened_at, **fields)  # type: ignore[arg-type]  # as above


def _only(*ones: Occurred) -> NameReview:
    [name] = review(ones, [], SINCE, UNTIL).names
    return name


@pytest.mark.parametrize(("pages", "met"), [(19, True), (20, False), (21, False)])
def test_a_service_stays_below_five_pages_a_week(pages: int, met: bool) -> None:  # noqa: FBT001 - a column of the table
    """In four weeks 19 pages meet the target and 20, exactly five a week, miss it."""
    ones = [_one(number) for number in range(pages)]

    [service] = review(ones, [_call(one) for one in ones], SINCE, UNTIL).services

    assert (service.pages_per_week, service.within_target) == (Fraction(pages, 4), met)


def test_the_worst_week_is_told_beside_the_average() -> None:
    """Four pages in the second week and one in the third: the worst week has four."""
    ones = [_one(24 * 8 + number) for number in range(4)] + [_one(24 * 15)]

    [service] = review(ones, [_call(one) for one in ones], SINCE, UNTIL).services

    assert (service.pages, service.worst_week) == (5, 4)


@pytest.mark.parametrize(("lasts", "short"), [(5 * MINUTE, 1), (5 * MINUTE + timedelta(microseconds=1), 0)])
def test_exactly_five_minutes_is_short(lasts: timedelta, short: int) -> None:
    """What ends by itself after five minutes was worth nobody's sleep; a microsecond longer counts as long."""
    one = _one(1)

    assert _only(_one(1, closed_at=one.opened_at + lasts)).tally.short == short


def test_what_a_person_resolved_is_not_short() -> None:
    """Somebody did something about it, however quickly."""
    one = _one(1)

    assert _only(_one(1, closed_at=one.opened_at + MINUTE, closed_by="ann")).tally.short == 0


@pytest.mark.parametrize(("pause", "flaps"), [(15 * MINUTE, 1), (16 * MINUTE, 0)])
def test_it_flaps_when_it_begins_again_within_a_quarter_of_an_hour(pause: timedelta, flaps: int) -> None:
    """Fifteen minutes after its end count, sixteen do not."""
    first = _one(1)
    again = _one(2, opened_at=first.opened_at + 10 * MINUTE + pause, closed_at=None)

    assert _only(first, again).tally.flaps == flaps


def test_a_second_instance_of_the_same_trouble_is_a_duplicate() -> None:
    """Other labels, same name and service, while the first fires; a resend of the first (same fingerprint) is none."""
    first = _one(1, closed_at=None)

    tally = _only(first, _one(2, fingerprint="g"), _one(3, fingerprint="h", service="other")).tally

    assert tally.duplicates == 1


@pytest.mark.parametrize(
    ("useless", "rated", "advice"),
    [(3, 3, Advice.DELETE), (2, 4, Advice.DEMOTE), (1, 3, None), (2, 2, None)],
)
def test_what_people_said_decides_between_deleting_and_a_ticket(
    useless: int, rated: int, advice: Advice | None
) -> None:
    """All of at least three judgements delete, half of them demote; fewer than three say nothing."""
    ones = [_one(number, actionable=number >= useless) for number in range(rated)]

    found = [one for one, _ in _only(*ones).advice]

    assert found == ([advice] if advice else [])


def test_half_of_five_that_end_by_themselves_ask_for_a_higher_threshold() -> None:
    """Three of five short ones: the advice says so with the count."""
    ones = [_one(n, closed_at=_one(n).opened_at + (MINUTE if n < 3 else 30 * MINUTE)) for n in range(5)]

    assert _only(*ones).advice == ((Advice.RAISE, "3 of 5 ended by themselves within 5 minutes"),)


def test_shares_of_nothing_are_unknown() -> None:
    """Nobody judged, nobody was called: the shares are not zero."""
    tally = _only(_one(1, closed_at=None)).tally

    assert (tally.not_actionable_share, tally.acknowledged_share) == (None, None)


def test_the_median_is_over_those_that_ended() -> None:
    """Ten, ten and thirty minutes, and one that still fires: ten."""
    long = _one(3, closed_at=_one(3).opened_at + 30 * MINUTE)

    assert _only(_one(1), _one(2), long, _one(4, closed_at=None)).median_duration == 10 * MINUTE


def test_only_p3_of_the_last_seven_days_is_in_the_log() -> None:
    """Exactly seven days ago is in, an hour more is out, and P2 has tickets."""
    inside, outside = _one(21 * 24, severity=Severity.P3), _one(21 * 24 - 1, severity=Severity.P3)
    ticket = _one(22 * 24, severity=Severity.P2)

    [line] = review([outside, inside, ticket], [], SINCE, UNTIL).log

    assert (line.occurrences, line.latest_at) == (1, inside.opened_at)
