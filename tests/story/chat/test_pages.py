"""Drills: pages in a chat, answered there, and messages that follow what becomes of them."""

from tests.story.chat.conftest import Talk

from watchbill.chat.model import Act, Sign
from watchbill.oncall.model import LinkAction


def _delivery(talk: Talk) -> str:
    """The page that ann was sent."""
    talk.drill.traffic(1, good=0, bad=100)
    return next(one.delivery for one in talk.drill.world.ledger if one.person == "ann")


def _changes(talk: Talk) -> list[str]:
    """The last line of each change of a page's message."""
    return [text.splitlines()[-1] for text in talk.slack.texts(Act.PAGE)]


def test_a_button_acknowledges_and_the_message_says_who_has_it(talk_anywhere: Talk) -> None:
    """By the person who pressed it; pressed again it says the same; the buttons that are left are those that make sense."""
    talk = talk_anywhere
    delivery = _delivery(talk)

    assert talk.presses(delivery, "ack") == "ann has it."
    assert talk.presses(delivery, "ack") == "ann has it."

    assert talk.drill.show(1)["acknowledged_by"] == "ann"
    assert _changes(talk)[0].startswith("Acknowledged by ann at 04:01 CET")
    changed = next(said for said in talk.slack.ledger if said.post.act is Act.PAGE)
    assert (changed.room, changed.message) == ("D1", f"M-{delivery}")
    assert [one.answer for one in changed.buttons] == ["escalate", "resolve"]


def test_an_answer_given_elsewhere_changes_the_message_too(talk: Talk) -> None:
    """Whoever reads the chat later need not look elsewhere."""
    _delivery(talk)
    talk.drill.tap(talk.drill.world.ledger[0].link, LinkAction.ACK)

    assert any("Acknowledged by ann" in one for one in _changes(talk))


def test_eyes_take_a_page_and_a_check_mark_ends_it(talk: Talk) -> None:
    """Below the page's own message; below any other they mean nothing."""
    delivery = _delivery(talk)
    talk.reacts(Sign.TAKE, "M-other", room="D1")
    assert talk.drill.show(1)["acknowledged_by"] is None

    talk.reacts(Sign.TAKE, f"M-{delivery}", room="D1")
    assert talk.drill.show(1)["acknowledged_by"] == "ann"
    talk.reacts(Sign.DONE, f"M-{delivery}", room="D1")

    assert _changes(talk)[-1].startswith("Over at")


def test_a_stranger_answers_no_page(talk: Talk) -> None:
    """Nor does a person who may only look, unless they were called."""
    delivery = _delivery(talk)
    code = talk.drill.ask("chat.code", who="cy")["code"]
    talk.types(f"link {code}", user="U_CY")

    assert "do not know who you are" in talk.presses(delivery, "ack", user="U_EVE")
    assert "cy is viewer" in talk.presses(delivery, "ack", user="U_CY")
    assert talk.drill.show(1)["acknowledged_by"] is None


def test_a_button_of_a_page_that_was_never_sent_does_nothing(talk: Talk) -> None:
    """It says so."""
    assert "not known here" in talk.presses("dlv_01m898d21v3pq48pd83j1wd0fg", "ack")


def test_ack_alone_takes_the_one_call_that_is_not_answered(talk: Talk) -> None:
    """Outside of a room, without a name: the call to whoever typed it."""
    _delivery(talk)

    assert talk.types("ack", room="C_GENERAL").startswith("ann has it")
    assert talk.drill.show(1)["acknowledged_by"] == "ann"
