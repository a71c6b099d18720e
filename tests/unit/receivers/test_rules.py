"""The original's rules, one row for each side of each edge."""

from datetime import UTC, datetime, timedelta

import pytest

from watchbill.adapters.store.patterns import Re2Matchers
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.receivers.model import Inhibition, Log, Period, Range, RouteNode, TimeInterval
from watchbill.receivers.rules.inhibiting import Inhibitor
from watchbill.receivers.rules.intervals import contains, is_muted
from watchbill.receivers.rules.routing import Tree
from watchbill.receivers.rules.telling import first_flush, forgettable, is_due, retry_s

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE: frozenset[str] = frozenset()
A, B, AB = frozenset("a"), frozenset("b"), frozenset("ab")


@pytest.mark.parametrize(
    ("log", "firing", "resolved", "send_resolved", "expected"),
    [
        (None, A, NONE, True, True),
        (None, NONE, A, True, False),
        (Log(A, NONE, NOW), A, NONE, True, False),
        (Log(A, NONE, NOW), AB, NONE, True, True),
        (Log(AB, NONE, NOW), A, NONE, True, False),
        (Log(AB, NONE, NOW), A, B, True, True),
        (Log(AB, NONE, NOW), A, B, False, False),
        (Log(A, NONE, NOW), NONE, A, False, True),
        (Log(NONE, A, NOW), NONE, A, True, False),
        (Log(A, B, NOW), A, B, True, False),
        (Log(A, NONE, NOW - HOUR), A, NONE, True, False),
        (Log(A, NONE, NOW - HOUR - timedelta(microseconds=1)), A, NONE, True, True),
    ],
    ids=[
        "the first that fires",
        "an end of which nothing was told",
        "nothing new",
        "another one fires",
        "one is left out",
        "one is over",
        "one is over, which nobody wants to hear",
        "all are over",
        "all are over and that was told",
        "the same ends again",
        "exactly the repeat interval later",
        "a moment more than the repeat interval later",
    ],
)
def test_when_an_integration_is_told(
    log: Log | None, firing: frozenset[str], resolved: frozenset[str], *, send_resolved: bool, expected: bool
) -> None:
    """The original's decision, over what was told last."""
    found = is_due(log, firing, resolved, send_resolved=send_resolved, repeat_interval=HOUR, now=NOW)

    assert found is expected


@pytest.mark.parametrize(
    ("age_s", "expected_s"),
    [(0, 30), (30, 30), (30.001, 0)],
    ids=["it just began", "as old as the wait", "older than the wait"],
)
def test_a_new_group_waits_unless_its_alert_is_old(age_s: float, expected_s: float) -> None:
    """An alert that has fired for longer than the wait is told at once."""
    due = first_flush(NOW, NOW - timedelta(seconds=age_s), timedelta(seconds=30), NOW)

    assert due == NOW + timedelta(seconds=expected_s)


def test_an_end_is_kept_while_an_integration_believes_that_it_fires() -> None:
    """What is over may go when it is muted, or when no log holds it as firing."""
    logs = [Log(frozenset("xy"), NONE, NOW), None]

    assert forgettable("xyz", frozenset("y"), logs) == frozenset("yz")


def test_pauses_between_attempts_grow_to_a_minute() -> None:
    """Half a second, then half as long again, a minute at most."""
    assert [retry_s(1), retry_s(2), retry_s(40)] == [0.5, 0.75, 60.0]


def _node(place: str, match: str, *routes: RouteNode, goes_on: bool = False) -> RouteNode:
    zero = timedelta(0)
    return RouteNode(place, place, place, tuple(parse_matchers(match)), (), zero, zero, zero, goes_on, routes=routes)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({}, ["root"]),
        ({"team": "a"}, ["a"]),
        ({"team": "a", "level": "high"}, ["a-high"]),
        ({"team": "b"}, ["b", "late"]),
        ({"team": "c"}, ["late"]),
    ],
    ids=[
        "nothing matches",
        "the first that matches",
        "the deepest",
        "further ones after continue",
        "an empty label is none",
    ],
)
def test_routes_that_take_an_alert(labels: dict[str, str], expected: list[str]) -> None:
    """Depth first; siblings after a match are asked only where it says so."""
    root = _node(
        "root",
        "",
        _node("a", 'team="a"', _node("a-high", 'level="high"')),
        _node("b", 'team="b"', goes_on=True),
        _node("late", 'team=~".+"'),
        _node("never", 'team="b"'),
    )

    assert [node.receiver for node in Tree(root, Re2Matchers().compile).taking(labels)] == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"level": "low", "zone": "1"}, ("high-1",)),
        ({"level": "low", "zone": "2"}, ()),
        ({"level": "low"}, ("high",)),
        ({"level": "high", "zone": "1"}, ()),
        ({"level": "both", "zone": "1"}, ("high-1",)),
    ],
    ids=["same zone", "another zone", "both without a zone", "a source", "one that matches both sides"],
)
def test_what_inhibits(labels: dict[str, str], expected: tuple[str, ...]) -> None:
    """Equal labels agree, also by both being absent; what matches both sides is not inhibited by its like."""
    rule = Inhibition(
        tuple(parse_matchers('level=~"high|both"')), tuple(parse_matchers('level=~"low|both"')), ("zone",)
    )
    firing = [
        ("high-1", {"level": "high", "zone": "1"}),
        ("both-1", {"level": "both", "zone": "1", "x": "y"}),
        ("high", {"level": "high"}),
    ]
    inhibiting = Inhibitor([rule], Re2Matchers().compile, lambda: firing).inhibiting(labels)

    assert tuple(one for one in inhibiting if one != "both-1") == expected
    assert ("both-1" in inhibiting) is (labels == {"level": "low", "zone": "1"})


@pytest.mark.parametrize(
    ("interval", "at", "expected"),
    [
        (TimeInterval(times=(Period(540, 1020),)), "2026-11-24T09:00", True),
        (TimeInterval(times=(Period(540, 1020),)), "2026-11-24T08:59", False),
        (TimeInterval(times=(Period(540, 1020),)), "2026-11-24T17:00", False),
        (TimeInterval(times=(Period(1320, 1440),)), "2026-11-24T23:59", True),
        (TimeInterval(weekdays=(Range(1, 5),)), "2026-11-27T12:00", True),
        (TimeInterval(weekdays=(Range(1, 5),)), "2026-11-28T12:00", False),
        (TimeInterval(weekdays=(Range(0, 0),)), "2026-11-29T12:00", True),
        (TimeInterval(days_of_month=(Range(-3, -1),)), "2026-02-26T12:00", True),
        (TimeInterval(days_of_month=(Range(-3, -1),)), "2026-02-25T12:00", False),
        (TimeInterval(days_of_month=(Range(29, 31),)), "2026-02-28T12:00", False),
        (TimeInterval(days_of_month=(Range(-31, -28),)), "2026-02-01T12:00", True),
        (TimeInterval(months=(Range(1, 3),)), "2026-04-01T00:00", False),
        (TimeInterval(years=(Range(2026, 2026),)), "2026-12-31T23:59", True),
        (TimeInterval(times=(Period(0, 60),), zone="Europe/Berlin"), "2026-11-23T23:30", True),
        (TimeInterval(), "2026-11-24T09:00", True),
    ],
)
def test_time_intervals(interval: TimeInterval, at: str, *, expected: bool) -> None:
    """Starts are inside, ends are not; days of a month may count from its end; zones are honoured."""
    assert contains([interval], datetime.fromisoformat(f"{at}+00:00")) is expected


@pytest.mark.parametrize(
    ("mute", "active", "expected"),
    [((), (), False), (("now",), (), True), (("later",), (), False), ((), ("now",), False), ((), ("later",), True)],
    ids=["neither", "muted", "muted later", "active", "active later"],
)
def test_when_a_route_is_muted(mute: tuple[str, ...], active: tuple[str, ...], *, expected: bool) -> None:
    """Inside a mute interval, or outside of all active ones."""
    zero = timedelta(0)
    node = RouteNode("0", "{}", "r", (), (), zero, zero, zero, mute=mute, active=active)
    intervals = {"now": (TimeInterval(),), "later": (TimeInterval(years=(Range(2027, 2027),)),)}

    assert is_muted(node, intervals, NOW) is expected
