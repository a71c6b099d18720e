"""What watchbill does in Slack and Mattermost is asked for as their documents say, and repeated attempts change nothing."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.contract.notify.chat_servers import MattermostServer, SlackServer, serving
from tests.contract.notify.conftest import AT
from websockets.sync.server import ServerConnection, serve

from watchbill.adapters.notify.chat.mattermost import MattermostMouth
from watchbill.adapters.notify.chat.mattermost_ear import MattermostEar
from watchbill.adapters.notify.chat.slack import SlackMouth
from watchbill.adapters.notify.chat.slack_ear import SlackEar
from watchbill.adapters.notify.providers import Callers
from watchbill.chat.model import Act, Button, Command, Post, Pressed, Provider, Reacted, Said, Sign, Spoken
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.oncall.model import Outcome

BUTTONS = (Button("ack", "Acknowledge"), Button("resolve", "Resolve"))


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """Running."""
    server = SlackServer()
    with serving(server):
        yield server
    assert server.faults == []


@pytest.fixture
def mattermost() -> Iterator[MattermostServer]:
    """Running."""
    server = MattermostServer()
    with serving(server):
        yield server
    assert server.faults == []


@pytest.fixture
def slack_mouth(slack: SlackServer, callers: Callers) -> SlackMouth:
    """Speaks to it."""
    return SlackMouth(callers.trusted, SystemClock(), token="xoxb-1", url=slack.url)


@pytest.fixture
def mattermost_mouth(mattermost: MattermostServer, callers: Callers) -> MattermostMouth:
    """Speaks to it."""
    url, home = mattermost.url, "https://wb.test"
    return MattermostMouth(callers.trusted, SystemClock(), url=url, token="mm-1", team="sre", public_url=lambda: home)


def said(act: Act, provider: Provider, **parts: Any) -> Said:  # Any: parts of different types
    """One act."""
    post = Post("inc_1/x", 1, provider, act, {}, AT)
    return replace(Said("inc_1-x-1", post, AT), **{"room": "C1", "incident": "inc_1", **parts})


def test_a_slack_room_from_its_making_to_its_pin(slack: SlackServer, slack_mouth: SlackMouth) -> None:
    """Made once however often it is tried; what an incident says is escaped; who is there already is no failure."""

    def does(act: Act, **parts: Any) -> str | None:  # Any: as above
        receipt = slack_mouth.perform(said(act, Provider.SLACK, **parts))
        assert receipt.outcome is Outcome.DELIVERED, receipt
        return receipt.message

    assert does(Act.OPEN, name="inc-1", text="x") == does(Act.OPEN, name="inc-1", text="x") == "C1"
    does(Act.TOPIC, text="INC-1 SEV1")
    does(Act.INVITE, users=("U1", "U2"))
    does(Act.INVITE, users=("U1", "U2"))
    made = does(Act.SUMMARY, text="<!channel> & all")
    does(Act.PIN, message=made)
    does(Act.SUMMARY, text="newer", message=made)
    does(Act.REPLY, text="done", users=("U1",))
    does(Act.PAGE, message="7.1", text="down\nAcknowledged by ann", name="down", delivery="dlv_1", buttons=BUTTONS)

    posted = dict(slack.calls)
    assert posted["chat.postMessage"]["text"] == "&lt;!channel&gt; &amp; all"
    buttons = [one["action_id"] for one in posted["chat.update"]["blocks"][1]["elements"]]
    assert buttons == ["wb-ack", "wb-resolve"]


def test_a_slack_room_of_a_stranger_is_left_alone(slack: SlackServer, slack_mouth: SlackMouth) -> None:
    """The receipt says that the name is taken, so that another is tried."""
    slack.channels["inc-1"] = "U_SOMEBODY"
    receipt = slack_mouth.perform(said(Act.OPEN, Provider.SLACK, name="inc-1", text="x"))

    assert (receipt.outcome, receipt.code) == (Outcome.PERMANENT, 409)


def test_a_mattermost_room_from_its_making_to_its_pin(
    mattermost: MattermostServer, mattermost_mouth: MattermostMouth
) -> None:
    """Made once; its buttons prove that Mattermost got them from us; `@channel` in an incident calls nobody."""

    def does(act: Act, **parts: Any) -> str | None:  # Any: as above
        receipt = mattermost_mouth.perform(said(act, Provider.MATTERMOST, **parts))
        assert receipt.outcome is Outcome.DELIVERED, receipt
        return receipt.message

    assert does(Act.OPEN, name="inc-1", text="x") == does(Act.OPEN, name="inc-1", text="x") == "ch1"
    does(Act.TOPIC, text="INC-1 SEV1")
    does(Act.INVITE, users=("u1", "u2"))
    made = does(Act.SUMMARY, text="@channel look")
    does(Act.PIN, message=made)
    does(Act.SUMMARY, text="newer", message=made)
    does(Act.REPLY, text="done", users=("u1",), message="p0")
    does(Act.PAGE, message="p7", text="down", delivery="dlv_1", buttons=BUTTONS)

    *_, (_, _, changed) = mattermost.calls
    [action, _resolve] = changed["props"]["attachments"][0]["actions"]
    assert action["integration"]["url"] == "https://wb.test/hooks/mattermost/action"
    assert action["integration"]["context"].keys() == {"delivery", "answer", "proof"}
    assert "@channel" not in next(body["message"] for _, path, body in mattermost.calls if path == "/api/v4/posts")


def test_a_mattermost_room_of_a_stranger_is_left_alone(
    mattermost: MattermostServer, mattermost_mouth: MattermostMouth
) -> None:
    """Its purpose does not name our incident."""
    mattermost.channels["inc-1"] = {"id": "ch9", "purpose": "party"}

    assert mattermost_mouth.perform(said(Act.OPEN, Provider.MATTERMOST, name="inc-1", text="x")).code == 409


def test_the_doctor_is_told_who_we_are_or_why_nobody(
    slack_mouth: SlackMouth, mattermost_mouth: MattermostMouth, callers: Callers
) -> None:
    """A provider that does not know us is a fault of the file; one that is gone is not."""
    assert (slack_mouth.check(), mattermost_mouth.check()) == ("@watchbill in Shop", "@watchbill in sre")
    with pytest.raises(Unavailable):
        SlackMouth(callers.trusted, SystemClock(), token="x", url="http://127.0.0.1:1").check()


def test_a_wrong_token_is_named(callers: Callers) -> None:
    """In Slack's own word, and never with the token."""
    server = SlackServer()
    with serving(server), pytest.raises(Invalid, match="invalid_auth") as wrong:
        SlackMouth(callers.trusted, SystemClock(), token="xoxb-wrong", url=server.url).check()

    assert "xoxb-wrong" not in str(wrong.value)


COMMAND = {"envelope_id": "e1", "type": "slash_commands", "accepts_response_payload": True, "payload": {
    "command": "/wb", "text": "ack", "user_id": "U1", "channel_id": "C1", "trigger_id": "t1", "response_url": "https://x"}}  # fmt: skip
BUTTON = {"envelope_id": "e2", "type": "interactive", "payload": {"type": "block_actions", "user": {"id": "U1"},
    "container": {"type": "message", "message_ts": "7.1", "channel_id": "D1"}, "channel": {"id": "D1", "name": "dm"},
    "trigger_id": "t2", "actions": [{"action_id": "wb-ack", "value": "dlv_1", "type": "button", "action_ts": "1795489200.5"}]}}  # fmt: skip
PIN = {"envelope_id": "e3", "type": "events_api", "payload": {"type": "event_callback", "event_id": "Ev1", "event": {
    "type": "reaction_added", "user": "U1", "reaction": "pushpin", "event_ts": "1795489200.000100",
    "item": {"type": "message", "channel": "C1", "ts": "7.1"}}}}  # fmt: skip
BELOW = {"envelope_id": "e4", "type": "events_api", "payload": {"type": "event_callback", "event_id": "Ev2", "event": {
    "type": "message", "user": "U2", "text": "a &lt; b", "channel": "C1", "ts": "8.1", "thread_ts": "7.1"}}}  # fmt: skip
IDLE = {"envelope_id": "e5", "type": "events_api", "payload": {"event_id": "Ev3", "event": {"type": "app_home_opened"}}}


def test_slack_is_heard_over_socket_mode_and_each_envelope_is_acknowledged(
    slack: SlackServer, slack_mouth: SlackMouth
) -> None:
    """hello, five envelopes, a renewed connection; what is heard, and what Slack gets back, the reply to a command included."""
    told: list[Any] = []  # Any: JSON
    rounds: list[list[Any]] = [[{"type": "hello"}, COMMAND, BUTTON, {"type": "disconnect", "reason": "refresh_requested"}], [PIN, BELOW, IDLE]]  # fmt: skip

    def talk(line: ServerConnection) -> None:
        for message in rounds.pop(0):
            line.send(json.dumps(message))
            if "envelope_id" in message:
                told.append(json.loads(line.recv(timeout=10)))

    slack.thread = [{"ts": "7.1", "user": "U1", "text": "cold", "thread_ts": "7.1"}, {"ts": "7.2", "user": "U2", "text": "yes"}]  # fmt: skip
    with serve(talk, "127.0.0.1", 0) as sockets:
        threading.Thread(target=sockets.serve_forever, daemon=True).start()
        slack.socket_url = f"ws://127.0.0.1:{sockets.socket.getsockname()[1]}"
        ear = SlackEar(slack_mouth, SystemClock(), app_token="xapp-1")
        heard: list[Any] = []
        while len(told) < 5 or len(heard) < 4:
            for one in ear.hear(None)[0]:
                heard.append(one)
                ear.answered(one, "done & said")
        ear.close()
        sockets.shutdown()

    assert [one["envelope_id"] for one in told] == ["e1", "e2", "e3", "e4", "e5"]
    assert told[0]["payload"] == {"response_type": "ephemeral", "text": "done &amp; said"}
    command, pressed, pinned, below = heard
    assert isinstance(command, Command)
    assert (command.id, command.user, command.room, command.text, command.inline) == ("t1", "U1", "C1", "ack", True)
    assert isinstance(pressed, Pressed)
    assert (pressed.delivery, pressed.answer, pressed.room) == ("dlv_1", "ack", "D1")
    assert isinstance(pinned, Reacted)
    assert (pinned.sign, [line.text for line in pinned.lines]) == (Sign.MARK, ["cold", "yes"])
    assert isinstance(below, Spoken)
    assert below.line is not None
    assert (below.thread, below.line.text) == ("7.1", "a < b")


def test_mattermost_is_heard_over_its_websocket(callers: Callers) -> None:
    """The challenge is answered with the bot's token; commands and threads of people are heard, the bot's own words are not."""
    posts = [
        {"id": "p1", "user_id": "u1", "channel_id": "ch1", "message": "!wb ack", "create_at": 1795489200000, "type": ""},
        {"id": "p2", "user_id": "u_bot", "channel_id": "ch1", "message": "!wb ack", "create_at": 1795489200000, "type": ""},
        {"id": "p3", "user_id": "u1", "channel_id": "ch1", "message": "yes", "root_id": "p0", "create_at": 1795489200001, "type": ""},
    ]  # fmt: skip
    challenge: list[Any] = []  # Any: JSON

    def talk(line: ServerConnection) -> None:
        challenge.append(json.loads(line.recv(timeout=10)))
        for post in posts:
            data = {"post": json.dumps(post), "sender_name": "@ann"}
            line.send(json.dumps({"event": "posted", "data": data, "broadcast": {}, "seq": 1}))
        line.recv(timeout=10)

    class Here(MattermostMouth):
        me = "u_bot"

    with serve(talk, "127.0.0.1", 0) as sockets:
        threading.Thread(target=sockets.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{sockets.socket.getsockname()[1]}"
        ear = MattermostEar(Here(callers.trusted, SystemClock(), url=url, token="mm-1", public_url=lambda: ""))
        heard = [one for _ in posts for one in ear.hear(None)[0]]
        ear.close()
        sockets.shutdown()

    [command, below] = heard
    assert challenge == [{"seq": 1, "action": "authentication_challenge", "data": {"token": "mm-1"}}]
    assert isinstance(command, Command)
    assert (command.text, command.user, command.at) == ("ack", "u1", AT.replace(hour=3))
    assert isinstance(below, Spoken)
    assert below.thread == "p0"
