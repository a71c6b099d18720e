"""Speaking to a Matrix homeserver: the client-server API v3. Every write has a transaction id, so that a repeated one happens once."""

from functools import cached_property
from urllib.parse import quote

from watchbill.adapters.notify.chat.signs import CHECK, EYES
from watchbill.adapters.notify.chat.slack import taken
from watchbill.adapters.notify.chat.wire import DONE, Json, SaidNoError, Wire, spoken
from watchbill.adapters.notify.http import HttpCaller
from watchbill.chat.model import Act, Said
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["MatrixMouth"]

_V3 = "/_matrix/client/v3"
_INCIDENT = "watchbill.incident"  # the state event that says whose room it is


class MatrixMouth:
    """chat.ports.Mouth, as a user of the homeserver at `url`."""

    name = "matrix"

    def __init__(self, caller: HttpCaller, clock: Clock, *, url: str, token: str) -> None:
        self.wire = Wire(caller, clock, url, {"Authorization": f"Bearer {token}"})

    def perform(self, said: Said) -> Receipt:
        """Do it."""
        acts = {
            Act.OPEN: self._open,
            Act.TOPIC: self._topic,
            Act.INVITE: self._invite,
            Act.SUMMARY: self._summary,
            Act.PIN: self._pin,
            Act.SAY: self._say,
            Act.PAGE: self._page,
            Act.SIGNS: self._signs,
            Act.REPLY: self._reply,
            Act.JOIN: self._join,
        }
        return spoken(acts[said.post.act], said)

    def check(self) -> str:
        """The user as whom we speak."""
        try:
            return self.me
        except SaidNoError as no:
            if no.receipt.outcome is Outcome.TEMPORARY:
                raise Unavailable(no.receipt.answer) from no
            raise Invalid("matrix", no.receipt.answer, hint="docs/how-to/matrix.md") from no

    @cached_property
    def me(self) -> str:
        """`@watchbill:example.org`."""
        return str(self.call("GET", "/account/whoami")["user_id"])

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """One request; raises SaidNoError with the errcode."""
        answer, found = self.wire.ask(method, f"{_V3}{path}", body)
        receipt = self.wire.judge(answer)
        if receipt.outcome is not Outcome.DELIVERED:
            raise SaidNoError(receipt, str(found.get("errcode", "")) if isinstance(found, dict) else "")
        return found

    def _open(self, said: Said) -> Receipt:
        body = {
            "room_alias_name": said.name,
            "name": said.name,
            "topic": said.text,
            "preset": "private_chat",
            "initial_state": [{"type": _INCIDENT, "state_key": "", "content": {"incident": said.incident}}],
        }
        try:
            made = str(self.call("POST", "/createRoom", body)["room_id"])
        except SaidNoError as no:
            if no.error != "M_ROOM_IN_USE":
                raise
            found = self._named(said)
            if found is None:
                return taken(said.name)
            made = found
        return Receipt(Outcome.DELIVERED, f"#{said.name}", message=made)

    def _named(self, said: Said) -> str | None:
        """The room of that name, if an earlier attempt made it for this incident."""
        alias = f"#{said.name}:{self.me.partition(':')[2]}"
        try:
            room = str(self.call("GET", f"/directory/room/{quote(alias, safe='')}")["room_id"])
            kept = self.call("GET", f"/rooms/{quote(room, safe='')}/state/{_INCIDENT}/")
        except SaidNoError as no:
            if no.receipt.outcome is Outcome.TEMPORARY:
                raise
            return None
        return room if kept.get("incident") == said.incident else None

    def _topic(self, said: Said) -> Receipt:
        self.call("PUT", f"{_room(said)}/state/m.room.topic/", {"topic": said.text})
        return DONE

    def _invite(self, said: Said) -> Receipt:
        """Each by itself. Whoever is there already cannot be invited (M_FORBIDDEN), which is fine."""
        refused = []
        for user in said.users:
            try:
                self.call("POST", f"{_room(said)}/invite", {"user_id": user})
            except SaidNoError as no:
                if no.receipt.outcome is Outcome.TEMPORARY:
                    raise
                if not self._is_in(said, user):
                    refused.append(f"{user}: {no.receipt.answer}")
        return Receipt(Outcome.PERMANENT, "; ".join(refused)) if refused else DONE

    def _is_in(self, said: Said, user: str) -> bool:
        try:
            found = self.call("GET", f"{_room(said)}/state/m.room.member/{quote(user, safe='')}")
        except SaidNoError:
            return False
        return found.get("membership") in {"join", "invite"}

    def _summary(self, said: Said) -> Receipt:
        return self._send(said, _edit(said) if said.message else _notice(said.text))

    def _pin(self, said: Said) -> Receipt:
        self.call("PUT", f"{_room(said)}/state/m.room.pinned_events/", {"pinned": [said.message]})
        return DONE

    def _say(self, said: Said) -> Receipt:
        return self._send(said, _notice(said.text))

    def _page(self, said: Said) -> Receipt:
        return self._send(said, _edit(said))

    def _reply(self, said: Said) -> Receipt:
        relation = {"m.relates_to": {"m.in_reply_to": {"event_id": said.message}}} if said.message else {}
        return self._send(said, _notice(said.text) | relation)

    def _signs(self, said: Said) -> Receipt:
        """What can be tapped: eyes to take the page, a check mark to end it."""
        for name, key in (("take", EYES), ("done", CHECK)):
            relation = {"rel_type": "m.annotation", "event_id": said.message, "key": key}
            self.call("PUT", f"{_room(said)}/send/m.reaction/{_txn(said)}-{name}", {"m.relates_to": relation})
        return DONE

    def _join(self, said: Said) -> Receipt:
        self.call("POST", f"/join/{quote(said.room, safe='')}", {})
        return DONE

    def _send(self, said: Said, content: Json) -> Receipt:
        made = self.call("PUT", f"{_room(said)}/send/m.room.message/{_txn(said)}", content)
        return Receipt(Outcome.DELIVERED, "sent", message=str(made["event_id"]))


def _room(said: Said) -> str:
    return f"/rooms/{quote(said.room, safe='')}"


def _txn(said: Said) -> str:
    return quote(said.id, safe="")


def _notice(text: str) -> dict[str, object]:
    """A bot's message. That nobody is mentioned is said, so that `@room` in an alert calls nobody."""
    return {"msgtype": "m.notice", "body": text, "m.mentions": {}}


def _edit(said: Said) -> dict[str, object]:
    new = _notice(said.text)
    return {
        **_notice(f"* {said.text}"),
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": said.message},
    }
