"""Drills: who is called in which order, what stops it, and what happens when nobody can be reached."""

from datetime import timedelta

import pytest
from tests.story.incidents.conftest import MINUTE, OWNER, START, Drill

from watchbill.kernel.errors import Unauthorized
from watchbill.oncall.model import LinkAction, Outcome, Receipt
from watchbill.operations.run import perform
from watchbill.operations.table import operation

GONE = Receipt(Outcome.PERMANENT, "no such mailbox", 550)


def test_an_absent_primary_is_followed_by_the_secondary_then_the_fallback(drill_anywhere: Drill) -> None:
    """Ann at once, Bob after her five minutes, Dee after his ten; then the walk is at its end and the incident says so."""
    drill = drill_anywhere
    drill.traffic(1, good=0, bad=100)
    paged = START + MINUTE

    drill.forward(4.99)
    assert drill.called() == ["ann"]
    drill.forward(0.01)
    assert drill.called() == ["ann", "bob"]
    drill.forward(9.99)
    walk = ["ann", "bob"]
    assert [one for one in drill.called() if one != "ann"] == ["bob"]
    drill.forward(0.01)

    assert [*walk, "dee"] == [one["person"] for one in _pages(drill)]
    assert [one.at for one in drill.world.sent("bob")] == [paged + timedelta(minutes=5)]
    assert [one.at for one in drill.world.sent("dee")] == [paged + timedelta(minutes=15)]
    assert "Nobody answered, dee called last" in drill.texts(1, "page")


def test_an_acknowledgement_stops_everything_at_once(drill_anywhere: Drill) -> None:
    """Nothing is sent for the alert after the acknowledgement, whatever waits: retries, next channels, next steps."""
    drill = drill_anywhere
    drill.world.break_down("email")
    drill.traffic(1, good=0, bad=100)
    drill.forward(0.5)
    assert len(drill.world.sent("ann")) > 1
    drill.world.mend("email")
    before = len(drill.world.ledger)

    drill.ask("page.ack", who="bob", id=drill.show()["alerts"][0]["id"])
    drill.forward(120)

    about = drill.ask("escalation.show", id=drill.show()["alerts"][0]["id"])
    assert about["status"] == "acknowledged"
    assert [one for one in drill.world.ledger[before:] if one.escalation == about["id"]] == []
    assert drill.show()["acknowledged_by"] == "bob"


def test_the_signed_link_acknowledges_once_and_looking_changes_nothing(drill: Drill) -> None:
    """Opening the link writes nothing; tapping acknowledges as the person who was paged; a second tap says the same."""
    drill.traffic(1, good=0, bad=100)
    link = drill.world.ledger[0].link
    events = len(drill.kinds())

    shown = drill.opens(link)
    assert (shown.person, shown.status) == ("ann", "open")
    assert len(drill.kinds()) == events
    drill.tap(link)
    drill.tap(link)

    assert drill.opens(link).status == "acknowledged"
    assert drill.kinds("escalation.acknowledged") == ["escalation.acknowledged"]
    assert drill.texts(1, "ack") == ["ann acknowledged it"]


def test_a_forged_or_old_link_opens_nothing(drill: Drill) -> None:
    """A changed character, or a link past its life, is refused."""
    drill.traffic(1, good=0, bad=100)
    link = drill.world.ledger[0].link
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")

    with pytest.raises(Unauthorized, match="not one of ours"):
        drill.opens(forged)
    drill.clock.forward(timedelta(days=8))
    with pytest.raises(Unauthorized, match="expired"):
        drill.opens(link)


def test_a_page_that_nobody_can_be_given_raises_the_alarm(drill_anywhere: Drill) -> None:
    """Where no step means anybody, the event says so, and the house's last resort is called over every contact."""
    drill = drill_anywhere
    drill.write("""
escalation_policy: {name: payments, steps: [{notify: ["schedule:primary"], wait: 5m}]}
---
schedule: {name: primary, timezone: Europe/Paris, layers: [{name: later, rotation: weekly, start: "2030-01-07T09:00:00", people: [ann]}]}
---
organisation: {name: Shop, timezone: Europe/Paris, currency: USD}
""")
    drill.traffic(1, good=0, bad=100)

    assert drill.kinds("page.unroutable") == ["page.unroutable"]
    # Besides the alarm there is the notice that nobody stands watch, which nobody has to answer.
    assert [one.person for one in drill.world.ledger if one.urgent] == []
    (walk,) = [one for one in drill.ask("escalation.list")["items"] if one["kind"] == "alert"]
    assert walk["status"] == "exhausted"


def test_pages_that_all_fail_reach_the_fallback_and_the_house(drill: Drill) -> None:
    """A person whose every channel fails is passed at once; when the last fails, the house's admins hear of it."""
    drill.world.answer(lambda outgoing: GONE if outgoing.person in {"ann", "bob"} else None)
    drill.traffic(1, good=0, bad=100)

    assert drill.called() == ["ann", "bob", "dee"]
    assert drill.world.ledger[-1].at == START + MINUTE


def test_a_page_that_fails_after_the_walk_has_ended_still_raises_the_alarm(drill: Drill) -> None:
    """Ann's channel is tried until it is given up; by then the policy is at its end with nobody reached, and that is said."""
    drill.write("""
escalation_policy: {name: payments, steps: [{notify: ["person:ann"], wait: 5m}]}
---
organisation: {name: Shop, timezone: Europe/Paris, currency: USD}
""")
    drill.world.break_down("email")
    drill.traffic(1, good=0, bad=100)

    drill.forward(10)
    assert drill.kinds("escalation.exhausted", "page.unroutable") == ["escalation.exhausted"]
    drill.forward(20)

    assert drill.kinds("page.unroutable") == ["page.unroutable"]


def test_whoever_says_not_me_after_acknowledging_gives_it_back(drill: Drill) -> None:
    """The call is open again and the next in line is called: an incident that nobody has must not look taken."""
    drill.traffic(1, good=0, bad=100)
    link = drill.world.ledger[0].link
    drill.tap(link)
    drill.forward(1)

    drill.tap(link, LinkAction.NOT_ME)

    assert drill.called() == ["ann", "bob"]
    assert drill.ask("escalation.show", id=drill.show()["alerts"][0]["id"])["status"] == "open"


def test_help_after_the_fallback_begins_at_the_first_step(drill: Drill) -> None:
    """When the last resort has acknowledged and calls the next in line, there is none: the walk begins again."""
    drill.traffic(1, good=0, bad=100)
    drill.forward(15)
    last = drill.world.sent("dee")[0].link
    drill.tap(last)
    before = len(drill.world.ledger)

    drill.tap(last, LinkAction.HELP)

    assert [one.person for one in drill.world.ledger[before:]] == ["ann"]
    assert drill.ask("escalation.show", id=drill.show()["alerts"][0]["id"])["status"] == "open"


def test_a_second_burn_alert_of_the_same_outage_wakes_nobody_anew(drill: Drill) -> None:
    """The medium tier joins what the fast tier began: one incident, one page, one walk."""
    drill.traffic(30, good=0, bad=100)
    walks = drill.ask("escalation.list")["items"]

    assert [one["person"] for one in _pages(drill)].count("ann") == 1
    assert len([one for one in walks if one["kind"] == "alert"]) == 1
    assert len(drill.ask("incident.list")["items"]) == 1
    assert len(drill.show()["alerts"]) > 1


def test_news_that_is_worked_late_calls_nobody_for_what_is_over(drill_anywhere: Drill) -> None:
    """An alert that ended before the reaction to its beginning ran (a retry, another thread) pages nobody and declares nothing."""
    drill = drill_anywhere
    for resolved in (False, True):
        with drill.app.transaction() as s:
            fields = {"name": "Down", "severity": "page", "service": "payment", "resolved": resolved}
            perform(s, OWNER, operation("alerts.send"), fields)
        drill.worker.step("fold")
    with drill.app.reading() as s:
        (opened,) = [one.recorded for one in s.records.events(kinds=["alert.opened"])]

    with drill.app.transaction() as s:
        assert s.paging.page_for_alert(opened) is None
        assert s.incidents.declare_for_alert(opened) is None
    drill.run()

    assert drill.called() == []
    assert drill.ask("incident.list")["items"] == []


def _pages(drill: Drill) -> list[dict[str, str]]:
    """The pages of the walk for the incident's first alert."""
    found: list[dict[str, str]] = drill.ask("escalation.show", id=drill.show()["alerts"][0]["id"])["pages"]
    return found


def test_an_incident_waits_for_the_page_of_its_alert(drill_anywhere: Drill) -> None:
    """Where the worker that was to page for the alert died, the incident does not call in its stead: there is one message."""
    drill = drill_anywhere
    drill.outage_is_folded()
    with drill.app.queue() as queue:
        claimed = queue.claim("a worker that dies", limit=1)
    assert [job.kind for job in claimed] == ["reaction:page-opened"]
    drill.run()
    drill.forward(0.1)
    assert drill.show()["status"] == "open"
    assert drill.called() == []

    drill.forward(1)

    assert drill.called() == ["ann"]
    assert [one["kind"] for one in drill.ask("escalation.list")["items"]] == ["alert"]
    assert "The watch is being called" not in drill.texts(1, "page")


def test_an_incident_calls_where_the_page_of_its_alert_does_not_come(drill: Drill) -> None:
    """Half a minute is enough patience: whatever keeps the alert's page, somebody is called for the incident."""
    drill.outage_is_folded()
    with drill.app.queue() as queue:
        queue.claim("a worker that hangs", limit=1, lease_s=600)

    drill.forward(0.49)
    assert drill.called() == []
    drill.forward(0.05)

    assert drill.called() == ["ann"]
    assert "The watch is being called" in drill.texts(1, "page")
