"""Drills: status updates in the house's own words, on their way to stakeholders by mail, and the reminders for those that are late."""

import pytest
from tests.story.incidents.conftest import Drill

from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome, Outgoing, Receipt

LISTS = """
stakeholder_list: {name: executives, emails: [ceo@shop.test], people: [dee], severities: [SEV1, SEV2]}
---
stakeholder_list: {name: payments-people, emails: [CEO@shop.test, till@shop.test], services: [payment]}
---
stakeholder_list: {name: partners, audience: customers, emails: [partner@else.test]}
---
communication_template: {name: house-progress, replaces: progress, text: "{{ name }} at {{ severity }}: {{ users }} hurt. {{ doing }}."}
---
communication_template: {name: regulator, audience: customers, text: "{{ service }} has a fault since {{ since }}. Cause: {{ root_cause }}"}
"""


def test_an_update_is_mailed_to_the_lists_that_are_concerned(drill_anywhere: Drill) -> None:
    """By audience, service and severity, each address once; the draft says beforehand who will read it."""
    drill = drill_anywhere
    drill.write(LISTS)
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV2", who="ann")

    draft = drill.ask("incident.update", id="1", template="initial")
    assert draft["readers"] == [{"list": "executives", "addresses": 2}, {"list": "payments-people", "addresses": 1}]
    before = len(drill.world.ledger)
    sent = drill.ask("incident.update", id="1", draft=draft["id"], send=True)

    mails = _mails(drill, before)
    assert sorted(one.address for one in mails) == ["ceo@shop.test", "dee@shop.test", "till@shop.test"]
    assert {one.message.subject for one in mails} == {"SEV2 INC-1: cards are refused"}
    assert all(one.message.text.startswith(sent["text"]) for one in mails)
    assert "Mailed to 3 addresses: executives, payments-people" in drill.texts(1, "page")
    assert drill.show()["updates"][0]["mailed"] == {"waiting": 0, "sent": 3, "failed": 0}


def test_what_is_for_customers_reaches_their_lists_without_the_houses_words(drill: Drill) -> None:
    """The subject is the first line of the text; neither the incident's name nor a link to the room leaves the house."""
    drill.write(LISTS)
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV2", who="ann")
    before = len(drill.world.ledger)
    drill.ask("incident.update", id="1", template="customer", send=True)

    (mail,) = _mails(drill, before)
    assert mail.address == "partner@else.test"
    assert mail.message.subject == "payment: we are looking into a problem"
    assert "INC-1" not in mail.message.text + mail.message.html + mail.message.subject


def test_the_houses_templates_take_the_place_of_ours_and_stand_beside_them(drill: Drill) -> None:
    """One replaces the progress update, gaps stay visible; the other is asked for by name and has an audience of its own."""
    drill.write(LISTS)
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="ann")

    ours = drill.ask("incident.update", id="1", template="progress")
    own = drill.ask("incident.update", id="1", template="regulator")

    assert ours["text"] == "INC-1 at SEV3: [how many users are affected: not known yet] hurt. looking into it."
    assert ours["gaps"] == ["how many users are affected"]
    assert (own["template"], own["audience"]) == ("free", "customers")
    assert own["text"] == "payment has a fault since 04:00 CET. Cause: [the cause, in one sentence: not known yet]"
    names = [(one["name"], one["own"]) for one in drill.ask("incident.templates")]
    assert ("house-progress", True) in names
    assert ("regulator", True) in names
    assert ("initial", False) in names
    with pytest.raises(Invalid, match="no template"):
        drill.ask("incident.update", id="1", template="nonsense")


def test_a_template_that_goes_wrong_or_too_far_is_refused_with_its_fault(drill: Drill) -> None:
    """Unknown names and endless loops end in a sentence, not in a message to anybody."""
    drill.write("communication_template: {name: wrong, text: '{{ no_such_fact }}'}")
    drill.write("communication_template: {name: endless, text: '{% for x in (1..9999999) %}x{% endfor %}'}")
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV3", who="ann")

    for name in ("wrong", "endless"):
        with pytest.raises(Invalid):
            drill.ask("incident.update", id="1", template=name, send=True)
    assert drill.show()["updates"] == []


def test_a_mail_that_cannot_be_delivered_is_tried_again_and_then_told(drill: Drill) -> None:
    """A server that is down is asked again later; an address that is refused for good stands on the timeline at once."""
    drill.write(LISTS)
    refused = Receipt(Outcome.PERMANENT, "550 no such mailbox", 550)
    down = Receipt(Outcome.TEMPORARY, "451 try later", 451)
    drill.ask("incident.start", title="cards are refused", service="payment", severity="SEV2", who="ann")
    drill.world.answer(lambda one: refused if one.address == "till@shop.test" else None)
    drill.world.answer(lambda one: down if one.address == "ceo@shop.test" and one.attempt < 3 else None)

    drill.ask("incident.update", id="1", template="initial", send=True)
    assert "till@shop.test (payments-people) could not be told: 550 no such mailbox" in drill.texts(1, "page")
    assert drill.show()["updates"][0]["mailed"] == {"waiting": 1, "sent": 1, "failed": 1}
    drill.forward(5)

    assert drill.show()["updates"][0]["mailed"] == {"waiting": 0, "sent": 2, "failed": 1}
    tries = [one for one in drill.world.ledger if one.address == "ceo@shop.test"]
    assert [one.attempt for one in tries] == [1, 2, 3]
    assert len({one.delivery for one in tries}) == 1


def test_nothing_of_a_drill_leaves_the_house(drill: Drill) -> None:
    """Updates are drafted and marked as sent, and nobody is written to."""
    drill.write(LISTS)
    drill.ask("incident.start", title="game day", service="payment", severity="SEV1", drill=True, who="ann")

    draft = drill.ask("incident.update", id="1", template="initial")
    drill.ask("incident.update", id="1", draft=draft["id"], send=True)

    assert draft["readers"] == []
    assert drill.called() == []


def test_three_in_the_morning_nobody_writes_until_they_are_asked(drill: Drill) -> None:
    """A SEV1 whose update is late: the communications lead is asked, five minutes later the commander; one sent update ends it."""
    drill.write(LISTS)
    drill.traffic(2, good=0, bad=100)
    drill.ask("incident.ack", id="1", who="bob")
    drill.ask("incident.role", id="1", role="communications", person="dee", who="bob")
    due = drill.show()["next_update_at"]
    drill.forward(21)

    asked = [text for text in drill.texts(1, "reminder") if text.startswith("Status update due")]
    assert [text.partition("; ")[2] for text in asked] == [
        "dee (communications lead) is asked",
        "bob (incident commander) is asked",
    ]
    assert drill.show()["update_overdue"]
    drill.ask("incident.update", id="1", template="progress", send=True, who="dee")
    drill.forward(14)

    assert drill.show()["next_update_at"] > due
    assert [text for text in drill.texts(1, "reminder") if text.startswith("Status update due")] == asked


def _mails(drill: Drill, before: int) -> list[Outgoing]:
    """What was written to stakeholders since."""
    return [one for one in drill.world.ledger[before:] if one.channel == "email" and one.page.startswith("upd_")]
