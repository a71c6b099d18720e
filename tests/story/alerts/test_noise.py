"""Floods, flapping groups and broken dependencies: people are called once for what is one trouble, and nothing is lost."""

from tests.story.alerts.conftest import Drill

from watchbill.incidents.ports import Search
from watchbill.oncall.model import EscalationStatus
from watchbill.oncall.rules.restraint import FLAP_STARTS, STORM_GROUPS

GROUPS = "route: {match: ['severity=\"critical\"'], escalation_policy: default, group_by: [alertname, service], group_wait: %s}"


def test_a_group_waits_before_its_first_page(drill: Drill) -> None:
    """group_wait 30 s: nobody is called at once, one page tells of both alerts of the group."""
    drill.write(GROUPS % "30s")
    drill.fire(service="db", instance="a")
    drill.fire(service="db", instance="b")
    assert drill.called() == []

    drill.forward(seconds=29)
    assert drill.called() == []
    drill.forward(seconds=1)

    assert drill.called() == ["ann"]
    assert [one.alerts for one in drill.escalations()] == [2]


def test_what_is_over_within_the_wait_calls_nobody(drill: Drill) -> None:
    """It came and went before anybody had to know."""
    drill.write(GROUPS % "30s")
    drill.fire(service="db")
    drill.forward(seconds=10)
    drill.resolve(service="db")
    drill.forward(minutes=5)

    assert drill.called() == []


def test_a_group_that_flaps_pages_when_it_stays(drill: Drill) -> None:
    """After three walks within the hour the fourth waits ten minutes, and says so."""
    for _ in range(FLAP_STARTS):
        drill.fire(service="db")
        drill.forward(minutes=2)
        drill.resolve(service="db")
        drill.forward(minutes=1)
    before = len(drill.called())
    drill.fire(service="db")
    drill.forward(minutes=9.9)
    assert len(drill.called()) == before

    drill.forward(minutes=0.2)

    assert len(drill.called()) == before + 1
    assert "came and went 3 times" in drill.escalations()[0].sentence


def test_a_flood_is_one_page(drill: Drill) -> None:
    """The first twenty groups are called for one by one, all others are told together; each alert belongs somewhere."""
    for number in range(STORM_GROUPS + 30):
        drill.fire(f"Alert{number}", service="search")
    storm = next(one for one in drill.escalations() if one.group_key == "storm:default")

    assert storm.alerts == 30
    assert len(drill.escalations()) == STORM_GROUPS + 1
    assert drill.called().count("ann") <= STORM_GROUPS + 1
    assert storm.title == "Alert storm: many groups for default at once"


def test_who_took_the_storm_is_not_called_again(drill: Drill) -> None:
    """New groups join the storm that somebody has; when everything is over, so is the storm."""
    for number in range(STORM_GROUPS + 2):
        drill.fire(f"Alert{number}", service="search")
    with drill.app.transaction() as s:
        from watchbill.people.model import Actor, Role

        storm = next(one for one in drill.escalations() if one.group_key.startswith("storm:"))
        s.paging.acknowledge(storm.id, Actor("ann", Role.RESPONDER, "test"))
    drill.run()
    called = len(drill.called())
    drill.fire("Another", service="search")

    assert len(drill.called()) == called

    for number in range(STORM_GROUPS + 2):
        drill.resolve(f"Alert{number}", service="search")
    drill.resolve("Another", service="search")
    assert {one.status for one in drill.escalations()} == {EscalationStatus.RESOLVED}


def test_a_broken_dependency_explains_what_needs_it(drill: Drill) -> None:
    """Payments cannot do without db, and checkout not without payments: one page, three alerts."""
    drill.fire(service="db")
    drill.fire(service="payments")
    drill.fire(service="checkout")

    assert drill.called() == ["ann"]
    assert [one.alerts for one in drill.escalations()] == [3]


def test_a_soft_dependency_explains_nothing(drill: Drill) -> None:
    """Checkout can do without search, so its trouble is its own."""
    drill.fire(service="search")
    drill.fire(service="checkout")

    assert drill.called() == ["ann", "ann"]


def test_what_outlasts_its_explanation_pages(drill: Drill) -> None:
    """Db is well again and checkout is not: after two minutes it is called for."""
    drill.fire(service="db")
    drill.fire(service="checkout")
    drill.resolve(service="db")
    drill.forward(seconds=119)
    assert drill.called() == ["ann"]

    drill.forward(seconds=1)

    assert drill.called() == ["ann", "ann"]
    assert drill.escalations()[0].service == "checkout"


def test_what_recovers_with_it_does_not(drill: Drill) -> None:
    """Checkout is well again a minute after db: nobody is called for it."""
    drill.fire(service="db")
    drill.fire(service="checkout")
    drill.resolve(service="db")
    drill.forward(minutes=1)
    drill.resolve(service="checkout")
    drill.forward(minutes=10)

    assert drill.called() == ["ann"]
    assert {one.status for one in drill.escalations()} == {EscalationStatus.RESOLVED}


def test_only_trouble_that_fires_explains(drill: Drill) -> None:
    """An upstream that is well again explains nothing."""
    drill.fire(service="db")
    drill.resolve(service="db")
    drill.fire(service="payments")

    assert drill.called() == ["ann", "ann"]
    assert [one.service for one in drill.escalations()] == ["payments", "db"]


def test_a_storm_is_one_incident(drill: Drill) -> None:
    """Five services declare incidents of their own; what declares within the same minute is one storm."""
    names = [f"svc{number}" for number in range(12)]
    drill.write("\n---\n".join(f"service: {{name: {name}, tier: critical}}" for name in names))
    drill.write(
        "route: {name: declares, order: 1, match: ['severity=\"critical\"'], escalation_policy: default, declare_incident: {when: P0}}"
    )
    for name in names:
        drill.fire(service=name)
    with drill.app.reading() as s:
        found = s.incidents.list(Search(limit=50))

    assert sum(one.title.startswith("Alert storm") for one in found) == 1
    assert len(found) == 6
