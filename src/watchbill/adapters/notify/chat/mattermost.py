"""Speaking to Mattermost: the REST API v4 as a bot."""

from collections.abc import Callable
from functools import cached_property
from urllib.parse import quote

from watchbill.adapters.notify.chat.slack import taken
from watchbill.adapters.notify.chat.wire import DONE, Json, SaidNoError, Wire, spoken
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.chats import mattermost_actions, mattermost_text
from watchbill.chat.model import Act, Said
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Invalid, Unavailable
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["MattermostMouth"]

_EXISTS = "store.sql_channel.save_channel.exists.app_error"
_FAULTY = 400


class MattermostMouth:
    """chat.ports.Mouth. `team` is the name of the team in which rooms are made; `public_url` is where its server reaches us."""

    name = "mattermost"

    def __init__(
        self,
        caller: HttpCaller,
        clock: Clock,
        *,
        url: str,
        token: str,
        team: str = "",
        public_url: Callable[[], str],
    ) -> None:
        self.wire = Wire(caller, clock, url, {"Authorization": f"Bearer {token}"})
        self.url, self.token, self._team, self._public_url = url, token, team, public_url

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
            Act.REPLY: self._say,
        }
        act = acts.get(said.post.act)
        return DONE if act is None else spoken(act, said)

    def check(self) -> str:
        """The bot's name, and the team where rooms are made."""
        try:
            found = self.call("GET", "/users/me")
            where = f" in {self._team}" if self._team and self._team_id else ""
        except SaidNoError as no:
            if no.receipt.outcome is Outcome.TEMPORARY:
                raise Unavailable(no.receipt.answer) from no
            raise Invalid("mattermost", no.receipt.answer, hint="docs/how-to/mattermost.md") from no
        return f"@{found.get('username')}{where}"

    @cached_property
    def me(self) -> str:
        """The bot's own user id."""
        return str(self.call("GET", "/users/me")["id"])

    def call(self, method: str, path: str, body: Json = None) -> Json:
        """One request below /api/v4; raises SaidNoError with Mattermost's own id of what is wrong."""
        answer, found = self.wire.ask(method, f"/api/v4{path}", body)
        receipt = self.wire.judge(answer)
        if receipt.outcome is not Outcome.DELIVERED:
            raise SaidNoError(receipt, str(found.get("id", "")) if isinstance(found, dict) else "")
        return found

    @cached_property
    def _team_id(self) -> str:
        return str(self.call("GET", f"/teams/name/{quote(self._team, safe='')}")["id"])

    def _open(self, said: Said) -> Receipt:
        purpose = f"{said.text[:200]} ({said.incident})"
        body = {"team_id": self._team_id, "name": said.name, "display_name": said.name, "purpose": purpose, "type": "O"}
        try:
            made = self.call("POST", "/channels", body)
        except SaidNoError as no:
            if no.error != _EXISTS:
                raise
            made = self.call("GET", f"/teams/{self._team_id}/channels/name/{quote(said.name, safe='')}")
            if said.incident not in str(made.get("purpose", "")):
                return taken(said.name)
        return Receipt(Outcome.DELIVERED, f"~{said.name}", message=str(made["id"]))

    def _topic(self, said: Said) -> Receipt:
        self.call("PUT", f"/channels/{said.room}/patch", {"header": mattermost_text(said.text)})
        return DONE

    def _invite(self, said: Said) -> Receipt:
        """Each by itself: one who is not in the team keeps nobody else out."""
        refused = []
        for user in said.users:
            try:
                self.call("POST", f"/channels/{said.room}/members", {"user_id": user})
            except SaidNoError as no:
                if no.receipt.outcome is Outcome.TEMPORARY:
                    raise
                refused.append(f"{user}: {no.receipt.answer}")
        return Receipt(Outcome.PERMANENT, "; ".join(refused), _FAULTY) if refused else DONE

    def _summary(self, said: Said) -> Receipt:
        if said.message:
            self.call("PUT", f"/posts/{said.message}/patch", {"message": mattermost_text(said.text)})
            return DONE
        return self._say(said)

    def _pin(self, said: Said) -> Receipt:
        self.call("POST", f"/posts/{said.message}/pin")
        return DONE

    def _say(self, said: Said) -> Receipt:
        body = {"channel_id": said.room, "message": mattermost_text(said.text)}
        if said.post.act is Act.REPLY and said.message:
            body["root_id"] = said.message
        made = self.call("POST", "/posts", body)
        return Receipt(Outcome.DELIVERED, "posted", message=str(made["id"]))

    def _page(self, said: Said) -> Receipt:
        buttons = [(one.answer, one.words) for one in said.buttons]
        props = mattermost_actions(self._public_url(), self.token, said.delivery, buttons)
        self.call("PUT", f"/posts/{said.message}/patch", {"message": mattermost_text(said.text), "props": props})
        return DONE
