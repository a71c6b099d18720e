"""Drills: who commands, who is reminded of what and when, and how command changes hands."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.story.incidents.conftest import START, Drill

from watchbill.kernel.errors import Conflict
from watchbill.oncall.model import Outgoing


def test_command_is_handed_over_with_a_summary_from_the_briefing(drill: Drill) -> None:
    """The words of the briefing stand in the hand-over, the next commander is called, and the former one is free."""
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.note", id="1", text="payment answers 503", kind="know")
    drill.ask("incident.note", id="1", text="why", kind="dont_know")
    drill.ask("incident.note", id="1", text="failing over", kind="doing")

    drill.ask("incident.role", id="1", role="ic", person="cy")

    assert drill.texts(1, "role")[-1] == (
        "ann hands command to cy: SEV1, TRIAGE. known: payment answers 503. not known: why. under way: failing over"
    )
    assert drill.world.sent("cy")[-1].message.subject.endswith("You are incident commander of INC-1 now.")
    assert drill.show()["roles"]["ic"] == "cy"
    drill.ask("incident.role", id="1", role="ic", person="bob", summary="cy goes to bed", who="cy")
    assert drill.texts(1, "role")[-1] == "cy hands command to bob: cy goes to bed"


def test_the_second_to_show_up_works_with_their_hands(drill: Drill) -> None:
    """The first who acknowledges commands, the next holds operations, and a commander who holds both is warned."""
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1", who="ann")
    drill.ask("incident.ack", id="1", who="bob")

    assert (drill.show()["roles"]["ic"], drill.show()["roles"]["operations"]) == ("ann", "bob")
    drill.ask("incident.role", id="1", role="ops", person="ann")
    assert "commander-operates" in [one["code"] for one in drill.show()["warnings"]]


def test_nobody_commands_when_time_for_triage_is_over(drill: Drill) -> None:
    """After 5 min of a SEV1 that nobody has taken the record says so, and says so again ever more rarely."""
    drill.traffic(1, good=0, bad=100)
    drill.forward(4.9)
    assert drill.kinds("incident.command-vacant") == []
    drill.forward(0.1)

    assert drill.texts(1, "reminder") == [
        "Nobody has acknowledged it within 5\N{NO-BREAK SPACE}min",
        "Nobody has taken command: ann was named and has not shown up",
    ]
    assert "no-commander" in [one["code"] for one in drill.show()["warnings"]]
    assert [one["phase"] for one in drill.show()["steps"] if one["overdue"]] == ["DETECT", "TRIAGE"]
    drill.forward(4.9)
    assert len(drill.kinds("incident.command-vacant")) == 1
    drill.forward(0.1)
    assert len(drill.kinds("incident.command-vacant")) == 2
    drill.ask("incident.ack", id="1", who="bob")
    drill.forward(60)
    assert len(drill.kinds("incident.command-vacant")) == 2


def test_a_seat_of_command_that_is_given_up_is_asked_about_again(drill: Drill) -> None:
    """Taking command away late in an incident starts the clock anew; when it is over the watch is asked by name."""
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.forward(10)
    drill.ask("incident.role", id="1", role="ic", person=None)
    before = len(drill.world.ledger)

    drill.forward(5)

    assert "Nobody has taken command" in drill.texts(1, "reminder")
    assert [one.person for one in drill.world.ledger[before:]] == ["ann"]
    assert "Nobody commands INC-1" in drill.world.ledger[-1].message.subject


@pytest.mark.parametrize(("severity", "minutes"), [("SEV1", 15), ("SEV2", 30), ("SEV3", 60), ("SEV4", 24 * 60)])
def test_updates_are_due_by_the_rhythm_of_the_severity(drill: Drill, severity: str, minutes: int) -> None:
    """Reminded at the very minute, not before; an update that was sent starts the interval anew."""
    drill.ask("incident.start", title="search is slow", severity=severity)
    drill.forward(minutes - 0.1)
    assert drill.kinds("incident.update-overdue") == []
    drill.ask("incident.update", id="1", text="we are looking", send=True)
    drill.forward(minutes - 0.1)
    assert drill.kinds("incident.update-overdue") == []
    drill.forward(0.1)

    assert drill.kinds("incident.update-overdue") == ["incident.update-overdue"]
    due = datetime.fromisoformat(drill.show()["next_update_at"])
    assert due == START + timedelta(minutes=2 * minutes - 0.1)
    assert drill.show()["update_overdue"]


def test_the_communications_lead_is_reminded_then_the_commander(drill: Drill) -> None:
    """At the hour the lead is called, five minutes later the commander, and from then on ever more rarely."""
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.ask("incident.severity", id="1", users_affected=900, users_total=1000)
    drill.ask("incident.role", id="1", role="communications", person="bob")
    before = len(drill.world.ledger)

    drill.forward(120)

    asked = [(one.person, one.at) for one in _reminders(drill, before)]
    due = datetime(2026, 11, 24, 3, 16, tzinfo=UTC)
    expected = [("bob", 0), ("ann", 5), ("ann", 20), ("ann", 50), ("ann", 110)]  # 15 min, then twice as long each time
    assert asked == [(person, due + timedelta(minutes=after)) for person, after in expected if after < 105]
    first = [text for text in drill.texts(1, "reminder") if "due at" in text][:2]
    assert first == [
        "Status update due at 04:16 CET; bob (communications lead) is asked",
        "Status update due at 04:16 CET; ann (incident commander) is asked",
    ]


def test_a_shift_that_ends_in_an_open_incident_asks_for_the_hand_over(drill: Drill) -> None:
    """At nine in the morning Ann's watch ends and Cy's begins: Ann is asked to hand over, with the name of who is on."""
    drill.write("""
schedule:
  name: primary
  timezone: Europe/Paris
  layers: [{name: daily, rotation: daily, start: "2026-11-23T09:00:00", people: [ann, cy]}]
  secondary: second
""")
    drill.traffic(1, good=0, bad=100)
    drill.ask("incident.ack", id="1")
    drill.forward(299)
    shift_end = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)  # 09:00 in Paris

    drill.forward(1)

    assert drill.clock.now() >= shift_end
    assert "ann's watch is over and cy is on: hand over the command; ann (incident commander) is asked" in drill.texts(
        1, "reminder"
    )
    assert drill.kinds("incident.hand-over-due") == ["incident.hand-over-due"]


def test_a_drill_calls_nobody(drill: Drill) -> None:
    """Everything runs, and nobody is woken: not by the declaration, not by a role, not by what is overdue."""
    drill.ask("incident.start", title="game day: checkout is down", severity="SEV1", service="checkout", drill=True)
    drill.ask("incident.role", id="1", role="communications", person="bob")
    drill.forward(120)

    assert drill.called() == []
    assert drill.kinds("incident.update-overdue")
    assert drill.show()["sentence"].startswith("Drill, SEV1 for 2\N{NO-BREAK SPACE}h")
    drill.ask("incident.ack", id="1")
    over = drill.ask("incident.resolve", id="1", root_cause="a drill", all_clear=True, override="it was a drill")
    assert (over["status"], over["postmortem"]) == ("resolved", None)


def test_a_severe_incident_that_people_declare_calls_the_watch(drill: Drill) -> None:
    """SEV2 calls the on-call of the service, SEV3 does not until it is raised; nobody is called twice."""
    drill.ask("incident.start", title="payments are slow", severity="SEV3", service="payment", who="cy")
    assert drill.called() == []

    drill.ask("incident.severity", id="1", severity="SEV2", reason="it spreads", who="cy")
    assert drill.called() == ["ann"]
    assert "SEV2 INC-1: payments are slow" in drill.world.ledger[0].message.subject
    drill.ask("incident.severity", id="1", severity="SEV1", reason="all of it", who="cy")
    assert drill.called() == ["ann"]


def test_a_similar_open_incident_is_shown_before_a_second_is_declared(drill: Drill) -> None:
    """The declaration is refused with the open one named; confirmed, it goes through."""
    drill.traffic(1, good=0, bad=100)

    with pytest.raises(Conflict, match="INC-1"):
        drill.ask("incident.start", title="checkout returns 500s", service="checkout")
    second = drill.ask("incident.start", title="checkout returns 500s", service="checkout", confirm=True)
    assert second["number"] == 2


def _reminders(drill: Drill, before: int) -> list[Outgoing]:
    """The first message of each reminder; who does not answer one is called again for it."""
    found = [one for one in drill.world.ledger[before:] if "Status update due" in one.message.subject]
    return list({one.escalation: one for one in reversed(found)}.values())[::-1]
