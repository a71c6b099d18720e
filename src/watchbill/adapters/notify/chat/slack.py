"""Speaking to Slack: the Web API, as its documents say. Errors come in a 200, by name."""

import re

from watchbill.adapters.notify.chat.wire import DONE, Json, SaidNoError, Wire, spoken
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.chats import SLACK_PASSING, slack_blocks, slack_text
from watchbill.chat.model import Act, Said
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["SlackMouth", "taken"]

_TAKEN = 409
_PAGES = 50  # of a thousand channels each, when a name that is taken is looked up
_LONGEST = 3_500


def taken(name: str) -> Receipt:
    """Another room has that name."""
    return Receipt(Outcome.PERMANENT, f"another room is called {name!r}", _TAKEN)


class SlackMouth:
    """chat.ports.Mouth. `token` is the bot's."""

    name = "slack"

    def __init__(self, caller: HttpCaller, clock: Clock, *, token: str, url: str = "https://slack.com/api") -> None:
        self.wire = Wire(caller, clock, url, {"Authorization": f"Bearer {token}"})
        self._me: str | None = None

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
            Act.REPLY: self._reply,
        }
        act = acts.get(said.post.act)
        return DONE if act is None else spoken(act, said)

    def check(self) -> str:
        """auth.test: the bot's name and workspace."""
        try:
            found = self.call("auth.test", {})
        except SaidNoError as no:
            raise (Unavailable if no.receipt.outcome is Outcome.TEMPORARY else _refused)(no.receipt.answer) from no
        return f"@{found.get('user')} in {found.get('team')}"

    @property
    def me(self) -> str:
        """The bot's own user id."""
        if self._me is None:
            self._me = str(self.call("auth.test", {})["user_id"])
        return self._me

    def call(self, method: str, body: Json, *, token: str | None = None, form: bool = False) -> Json:
        """One method; raises SaidNoError. Methods that read take a form, those that write take JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        sent = {"form": body} if form else {"body": body}
        answer, found = self.wire.ask("POST", f"/{method}", headers=headers, **sent)
        receipt = self.wire.judge(answer)
        if receipt.outcome is not Outcome.DELIVERED:
            raise SaidNoError(receipt)
        if not isinstance(found, dict) or found.get("ok") is not True:
            error = str(found.get("error", "")) if isinstance(found, dict) else ""
            outcome = Outcome.TEMPORARY if error in SLACK_PASSING or not error else Outcome.PERMANENT
            needed = f" (scope {found['needed']})" if isinstance(found, dict) and found.get("needed") else ""
            raise SaidNoError(Receipt(outcome, f"{method}: {error or 'no JSON'}{needed}", answer.status), error)
        return found

    def _open(self, said: Said) -> Receipt:
        try:
            made = self.call("conversations.create", {"name": said.name, "is_private": False})["channel"]
        except SaidNoError as no:
            if no.error != "name_taken":
                raise
            found = self._named(said.name)
            if found is None or found.get("creator") != self.me:
                return taken(said.name)
            made = found  # made by an earlier attempt whose answer was lost
        return Receipt(Outcome.DELIVERED, f"#{said.name}", message=str(made["id"]))

    def _named(self, name: str) -> Json:
        cursor = ""
        for _ in range(_PAGES):
            asked = {"types": "public_channel", "exclude_archived": "true", "limit": "1000", "cursor": cursor}
            found = self.call("conversations.list", asked, form=True)
            for one in found["channels"]:
                if one["name"] == name:
                    return one
            cursor = found.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                return None
        return None

    def _topic(self, said: Said) -> Receipt:
        self.call("conversations.setTopic", {"channel": said.room, "topic": slack_text(said.text)[:250]})
        return DONE

    def _invite(self, said: Said) -> Receipt:
        try:
            self.call("conversations.invite", {"channel": said.room, "users": ",".join(said.users), "force": True})
        except SaidNoError as no:
            if no.error not in {"already_in_channel", "cant_invite_self"}:
                raise
        return DONE

    def _summary(self, said: Said) -> Receipt:
        if said.message:
            self.call("chat.update", {"channel": said.room, "ts": said.message, "text": _bounded(said.text)})
            return DONE
        return self._say(said)

    def _pin(self, said: Said) -> Receipt:
        try:
            self.call("pins.add", {"channel": said.room, "timestamp": said.message})
        except SaidNoError as no:
            if no.error != "already_pinned":
                raise
        return DONE

    def _say(self, said: Said) -> Receipt:
        body = {"channel": said.room, "text": _bounded(said.text), "unfurl_links": False, "unfurl_media": False}
        made = self.call("chat.postMessage", body)
        return Receipt(Outcome.DELIVERED, "posted", message=str(made["ts"]))

    def _page(self, said: Said) -> Receipt:
        blocks = slack_blocks(said.text, said.delivery, [(one.answer, one.words) for one in said.buttons])
        body = {"channel": said.room, "ts": said.message, "text": _bounded(said.name), "blocks": blocks}
        self.call("chat.update", body)
        return DONE

    def _reply(self, said: Said) -> Receipt:
        text = {"channel": said.room, "user": said.users[0], "text": _bounded(said.text)}
        self.call("chat.postEphemeral", text)
        return DONE


def _bounded(text: str) -> str:
    escaped = slack_text(text)
    if len(escaped) <= _LONGEST:
        return escaped
    return re.sub(r"&[a-z]{0,3}$", "", escaped[: _LONGEST - 1]) + "\N{HORIZONTAL ELLIPSIS}"


def _refused(answer: str) -> Invalid:
    return Invalid("slack", answer, hint="docs/how-to/slack.md names the scopes")
