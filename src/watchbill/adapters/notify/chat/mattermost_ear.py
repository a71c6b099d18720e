"""Hearing Mattermost over its WebSocket, as the bot's own client: words that begin with `!wb`, reactions, threads.

Slash commands and buttons come over HTTP instead (`entrypoints/api/intake/mattermost.py`). What happens while there is no
connection is not told later, but for the rooms of open incidents, in which people say it again.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from watchbill.adapters.notify.chat.mattermost import MattermostMouth
from watchbill.adapters.notify.chat.signs import BY_NAME
from watchbill.adapters.notify.chat.socket import Socket
from watchbill.adapters.notify.chat.wire import Json, SaidNoError, must
from watchbill.chat.model import Command, Heard, Line, Provider, Reacted, Sign, Spoken
from watchbill.kernel.errors import Unavailable

__all__ = ["MattermostEar"]

_WAIT_S = 10.0
_PREFIX = "!wb"
_M = Provider.MATTERMOST


class MattermostEar:
    """chat.ports.Ear."""

    name = "mattermost"

    def __init__(self, mouth: MattermostMouth) -> None:
        self._mouth = mouth
        self._socket: Socket | None = None

    def hear(self, cursor: str | None) -> tuple[Sequence[Heard], str | None]:
        """The next event, or nothing for a while."""
        socket = self._socket = self._socket or self._connected()
        text = socket.receive(_WAIT_S)
        if text is None:
            if socket.is_closed:
                self.close()
            return [], cursor
        event = json.loads(text)
        data = event.get("data") or {}
        match event.get("event"):
            case "posted":
                heard = self._posted(json.loads(data["post"]), str(data.get("sender_name", "")))
            case "reaction_added":
                heard = self._reacted(json.loads(data["reaction"]), event.get("broadcast") or {})
            case _:
                heard = None
        return ([heard] if heard else []), cursor

    def answered(self, heard: Heard, reply: str) -> None:
        """Nothing is owed: replies are posts."""

    def interrupt(self) -> None:
        """Stop waiting."""
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def _connected(self) -> Socket:
        must(lambda: self._mouth.me, "Mattermost")
        scheme, _, rest = self._mouth.url.rstrip("/").partition("://")
        url = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/api/v4/websocket"
        socket = Socket.open(url, tls=self._mouth.wire.tls, who="Mattermost")
        challenge = {"seq": 1, "action": "authentication_challenge", "data": {"token": self._mouth.token}}
        socket.send(json.dumps(challenge))
        if socket.is_closed:
            raise Unavailable("Mattermost ended the connection", retry_after_s=5)
        return socket

    def _posted(self, post: Json, sender: str) -> Heard | None:
        me = str(must(lambda: self._mouth.me, "Mattermost"))
        if post.get("user_id") == me or post.get("type") or (post.get("props") or {}).get("from_bot"):
            return None
        line, room, thread = _line(post, sender), str(post["channel_id"]), str(post.get("root_id") or "")
        first, _, rest = line.text.partition(" ")
        if first == _PREFIX:
            below = thread or line.message
            return Command(line.message, _M, room, line.user, line.at, text=rest, message=below)
        return Spoken(line.message, _M, room, line.user, line.at, thread=thread, line=line) if thread else None

    def _reacted(self, reaction: Json, broadcast: Json) -> Heard | None:
        sign = BY_NAME.get(str(reaction.get("emoji_name")))
        user, message = str(reaction.get("user_id")), str(reaction.get("post_id"))
        if sign is None or user == must(lambda: self._mouth.me, "Mattermost"):
            return None
        room = str(reaction.get("channel_id") or broadcast.get("channel_id") or "")
        lines = self._lines(message) if sign is Sign.MARK else ()
        identity = f"{message}/{user}/{reaction.get('emoji_name')}/{reaction.get('create_at')}"
        return Reacted(identity, _M, room, user, _moment(reaction.get("create_at")), sign=sign, message=message, lines=lines)  # fmt: skip

    def _lines(self, message: str) -> tuple[Line, ...]:
        """The message, with its thread where it began one; nothing where it cannot be read."""
        try:
            found = self._mouth.call("GET", f"/posts/{message}/thread")
            users = sorted({str(post["user_id"]) for post in found["posts"].values()})
            names = {str(one["id"]): str(one["username"]) for one in self._mouth.call("POST", "/users/ids", users)}
        except SaidNoError:
            return ()
        posts = sorted(found["posts"].values(), key=lambda post: post["create_at"])
        mine = [post for post in posts if post["id"] == message]
        began = bool(mine) and not mine[0].get("root_id")
        chosen = [post for post in posts if not post.get("type")] if began else mine
        return tuple(_line(post, names.get(str(post["user_id"]), "")) for post in chosen)


def _line(post: Json, name: str) -> Line:
    user = str(post["user_id"])
    return Line(str(post["id"]), user, name.removeprefix("@") or user, _moment(post["create_at"]), str(post["message"]))


def _moment(millis: Any) -> datetime:  # Any: Mattermost's number
    return datetime.fromtimestamp(int(millis or 0) / 1000, UTC)
