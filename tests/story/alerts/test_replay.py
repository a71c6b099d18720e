"""What stored payloads would come to by the rules of now, beside what happened; nothing is written."""

from datetime import timedelta

from tests.story.alerts.conftest import Drill

from watchbill.alerts.model.replay import Difference, Outcome, Replayed
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.alerts.service.replaying import Chosen
from watchbill.alerts.service.silences import NewSilence

SEARCH_TEAM = """
person: {name: cleo, email: cleo@shop.test}
---
escalation_policy: {name: searchers, steps: [{notify: ["person:cleo"], wait: 5m}]}
---
route: {name: search, match: ['service="search"'], escalation_policy: searchers}
"""


def _replay(drill: Drill, **chosen: str | int) -> Replayed:
    now = drill.clock.now()
    with drill.app.reading() as s:
        window = Chosen(now - timedelta(hours=24), now + timedelta(seconds=1), **chosen)  # type: ignore[arg-type]  # each has its type
        return s.alert_quality.replaying.replay(window)


def _only(found: Replayed) -> Outcome:
    [outcome] = found.outcomes
    return outcome


def test_by_the_same_rules_everything_comes_out_the_same(drill: Drill) -> None:
    """Pages, repetitions, an end and a new beginning: no difference, and as many calls as there were."""
    for _round in range(2):
        drill.fire("Down", service="db")
        drill.fire("Down", service="db")
        drill.forward(minutes=1)
        drill.resolve("Down", service="db")
        drill.forward(hours=1)
    drill.fire("Full", severity="warning", service="db")
    drill.forward(minutes=1)

    found = _replay(drill)

    assert [outcome.differences for outcome in found.outcomes] == [(), (), ()]
    assert [bool(one.would and one.would.calls) for one in found.outcomes] == [True, True, False]
    assert found.walks_would == len(drill.escalations()) == 2


def test_a_new_route_shows_whom_it_would_call(drill: Drill) -> None:
    """The route was written afterwards: cleo instead of ann."""
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)
    drill.write(SEARCH_TEAM)

    outcome = _only(_replay(drill))

    assert outcome.differences == (Difference.POLICY,)
    assert outcome.would is not None
    assert outcome.was is not None
    assert (outcome.would.people, outcome.was.people) == (["cleo"], ("ann",))


def test_a_new_severity_shows_that_nobody_would_be_called(drill: Drill) -> None:
    """Demoted to a ticket by a route."""
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)
    drill.write("route: {name: tickets, match: ['service=search'], severity: P2}")

    assert _only(_replay(drill)).differences == (Difference.WOULD_NOT_CALL, Difference.SEVERITY)


def test_a_silence_of_now_is_tried_on_what_came_before_it(drill: Drill) -> None:
    """It did not exist when the alert called ann."""
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)
    drill.resolve("Slow", service="search")
    drill.forward(hours=2)
    _silence(drill, hours=1)

    assert _only(_replay(drill)).differences == (Difference.WOULD_NOT_CALL,)


def test_a_silence_of_then_still_holds_in_the_replay(drill: Drill) -> None:
    """It is over by now, and the alert that it covered called nobody then and would not."""
    _silence(drill, hours=1)
    drill.fire("Slow", service="search")
    drill.forward(minutes=10)
    drill.resolve("Slow", service="search")
    drill.forward(hours=3)

    outcome = _only(_replay(drill))

    assert outcome.differences == ()
    assert outcome.would is not None
    assert not outcome.would.calls


def test_what_a_silence_let_go_calls_in_the_replay_as_well(drill: Drill) -> None:
    """It ended while the alert fired on, and ann was called then."""
    _silence(drill, hours=1)
    drill.fire("Slow", service="search")
    drill.forward(hours=2)
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)

    outcome = _only(_replay(drill))

    assert drill.called() != []
    assert outcome.differences == ()
    assert outcome.would is not None
    assert outcome.would.calls


def test_alerts_of_one_group_are_one_call(drill: Drill) -> None:
    """Grouped by name and service: two instances, one walk, for both of which somebody is called."""
    drill.fire("Down", service="db", instance="a")
    drill.fire("Down", service="db", instance="b")
    drill.forward(minutes=1)

    found = _replay(drill)

    assert found.walks_would == 1
    assert [bool(one.would and one.would.calls) for one in found.outcomes] == [True, True]


def test_only_payloads_of_one_door_are_replayed(drill: Drill) -> None:
    """Another protocol: no payload, and what came by other doors is not missing."""
    drill.fire("Down", service="db")
    drill.forward(minutes=1)

    found = _replay(drill, protocol="pagerduty")

    assert (found.bodies, found.outcomes) == (0, ())


def test_a_replay_stops_at_its_bound_and_says_so(drill: Drill) -> None:
    """Two claims, one is allowed."""
    drill.fire("Down", service="db")
    drill.fire("Slow", service="search")
    drill.forward(minutes=1)

    found = _replay(drill, most_claims=1)

    assert (found.truncated, found.claims) == (True, 1)


def test_nothing_is_written(drill: Drill) -> None:
    """Alerts, walks and calls are as they were."""
    drill.fire("Down", service="db")
    drill.forward(minutes=1)
    drill.run()
    before = (drill.alerts(), drill.escalations(), drill.called())
    drill.write(SEARCH_TEAM)

    _replay(drill)
    drill.run()

    after = (drill.alerts(), drill.escalations(), drill.called())

    assert after == before


def _silence(drill: Drill, *, hours: int) -> None:
    now = drill.clock.now()
    with drill.app.transaction() as s:
        s.silences.set(NewSilence(tuple(parse_matchers('service="search"')), now, now + timedelta(hours=hours), "ann", "known"))  # fmt: skip
    drill.run()
