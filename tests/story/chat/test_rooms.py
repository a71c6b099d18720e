"""Drills: rooms of incidents, what is typed in them, and what goes from them to the timeline."""

from datetime import timedelta

import pytest
from tests.story.chat.conftest import Talk

from watchbill.chat.model import Act, Command, Line, Provider, Sign
from watchbill.entrypoints.chat import Hearing
from watchbill.oncall.model import Outcome, Receipt

DOWN = Receipt(Outcome.TEMPORARY, "Slack is down", 503)


def test_a_severe_incident_gets_one_room_that_is_filled_in_order(talk_anywhere: Talk) -> None:
    """Made, topic, summary, pinned, the watch invited; only where rooms are wanted; the timeline says where people talk."""
    talk = talk_anywhere
    talk.declare(service="checkout")

    assert talk.acts()[:5] == [Act.OPEN, Act.TOPIC, Act.SUMMARY, Act.PIN, Act.INVITE]
    assert [said.name for said in talk.slack.ledger[:1]] == ["inc-2026-11-24-checkout-is-down"]
    assert talk.slack.ledger[3].message == "M2"
    assert talk.slack.ledger[4].users == ("U_ANN",)
    assert talk.mattermost.ledger == []
    assert "The room #inc-2026-11-24-checkout-is-down is open in Slack" in talk.drill.texts(1, "state")
    assert "INC-1 SEV1" in talk.slack.texts(Act.SUMMARY)[0]


def test_a_mild_incident_gets_its_room_when_it_becomes_severe(talk: Talk) -> None:
    """SEV3 has none; raised to SEV2 it has; raised again it is not made again."""
    talk.declare(severity="SEV3")
    assert talk.acts() == []

    talk.drill.ask("incident.severity", id="1", severity="SEV2", reason="it spreads")
    talk.drill.ask("incident.severity", id="1", severity="SEV1", reason="it spreads further")

    assert talk.acts().count(Act.OPEN) == 1


def test_two_incidents_of_one_name_have_two_rooms(talk: Talk) -> None:
    """The second bears its number; a name that a stranger's room has is left to it as well."""
    talk.slack.taken.add("inc-2026-11-24-search-is-slow")
    talk.declare()
    talk.declare()
    talk.declare("Search is slow")
    talk.drill.forward(1)

    assert list(talk.slack.rooms) == [
        "inc-2026-11-24-checkout-is-down",
        "inc-2026-11-24-checkout-is-down-2",
        "inc-2026-11-24-search-is-slow-3",
    ]


def test_a_chat_that_is_down_delays_its_room_and_nothing_else(talk_anywhere: Talk) -> None:
    """The incident goes on, the room comes later, and what was to be said is said in its order."""
    talk = talk_anywhere
    talk.slack.answers = [DOWN, DOWN]
    talk.declare()
    talk.drill.clock.forward(timedelta(milliseconds=1))
    talk.drill.ask("incident.ack", id="1")
    assert talk.acts() == [Act.OPEN]
    talk.drill.forward(5)

    assert talk.acts()[:4] == [Act.OPEN, Act.OPEN, Act.OPEN, Act.TOPIC]
    assert "ann acknowledged it" in talk.slack.texts(Act.SAY, "R1")


def test_a_room_that_cannot_be_made_is_given_up_and_the_timeline_says_why(talk: Talk) -> None:
    """Nothing else is tried in it; people know that they have to meet elsewhere."""
    talk.slack.answers = [Receipt(Outcome.PERMANENT, "missing_scope channels:manage", 200)]
    talk.declare()
    talk.drill.ask("incident.ack", id="1")

    assert talk.acts() == [Act.OPEN]
    assert any("could not be made in Slack: missing_scope" in text for text in talk.drill.texts(1, "state"))
    assert talk.drill.kinds("chat.failed") == ["chat.failed"]


def test_commands_in_the_room_move_the_incident(talk: Talk) -> None:
    """Each runs as the operation of its name, by the person who typed it, and is on record."""
    talk.declare(service="checkout")
    talk.drill.clock.forward(timedelta(milliseconds=1))

    assert "INC-1 SEV1 open" in talk.types("ack")
    assert "INC-1 SEV2 open" in talk.types("sev 2 only the German shop")
    assert "scribe: bob" in talk.types("role scribe @bob")
    assert "Sent to" in talk.types("update We roll back.")
    assert "entry" in talk.types("decision roll back to 41")
    assert "mitigated" in talk.types("mitigate rolled back")
    assert "resolved" in talk.types("resolve bad deploy --override checked by hand --all-clear")

    found = talk.drill.show(1)
    assert (found["severity"], found["status"], found["acknowledged_by"]) == ("SEV2", "resolved", "ann")
    assert (found["mitigation"], found["root_cause"]) == ("rolled back", "bad deploy")
    assert any(entry["kind"] == "decision" and entry["author"] == "ann" for entry in found["timeline"])
    said = talk.slack.texts(Act.SAY, "R1")
    assert all(
        any(words in one for one in said) for words in ("SEV1 \N{RIGHTWARDS ARROW} SEV2", "bob", "We roll back.")
    )
    assert "SEV2 resolved" in talk.slack.texts(Act.TOPIC)[-1]
    with talk.drill.app.reading() as s:
        rows = [row for row in s.audit.list(limit=1000) if row.action == "chat.command"]
    assert {row.actor for row in rows} == {"ann"}
    assert len(rows) == 7


def test_outside_of_a_room_nothing_that_writes_is_guessed(talk: Talk) -> None:
    """The open ones are listed, ready to be said again; a named one is taken."""
    talk.declare()

    assert "sev INC-1 2 - Checkout is down" in talk.types("sev 2", room="C_GENERAL")
    assert talk.drill.show(1)["severity"] == "SEV1"
    assert "INC-1 SEV2" in talk.types("sev INC-1 2", room="C_GENERAL")
    assert "INC-1 SEV2 open" in talk.types("status", room="C_GENERAL")
    assert "ann" in talk.types("oncall checkout", room="C_GENERAL")


def test_rights_are_those_of_the_person(talk: Talk) -> None:
    """A stranger may nothing, a viewer looks, and what was refused is on record."""
    talk.declare()
    code = talk.drill.ask("chat.code", who="cy")["code"]

    assert "do not know who you are" in talk.types("sev 2", user="U_EVE")
    assert "You are cy here" in talk.types(f"link {code}", user="U_CY")
    assert "not (or no longer) good" in talk.types(f"link {code}", user="U_EVE")
    assert "INC-1 SEV1" in talk.types("status", user="U_CY")
    assert "cy is viewer" in talk.types("sev 2", user="U_CY")
    assert talk.drill.show(1)["severity"] == "SEV1"
    assert "no longer act as cy" in talk.types("unlink", user="U_CY")
    assert "do not know" in talk.types("status", user="U_CY")
    with talk.drill.app.reading() as s:
        assert "chat.command" in [row.subject for row in s.audit.list(limit=1000) if row.action == "access.denied"]


def test_a_code_is_good_for_a_quarter_of_an_hour(talk: Talk) -> None:
    """At the very moment it is no longer."""
    code = talk.drill.ask("chat.code", who="bob")["code"]
    talk.drill.clock.forward(timedelta(minutes=15))

    assert "not (or no longer) good" in talk.types(f"link {code}", user="U_BOB")


def test_marked_messages_go_to_the_timeline_once_with_both_times(talk_anywhere: Talk) -> None:
    """The message and its thread, at the moment they were said, by whoever said them; what follows in the thread comes too."""
    talk = talk_anywhere
    talk.declare()
    now = talk.drill.clock.now()
    talk.drill.clock.forward(timedelta(minutes=10))
    first, second = Line("1", "U_ANN", "ann", now, "cache is cold"), Line("2", "U_X", "xeno", now + timedelta(minutes=1), "since 03:00")  # fmt: skip
    talk.reacts(Sign.MARK, "1", first, second)
    talk.reacts(Sign.MARK, "1", first, second)
    talk.says_below("1", Line("3", "U_ANN", "ann", now + timedelta(minutes=9), "warm again"))
    talk.says_below("9", Line("4", "U_ANN", "ann", now, "in another thread"))

    quoted = [entry for entry in talk.drill.show(1)["timeline"] if entry["source"] == "human"]
    assert [(entry["author"], entry["text"]) for entry in quoted] == [
        ("ann", "cache is cold"), ("xeno (Slack)", "since 03:00"), ("ann", "warm again"),
    ]  # fmt: skip
    assert all(entry["at"] < entry["recorded_at"] for entry in quoted)


def test_what_is_told_twice_is_done_once(talk_anywhere: Talk) -> None:
    """A provider that did not hear our answer tells again."""
    talk = talk_anywhere
    talk.declare()
    talk.types("note once", event="E_SAME")

    assert talk.types("note once", event="E_SAME") == ""
    assert talk.drill.texts(1, "human") == ["once"]


@pytest.mark.parametrize(("minutes", "done"), [(15, True), (16, False)], ids=["at its edge", "past it"])
def test_a_command_that_comes_late_is_not_carried_out_unasked(talk: Talk, minutes: int, done: bool) -> None:  # noqa: FBT001 - a table of cases
    """Who typed it a quarter of an hour ago may have changed their mind."""
    talk.declare()
    said_at = talk.drill.clock.now()
    talk.drill.clock.forward(timedelta(minutes=minutes))
    reply = Hearing(talk.drill.app).take(Command("E1", Provider.SLACK, "R1", "U_ANN", said_at, text="sev 3"))

    assert (talk.drill.show(1)["severity"] == "SEV3") is done
    assert ("late and did nothing" in reply) is not done
