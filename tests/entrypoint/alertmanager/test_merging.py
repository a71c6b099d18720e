"""What becomes of an alert that is said again: spans as Alertmanager merges them, seen through GET /alerts."""

from datetime import timedelta

import pytest
from tests.entrypoint.alertmanager.conftest import Alert, Wire, stamp

UNSET = ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000000Z", None, ""]


def _span(wire: Wire) -> tuple[str, str]:
    (found,) = wire.alerts()
    return found["startsAt"], found["endsAt"]


@pytest.mark.parametrize("unset", UNSET)
def test_a_time_that_is_not_set(wire: Wire, alert: Alert, unset: str | None) -> None:
    """It starts now and ends by time-out, five minutes later; amtool sends year 1 for "not set"."""
    wire.send(alert("Good1", {"startsAt": unset, "endsAt": unset}))

    assert _span(wire) == (wire.at(), wire.at(minutes=5))


def test_only_an_end(wire: Wire, alert: Alert) -> None:
    """The start is then the end; one in the past is stored as resolved and not listed."""
    wire.send(alert("Ahead", {"endsAt": wire.at(minutes=2)}), alert("Past", {"endsAt": wire.at(minutes=-2)}))

    assert [(one["labels"]["alertname"], one["startsAt"], one["endsAt"]) for one in wire.alerts()] == [
        ("Ahead", wire.at(minutes=2), wire.at(minutes=2))
    ]


def test_start_and_end_at_one_moment(wire: Wire, alert: Alert) -> None:
    """Equal times are no contradiction."""
    same = wire.at(minutes=1)

    assert wire.send(alert("Good1", {"startsAt": same, "endsAt": same})).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T02:00:00Z", "2026-11-24t02:00:00z", "2026-11-24 02:00:00", "2026-11-24T02:00:00", "2026-11-24T03:00:00+01:00", "2026-11-24T02:00:00.000000000Z", "2026-11-23T21:00:00-0500"],
)  # fmt: skip
def test_ways_to_write_a_time(wire: Wire, alert: Alert, text: str) -> None:
    """RFC 3339, and what the original's reader takes besides."""
    assert wire.send(alert("Good1", {"startsAt": text})).status_code == 200
    assert _span(wire)[0] == "2026-11-24T02:00:00.000Z"


def test_nanoseconds(wire: Wire, alert: Alert) -> None:
    """Senders write nine digits; they are understood to the microsecond."""
    assert wire.send(alert("Good1", {"startsAt": "2026-11-24T02:00:00.123456789Z"})).status_code == 200
    assert _span(wire)[0] == "2026-11-24T02:00:00.123Z"


def test_years_far_away(wire: Wire, alert: Alert) -> None:
    """1970 and 9999 are years like any other."""
    wire.send(alert("Good1", {"startsAt": "1970-01-01T00:00:00Z", "endsAt": "9999-12-31T23:59:59Z"}))

    assert _span(wire) == ("1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z")


def test_the_earliest_start_stands(wire: Wire, alert: Alert) -> None:
    """A repetition that says a later start does not move it, one with an earlier start does."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-10)}))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-5)}))
    assert _span(wire)[0] == wire.at(minutes=-10)

    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-20)}))
    assert _span(wire)[0] == wire.at(minutes=-20)


def test_the_latest_words_stand(wire: Wire, alert: Alert) -> None:
    """Annotations and generator are those of the last repetition, also where they were dropped."""
    wire.send(alert("Good1", {"annotations": {"summary": "one", "x": "y"}, "generatorURL": "http://a/"}))
    wire.send(alert("Good1", {"annotations": {"summary": "two"}, "generatorURL": "http://b/"}))

    (found,) = wire.alerts()
    assert found["annotations"] == {"summary": "two"}
    assert found["generatorURL"] == "http://b/"


def test_an_explicit_end_outlives_a_nearer_one(wire: Wire, alert: Alert) -> None:
    """While it fires, an older explicit end that is later wins over a newer one."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1), "endsAt": wire.at(minutes=30)}))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1), "endsAt": wire.at(minutes=10)}))

    assert _span(wire)[1] == wire.at(minutes=30)


def test_an_explicit_end_is_let_go_by_the_second_repetition_without_one(wire: Wire, alert: Alert) -> None:
    """Measured on the original: the first repetition without an end keeps the explicit one, the next does not."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1), "endsAt": wire.at(minutes=30)}))
    ends = wire.at(minutes=30)
    wire.clock.forward(timedelta(seconds=10))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1)}))
    assert _span(wire)[1] == ends

    wire.clock.forward(timedelta(seconds=10))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1)}))
    assert _span(wire)[1] == wire.at(minutes=5)


def test_an_end_by_timeout_does_not(wire: Wire, alert: Alert) -> None:
    """An end that nobody named gives way to one that a sender names, also to an earlier one."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1)}))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1), "endsAt": wire.at(minutes=2)}))

    assert _span(wire)[1] == wire.at(minutes=2)


def test_repetitions_move_the_timeout(wire: Wire, alert: Alert) -> None:
    """Whoever goes on sending keeps it alive; GET shows the new end though nothing is written for it."""
    wire.send(alert("Good1"))
    for _ in range(5):
        wire.let_pass(minutes=4)
        wire.send(alert("Good1"))
        assert _span(wire)[1] == wire.at(minutes=5)

    wire.let_pass(minutes=5, milliseconds=-1)
    assert wire.names() == ["Good1"]
    wire.clock.forward(timedelta(milliseconds=1))
    assert wire.names() == []


def test_without_overlap_the_new_one_replaces(wire: Wire, alert: Alert) -> None:
    """A span that lies behind the old one is another episode and keeps its own start."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-9), "endsAt": wire.at(minutes=1)}))
    wire.clock.forward(timedelta(minutes=10))
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-1)}))

    assert _span(wire) == (wire.at(minutes=-1), wire.at(minutes=5))


def test_resolved_by_its_sender(wire: Wire, alert: Alert) -> None:
    """An end that has come ends it; it is gone from the list, and may fire again."""
    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-2)}))
    assert wire.names() == ["Good1"]

    wire.send(alert("Good1", {"startsAt": wire.at(minutes=-2), "endsAt": wire.at()}))
    assert wire.names() == []

    wire.clock.forward(timedelta(seconds=30))
    wire.send(alert("Good1", {"startsAt": wire.at(seconds=-1)}))
    assert wire.names() == ["Good1"]


def test_resolved_before_it_fired(wire: Wire, alert: Alert) -> None:
    """Its end overtook it on the way: nothing fires, and nobody is called for it."""
    started, ended = wire.at(seconds=-9), wire.at(seconds=-1)
    wire.send(alert("Good1", {"startsAt": started, "endsAt": ended}))
    wire.send(alert("Good1", {"startsAt": started}))

    assert wire.names() == []


def test_firing_resolved_firing_within_a_millisecond(wire: Wire, alert: Alert) -> None:
    """Order within one body counts: what is said last stands."""
    start = wire.at(seconds=-5)
    wire.send(
        alert("Good1", {"startsAt": start}),
        alert("Good1", {"startsAt": start, "endsAt": wire.at()}),
        alert("Good1", {"startsAt": wire.at(), "endsAt": wire.at(minutes=1)}),
    )

    assert _span(wire)[1] == wire.at(minutes=1)


def test_vmalerts_short_ends(wire: Wire, alert: Alert) -> None:
    """Re-sent each second with an end a few seconds ahead: alive as long as it is sent, over when it is not."""
    for _ in range(10):
        wire.send(alert("Good1", {"startsAt": stamp(wire.clock.now()), "endsAt": wire.at(seconds=3)}))
        assert wire.names() == ["Good1"]
        wire.clock.forward(timedelta(seconds=1))

    wire.clock.forward(timedelta(seconds=2))
    assert wire.names() == []


def test_when_it_was_last_heard_of(wire: Wire, alert: Alert) -> None:
    """`updatedAt` moves with every repetition, as in the original."""
    wire.send(alert("Good1"))
    wire.clock.forward(timedelta(minutes=1))
    wire.send(alert("Good1"))

    assert wire.alerts()[0]["updatedAt"] == wire.at()


def test_a_pause_forgets_no_end(wire: Wire, alert: Alert) -> None:
    """A process that stood still for a while (a paused machine) still knows the ends that it had not written down yet."""
    start = wire.at()
    wire.send(alert("Good1", {"startsAt": start, "endsAt": wire.at(minutes=1)}))
    wire.fold()
    wire.send(alert("Good1", {"startsAt": start, "endsAt": wire.at(hours=2)}))
    wire.fold()

    wire.clock.forward(timedelta(seconds=50))
    wire.fold()
    wire.let_pass(hours=1)
    assert wire.names() == ["Good1"]
