"""The walk through a policy, on both databases: who is called when, who joins, and how it ends."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from watchbill.adapters.store.oncall import EscalationRecords
from watchbill.alerts.model import AlertChanged, AlertRouted, AlertSilenced, AlertUnsilenced, Severity
from watchbill.kernel.ids import EscalationId, IncidentId
from watchbill.oncall.model import EscalationKind, EscalationStatus
from watchbill.oncall.service import NewOverride, NewPage

if TYPE_CHECKING:
    from tests.contract.oncall.conftest import Drill

ROUND = [("ann", "push"), ("ann", "sms"), ("bob", "email"), ("cy", "webhook")]


def test_the_whole_policy_is_walked_and_repeated_and_ends_with_the_fallback(drill: "Drill") -> None:
    """5 min for ann (SMS after 3), 10 for bob, 15 for cy, all of it once more, then dee; then nothing."""
    alert = drill.fire()
    assert drill.called() == ROUND[:1]
    drill.forward(minutes=2, seconds=59)
    assert drill.called() == ROUND[:1]
    drill.forward(seconds=1)
    assert drill.called() == ROUND[:2]
    drill.forward(minutes=2)
    assert drill.called() == ROUND[:3]
    drill.forward(minutes=10)
    assert drill.called() == ROUND
    drill.forward(minutes=15 + 30)

    assert drill.called() == [*ROUND, *ROUND, ("dee", "email")]
    assert drill.escalation(alert).status is EscalationStatus.EXHAUSTED
    drill.forward(minutes=600)
    assert len(drill.called()) == 9


@pytest.mark.parametrize("severity", [Severity.P2, Severity.P3])
def test_tickets_and_logs_call_nobody(drill: "Drill", severity: Severity) -> None:
    """P2 and P3 make no escalation (playbook ph. 4)."""
    alert = drill.fire(severity=severity)
    drill.forward(minutes=60)

    assert drill.called() == []
    assert drill.see(lambda paging: paging.escalation_of(alert)) is None


def test_a_new_alert_of_the_group_joins_the_walk(drill: "Drill") -> None:
    """While somebody is being looked for, more of the same calls nobody twice."""
    first = drill.fire()
    second = drill.fire("Latency", severity=Severity.P1)
    walk = drill.escalation(first)

    assert drill.called() == ROUND[:1]
    assert drill.escalation(second).id == walk.id
    assert (walk.alerts, walk.firing, walk.severity) == (2, 2, Severity.P0)


def test_a_worse_alert_that_joins_makes_the_walk_worse(drill: "Drill") -> None:
    """The severity of a walk is that of its worst alert."""
    first = drill.fire(severity=Severity.P1)
    drill.fire("Outage", severity=Severity.P0)

    assert drill.escalation(first).severity is Severity.P0


def test_joining_an_acknowledged_group_pages_again(drill: "Drill") -> None:
    """Somebody has the first alert; the second is news and is told, as a walk that follows the first."""
    first = drill.fire()
    drill.acknowledge(first)
    second = drill.fire("Latency")

    assert drill.called() == [("ann", "push"), ("ann", "push")]
    assert drill.escalation(second).follows == drill.escalation(first).id
    assert drill.escalation(first).status is EscalationStatus.ACKNOWLEDGED


def test_another_burn_tier_of_an_slo_at_work_is_no_news(drill: "Drill") -> None:
    """The medium tier of the SLO whose fast tier was acknowledged joins in silence; that of another SLO pages."""
    first = drill.fire("SLOBurn", slo="checkout-availability")
    drill.acknowledge(first)
    medium = drill.fire("SLOBurn", slo="checkout-availability")

    assert drill.called() == [("ann", "push")]
    assert drill.escalation(medium).id == drill.escalation(first).id
    assert drill.escalation(medium).firing == 2
    drill.fire("SLOBurn", slo="checkout-latency")
    assert drill.called() == [("ann", "push"), ("ann", "push")]


def test_the_walk_ends_when_its_last_alert_does(drill: "Drill") -> None:
    """One of two resolved: it goes on; both: nobody is called any more, waiting messages included."""
    first, second = drill.fire(), drill.fire("Latency")
    drill.resolve(first)
    assert drill.escalation(first).status is EscalationStatus.OPEN
    drill.resolve(second)

    assert drill.escalation(first).status is EscalationStatus.RESOLVED
    drill.forward(minutes=600)
    assert drill.called() == ROUND[:1]


def test_resolving_twice_says_so_once(drill: "Drill") -> None:
    """The same news again changes nothing."""
    alert = drill.fire()
    drill.resolve(alert)
    drill.resolve(alert)

    assert drill.kinds("escalation.resolved") == ["escalation.resolved"]


def test_a_silence_stands_people_down_and_its_end_calls_them_again(drill: "Drill") -> None:
    """Silenced: the walk ends. Not silenced any more and still firing: it begins anew."""
    alert = drill.fire()
    drill.change(alert, AlertSilenced, notify=False)
    drill.forward(minutes=60)
    assert drill.called() == ROUND[:1]
    drill.change(alert, AlertUnsilenced, notify=True)

    assert drill.called() == [("ann", "push"), ("ann", "push")]


def test_an_alert_that_fires_again_in_the_same_walk_counts_once(drill: "Drill") -> None:
    """Silenced and not any more, while another keeps the walk going: two alerts, both firing."""
    alert, other = drill.fire(), drill.fire("Latency")
    drill.change(alert, AlertSilenced, notify=False)
    drill.change(alert, AlertUnsilenced, notify=True)

    walk = drill.escalation(other)
    assert (walk.alerts, walk.firing) == (2, 2)
    drill.resolve(alert)
    assert drill.escalation(other).firing == 1


def test_an_alert_that_gets_worse_begins_to_page(drill: "Drill") -> None:
    """A P2 that becomes a P0 calls people; becoming a P2 again stands them down."""
    alert = drill.fire(severity=Severity.P2)
    drill.change(alert, AlertChanged, severity=Severity.P0, notify=True)
    assert drill.called() == ROUND[:1]
    drill.change(alert, AlertChanged, severity=Severity.P2, notify=False)
    drill.forward(minutes=60)

    assert drill.called() == ROUND[:1]


def test_a_change_of_an_alert_that_is_held_pages_nobody_again(drill: "Drill") -> None:
    """More news about the same alert is not another alert; the severity follows."""
    alert = drill.fire(severity=Severity.P1)
    drill.change(alert, AlertChanged, severity=Severity.P0)

    assert drill.called() == ROUND[:1]
    assert drill.escalation(alert).severity is Severity.P0
    assert drill.escalation(alert).alerts == 1


def test_a_second_target_of_a_route_is_a_walk_of_its_own(drill: "Drill") -> None:
    """`continue: true` sends an alert to two policies: two groups, two walks, and both end with it."""
    alert = drill.fire()
    drill.change(alert, AlertRouted, group_key="other", escalation_policy="pair")
    assert sorted(drill.called()) == [("ann", "push"), ("bob", "email"), ("cy", "webhook")]
    drill.resolve(alert)
    drill.forward(minutes=60)

    assert len(drill.called()) == 3


def test_who_is_on_call_is_looked_up_when_the_step_comes_due(drill: "Drill") -> None:
    """The policy is kept as it was at the trigger; the person is whoever stands watch then."""
    drill.fire()
    drill.write('escalation_policy: {name: payments, steps: [{notify: ["person:dee"], wait: 1m}]}')
    with drill.app.transaction() as s:
        s.schedules.override(NewOverride("second", "cy", drill.clock.now().replace(hour=12)), drill.owner)
    drill.forward(minutes=5)

    assert drill.called()[-1] == ("cy", "webhook")


def test_a_step_that_means_nobody_is_passed_at_once(drill: "Drill") -> None:
    """A gap in a schedule costs no minute: the next step is called in the same moment."""
    drill.write(
        'escalation_policy: {name: gappy, steps: [{notify: ["schedule:nobody"], wait: 5m}, {notify: ["person:bob"], wait: 5m}]}'
    )
    drill.fire(policy="gappy")

    assert drill.called() == [("bob", "email")]
    assert drill.kinds("escalation.stepped") == ["escalation.stepped"] * 2


def test_a_person_named_twice_in_a_step_is_called_once(drill: "Drill") -> None:
    """On call, named, and member of the team: one page."""
    drill.write(
        'escalation_policy: {name: many, steps: [{notify: ["schedule:primary", "person:ann", "team:payments"], wait: 5m}]}'
    )
    drill.fire(policy="many")

    assert sorted(drill.called()) == [("ann", "push"), ("bob", "email"), ("cy", "webhook")]


def test_a_place_can_be_called_instead_of_a_person(drill: "Drill") -> None:
    """`channel:webhook=ADDRESS` sends to a room or a program."""
    drill.write(
        'escalation_policy: {name: room, steps: [{notify: ["channel:webhook=https://chat.shop.test/x"], wait: 5m}]}'
    )
    drill.fire(policy="room")

    assert [(one.channel, one.address) for one in drill.world.ledger] == [("webhook", "https://chat.shop.test/x")]


def test_without_a_policy_the_services_rotation_is_called(drill: "Drill") -> None:
    """No route matched, but the service says who stands watch: they, their secondary, their team."""
    alert = drill.fire(policy=None)
    drill.forward(minutes=5)

    assert drill.called() == [("ann", "push"), ("ann", "sms"), ("bob", "email")]
    assert drill.escalation(alert).policy.name == "service:checkout"


def test_without_anything_the_houses_admins_are_called(drill: "Drill") -> None:
    """A foreign alert of no service still reaches somebody."""
    drill.fire(policy=None, service=None)

    assert drill.called() == [("dee", "email")]


def test_a_policy_that_reaches_nobody_raises_the_alarm(drill: "Drill") -> None:
    """No step means anybody and there is no fallback: the admins are called, and the event is on record."""
    drill.fire(policy="empty")

    assert drill.called() == [("dee", "email")]
    assert drill.kinds("escalation.exhausted", "page.unroutable") == ["escalation.exhausted"]


def test_nobody_at_all_is_said_aloud(drill: "Drill") -> None:
    """Where not even an admin is known there is an event with the reason, and no endless loop."""
    drill.write("organisation: {name: Shop, roles: {}}")
    drill.fire(policy="empty")
    drill.fire(policy=None, service=None, group="other")

    assert drill.called() == []
    assert drill.kinds("page.unroutable") == ["page.unroutable"] * 2


def test_an_alert_that_joins_an_exhausted_walk_begins_it_again(drill: "Drill") -> None:
    """Nobody answered the first; the second must not find a walk that has ended."""
    drill.fire()
    drill.forward(minutes=60)
    before = len(drill.called())
    second = drill.fire("Latency")

    assert drill.called()[before:] == ROUND[:1]
    assert drill.escalation(second).status is EscalationStatus.OPEN


def test_the_chain_from_alert_to_delivery_can_be_traced(drill: "Drill") -> None:
    """Alert -> escalation -> page -> delivery, each caused by the one before."""
    alert = drill.fire()

    with drill.app.reading() as s:
        links = s.records.trace(alert)

    assert [link.kind for link in links] == ["alert", "escalation", "page", "delivery"]
    assert [link.cause for link in links] == [None, *(link.id for link in links[:-1])]


def test_an_incident_is_a_group_of_its_own(drill: "Drill") -> None:
    """Calling people for an incident twice is one walk."""
    incident = drill.app.ids.new(IncidentId)
    new = NewPage("Checkout is down", service="checkout", policy="payments")
    for _ in range(2):
        drill.do(lambda paging: paging.page_for_incident(incident, new, cause=None, by=drill.bob))

    walk = drill.escalation(incident)
    assert (walk.kind, walk.incident, walk.started_by) == (EscalationKind.INCIDENT, incident, "bob")
    assert drill.called() == ROUND[:1]


def test_two_workers_never_begin_two_walks_for_a_group(drill: "Drill") -> None:
    """The store itself refuses the second, whoever asks."""
    alert = drill.fire()
    walk = drill.escalation(alert)
    with drill.app.transaction() as s:
        assert not EscalationRecords(s.connection).add(replace(walk, id=s.ids.new(EscalationId)))
