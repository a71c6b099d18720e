"""Hearing Slack over Socket Mode: one WebSocket that Slack hands out, no public address. Each envelope is acknowledged once it is taken in."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from watchbill.adapters.notify.chat.signs import BY_NAME
from watchbill.adapters.notify.chat.slack import SlackMouth
from watchbill.adapters.notify.chat.socket import Socket
from watchbill.adapters.notify.chat.wire import Json, SaidNoError, must
from watchbill.adapters.notify.providers.chats import slack_text
from watchbill.chat.model import Command, Heard, Line, Pressed, Provider, Reacted, Sign, Spoken
from watchbill.kernel.clock import Clock

__all__ = ["SlackEar"]

_WAIT_S = 10.0
_THREAD = 200  # messages of a thread that go to the timeline with its beginning
_S = Provider.SLACK


class SlackEar:
    """chat.ports.Ear. `app_token` (`xapp-`) opens connections and nothing else."""

    name = "slack"

    def __init__(self, mouth: SlackMouth, clock: Clock, *, app_token: str) -> None:
        self._mouth, self._clock, self._token = mouth, clock, app_token
        self._socket: Socket | None = None
        self._envelopes: dict[str, tuple[str, bool]] = {}

    def hear(self, cursor: str | None) -> tuple[Sequence[Heard], str | None]:
        """The next envelope, or nothing for a while; Slack knows itself what it has told."""
        socket = self._socket = self._socket or self._connected()
        text = socket.receive(_WAIT_S)
        if text is None:
            if socket.is_closed:
                self._drop()
            return [], cursor
        message = json.loads(text)
        if message.get("type") == "disconnect":  # Slack renews each connection every few hours
            self._drop()
        if "envelope_id" not in message:
            return [], cursor
        heard = self._read(message)
        if heard is None:
            self._acknowledge(message["envelope_id"], None)
            return [], cursor
        self._envelopes[heard.id] = (message["envelope_id"], bool(message.get("accepts_response_payload")))
        return [heard], cursor

    def answered(self, heard: Heard, reply: str) -> None:
        """Acknowledge, with the reply where it is the answer to a slash command."""
        envelope, takes_reply = self._envelopes.pop(heard.id)
        payload = {"response_type": "ephemeral", "text": slack_text(reply)} if heard.inline and takes_reply else None
        self._acknowledge(envelope, payload)

    def interrupt(self) -> None:
        """Stop waiting."""
        self._drop()

    def close(self) -> None:
        """Give the connection back."""
        self._drop()

    def _connected(self) -> Socket:
        opened = must(lambda: self._mouth.call("apps.connections.open", {}, token=self._token, form=True), "Slack")
        url = str(opened["url"])
        return Socket.open(url, tls=self._mouth.wire.tls if url.startswith("wss:") else None, who="Slack")

    def _drop(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def _acknowledge(self, envelope: str, payload: Mapping[str, object] | None) -> None:
        if (socket := self._socket) is not None:
            socket.send(json.dumps({"envelope_id": envelope} | ({"payload": payload} if payload else {})))

    def _read(self, message: Json) -> Heard | None:
        payload = message.get("payload") or {}
        match message.get("type"):
            case "slash_commands":
                return _command(payload, self._clock.now())
            case "interactive":
                return _pressed(payload)
            case "events_api":
                return self._event(payload)
            case _:
                return None

    def _event(self, payload: Json) -> Heard | None:
        event = payload.get("event") or {}
        identity = str(payload.get("event_id", ""))
        if event.get("type") == "reaction_added":
            return self._reacted(identity, event)
        if event.get("type") != "message" or event.get("subtype") or event.get("bot_id") or not event.get("thread_ts"):
            return None
        thread = str(event["thread_ts"])
        if thread == event.get("ts"):
            return None
        line = _line(event)
        return Spoken(identity, _S, str(event["channel"]), line.user, line.at, thread=thread, line=line)

    def _reacted(self, identity: str, event: Json) -> Heard | None:
        sign, item = BY_NAME.get(str(event.get("reaction"))), event.get("item") or {}
        if sign is None or item.get("type") != "message" or event.get("user") == self._me():
            return None
        room, message = str(item["channel"]), str(item["ts"])
        lines = self._lines(room, message) if sign is Sign.MARK else ()
        at = _moment(event.get("event_ts"))
        return Reacted(identity, _S, room, str(event["user"]), at, sign=sign, message=message, lines=lines)

    def _me(self) -> str:
        return str(must(lambda: self._mouth.me, "Slack"))

    def _lines(self, room: str, message: str) -> tuple[Line, ...]:
        """The message, with its thread where it began one; nothing where it cannot be read (a pin in a foreign room)."""
        try:
            asked = {"channel": room, "ts": message, "limit": str(_THREAD)}
            found = self._mouth.call("conversations.replies", asked, form=True)["messages"]
        except SaidNoError:
            return ()
        mine = [one for one in found if one.get("ts") == message]
        began = bool(mine) and mine[0].get("thread_ts", message) == message
        return tuple(_line(one) for one in (found if began else mine) if not one.get("bot_id") or one in mine)


def _command(payload: Json, now: datetime) -> Heard:
    """Slack tells no time of a command: it was typed this moment."""
    return Command(
        str(payload["trigger_id"]), _S, str(payload["channel_id"]), str(payload["user_id"]), now, inline=True, text=str(payload.get("text", ""))
    )  # fmt: skip


def _pressed(payload: Json) -> Heard | None:
    actions = payload.get("actions") or []
    if payload.get("type") != "block_actions" or not actions:
        return None
    pressed, user = actions[0], str(payload["user"]["id"])
    answer = str(pressed.get("action_id", "")).removeprefix("wb-")
    room = str(
        (payload.get("channel") or payload.get("container") or {}).get("id") or payload["container"]["channel_id"]
    )
    identity = f"{pressed.get('action_ts')}/{user}/{answer}"
    at = _moment(pressed.get("action_ts"))
    return Pressed(identity, _S, room, user, at, delivery=str(pressed.get("value", "")), answer=answer)


def _line(message: Json) -> Line:
    user = str(message.get("user") or message.get("bot_id") or "")
    text = _plain(str(message.get("text", "")))
    return Line(str(message["ts"]), user, str(message.get("username") or user), _moment(message["ts"]), text)


def _moment(ts: Any) -> datetime:  # Any: Slack's text, `1700000000.000100`
    seconds, _, fraction = str(ts or "0").partition(".")
    return datetime.fromtimestamp(int(seconds or 0), UTC).replace(microsecond=int((fraction + "000000")[:6]))


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
