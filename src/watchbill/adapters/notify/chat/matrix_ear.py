"""Hearing a Matrix homeserver: /sync from where we left off, so that nothing said meanwhile is missed."""

import contextlib
import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import msgspec

from watchbill.adapters.notify.chat.matrix import MatrixMouth
from watchbill.adapters.notify.chat.signs import sign_of_key
from watchbill.adapters.notify.chat.wire import Json, SaidNoError, must
from watchbill.chat.model import Command, Heard, Invited, Line, Provider, Reacted, Sign, Spoken

__all__ = ["MatrixEar"]

_WAIT_S = 20
_SPARE_S = 20  # for an answer after a night away
_THREAD = 200
_PREFIX = "!wb"
_X = Provider.MATRIX
_NOTHING: Json = {"types": []}
_FILTER = {
    "presence": _NOTHING,
    "account_data": _NOTHING,
    "room": {
        "timeline": {"types": ["m.room.message", "m.reaction"], "limit": 200},
        "state": _NOTHING,
        "ephemeral": _NOTHING,
        "account_data": _NOTHING,
    },
}


class MatrixEar:
    """chat.ports.Ear. The cursor is the homeserver's; without one only what comes from now on is heard."""

    name = "matrix"

    def __init__(self, mouth: MatrixMouth) -> None:
        self._mouth = mouth
        self._waiting: socket.socket | None = None
        self._stopped = False

    def hear(self, cursor: str | None) -> tuple[Sequence[Heard], str | None]:
        """What was said since, waiting for it up to twenty seconds."""
        self._stopped = False
        try:
            found = must(lambda: self._sync(cursor), "Matrix")
        except Exception:
            if self._stopped:
                return [], cursor
            raise
        finally:
            self._waiting = None
        heard = [] if cursor is None else list(self._heard(found))
        return heard, str(found["next_batch"])

    def answered(self, heard: Heard, reply: str) -> None:
        """Nothing is owed: replies are messages."""

    def interrupt(self) -> None:
        """Stop waiting."""
        self._stopped = True
        if (waiting := self._waiting) is not None:
            with contextlib.suppress(OSError):  # it ended by itself
                waiting.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Nothing is kept open between two syncs."""

    def _sync(self, cursor: str | None) -> Json:
        asked = {
            "filter": msgspec.json.encode(_FILTER).decode(),
            "timeout": str(0 if cursor is None else _WAIT_S * 1000),
        }
        if cursor is not None:
            asked["since"] = cursor
        answer, found = self._mouth.wire.ask(
            "GET", f"/_matrix/client/v3/sync?{urlencode(asked)}", seconds=_WAIT_S + _SPARE_S, watch=self._watch
        )
        receipt = self._mouth.wire.judge(answer)
        if found is None or "next_batch" not in found:
            raise SaidNoError(receipt)
        return found

    def _watch(self, waiting: socket.socket) -> None:
        self._waiting = waiting

    def _heard(self, found: Json) -> Iterator[Heard]:
        me, rooms = str(must(lambda: self._mouth.me, "Matrix")), found.get("rooms") or {}
        for room, invited in (rooms.get("invite") or {}).items():
            if (heard := _invited(room, invited, me)) is not None:
                yield heard
        for room, joined in (rooms.get("join") or {}).items():
            for event in (joined.get("timeline") or {}).get("events") or []:
                if event.get("sender") == me:
                    continue
                heard = self._reacted(room, event) if event.get("type") == "m.reaction" else _spoken(room, event)
                if heard is not None:
                    yield heard

    def _reacted(self, room: str, event: Json) -> Heard | None:
        relation = (event.get("content") or {}).get("m.relates_to") or {}
        sign = sign_of_key(str(relation.get("key", "")))
        if sign is None or not relation.get("event_id"):
            return None
        message = str(relation["event_id"])
        lines = self._lines(room, message) if sign is Sign.MARK else ()
        return Reacted(str(event["event_id"]), _X, room, str(event["sender"]), _moment(event), sign=sign, message=message, lines=lines)  # fmt: skip

    def _lines(self, room: str, message: str) -> tuple[Line, ...]:
        """The message, with its thread where it began one; nothing where it cannot be read."""
        try:
            first = self._mouth.call("GET", f"/rooms/{quote(room, safe='')}/event/{quote(message, safe='')}")
            answer, below = self._mouth.wire.ask(
                "GET",
                f"/_matrix/client/v1/rooms/{quote(room, safe='')}/relations/{quote(message, safe='')}/m.thread?limit={_THREAD}&dir=f",
            )
        except SaidNoError:
            return ()
        said = (below or {}).get("chunk") or [] if answer.status < 300 else []  # noqa: PLR2004 - the 2xx range
        return tuple(
            _line(event) for event in (first, *said) if event.get("type") == "m.room.message" and event.get("content")
        )


def _spoken(room: str, event: Json) -> Heard | None:
    content = event.get("content") or {}
    relation = content.get("m.relates_to") or {}
    if (
        event.get("type") != "m.room.message"
        or content.get("msgtype") != "m.text"
        or relation.get("rel_type") == "m.replace"
    ):
        return None
    line = _line(event)
    first, _, rest = line.text.partition(" ")
    if first == _PREFIX:
        mentions = tuple(str(one) for one in (content.get("m.mentions") or {}).get("user_ids") or ())
        return Command(line.message, _X, room, line.user, line.at, text=rest, mentions=mentions, message=line.message)
    if relation.get("rel_type") == "m.thread":
        return Spoken(line.message, _X, room, line.user, line.at, thread=str(relation.get("event_id")), line=line)
    return None


def _invited(room: str, invited: Json, me: str) -> Heard | None:
    """Who asks, when they are of our own homeserver: strangers of the federation are not followed."""
    events = (invited.get("invite_state") or {}).get("events") or []
    asked = [one for one in events if one.get("type") == "m.room.member" and one.get("state_key") == me]
    sender = str(asked[-1].get("sender", "")) if asked else ""
    if sender.partition(":")[2] != me.partition(":")[2]:
        return None
    return Invited(
        f"invite/{room}/{asked[-1].get('event_id', sender)}", _X, room, sender, datetime.fromtimestamp(0, UTC)
    )


def _line(event: Json) -> Line:
    body = str((event.get("content") or {}).get("body", ""))
    return Line(str(event["event_id"]), str(event["sender"]), str(event["sender"]), _moment(event), body)


def _moment(event: Json) -> datetime:
    return datetime.fromtimestamp(int(event.get("origin_server_ts", 0)) / 1000, UTC)
