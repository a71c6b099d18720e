"""What is heard of a sync: commands, reactions, threads, invitations; and that nobody can make us deaf."""

from datetime import UTC, datetime
from typing import Any

import pytest

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.chat.matrix import MatrixMouth
from watchbill.adapters.notify.chat.matrix_ear import MatrixEar
from watchbill.adapters.notify.http import HttpCaller
from watchbill.chat.model import Command, Heard, Invited, Reacted, Sign, Spoken
from watchbill.kernel.clock import SystemClock

AT = 1795489200000
Json = Any  # Any: what a homeserver answers


class Mouth(MatrixMouth):
    """Knows who it is without asking."""

    me = "@wb:here.test"


class Ear(MatrixEar):
    """Hears what the test says that a sync brought."""

    def __init__(self, answer: Json) -> None:
        caller = HttpCaller(Fence(), monotonic=SystemClock().monotonic)
        super().__init__(Mouth(caller, SystemClock(), url="https://here.test", token="x"))
        self._answer = answer

    def _sync(self, cursor: str | None) -> Json:  # noqa: ARG002 - the signature of the real one
        return self._answer


def heard(*events: Json, cursor: str | None = "s1", **rooms: Json) -> list[Heard]:
    """Of a sync with these events in one room."""
    joined = {"!r": {"timeline": {"events": list(events)}}}
    return list(Ear({"next_batch": "s2", "rooms": {"join": joined, **rooms}}).hear(cursor)[0])


def event(content: Json, kind: str = "m.room.message", sender: str = "@ann:here.test") -> Json:
    """One event."""
    return {"type": kind, "sender": sender, "event_id": "$1", "origin_server_ts": AT, "content": content}


def test_a_command_names_who_is_meant() -> None:
    """Text after `!wb`, with the ids of mentioned users."""
    content = {"msgtype": "m.text", "body": "!wb role ic Ann", "m.mentions": {"user_ids": ["@ann:here.test"]}}
    [found] = heard(event(content))

    assert isinstance(found, Command)
    assert (found.text, found.mentions, found.message) == ("role ic Ann", ("@ann:here.test",), "$1")
    assert found.at == datetime.fromtimestamp(AT / 1000, UTC)


def test_our_own_words_other_bots_and_edits_are_no_commands() -> None:
    """Else we would answer ourselves."""
    ours = event({"msgtype": "m.text", "body": "!wb ack"}, sender="@wb:here.test")
    notice = event({"msgtype": "m.notice", "body": "!wb ack"})
    edit = event({"msgtype": "m.text", "body": "!wb ack", "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}})

    assert heard(ours, notice, edit) == []


def test_the_first_sync_brings_the_past_and_is_not_acted_on() -> None:
    """Without a cursor nothing is heard but how far we are."""
    assert heard(event({"msgtype": "m.text", "body": "!wb ack"}), cursor=None) == []


@pytest.mark.parametrize(("key", "sign"), [("\N{EYES}", Sign.TAKE), ("\N{HEAVY CHECK MARK}\ufe0f", Sign.DONE)])
def test_a_reaction_is_read_by_its_character(key: str, sign: Sign) -> None:
    """However it is to be drawn."""
    relation = {"rel_type": "m.annotation", "event_id": "$0", "key": key}
    [found] = heard(event({"m.relates_to": relation}, "m.reaction"))

    assert isinstance(found, Reacted)
    assert (found.sign, found.message) == (sign, "$0")


def test_invitations_of_our_own_homeserver_are_followed_and_no_others() -> None:
    """A stranger of the federation cannot call us anywhere."""

    def invite(sender: str) -> Json:
        member = {"type": "m.room.member", "state_key": "@wb:here.test", "sender": sender, "content": {}}
        return {"invite_state": {"events": [member]}}

    found = heard(invite={"!ours": invite("@ann:here.test"), "!theirs": invite("@eve:there.test")})

    assert [(one.room, type(one)) for one in found] == [("!ours", Invited)]


@pytest.mark.parametrize(
    "content",
    [None, [], "x", {"msgtype": "m.text", "body": 7}, {"msgtype": "m.text", "m.relates_to": "x"}, {"msgtype": "m.text", "body": "!wb x", "m.mentions": [1]}],
)  # fmt: skip
def test_what_has_no_shape_keeps_nothing_else_from_being_heard(content: Json) -> None:
    """Any member of a room can send it; what follows is heard all the same."""
    below = {"msgtype": "m.text", "body": "yes", "m.relates_to": {"rel_type": "m.thread", "event_id": "$0"}}
    found = heard(event(content), event(content, "m.reaction"), event(below))

    assert [type(one) for one in found][-1:] == [Spoken]
