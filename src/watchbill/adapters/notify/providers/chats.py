"""Chat: Slack, Mattermost, Matrix, Telegram, Microsoft Teams. Each message carries the link that acknowledges."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import quote

import msgspec

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import Answer, HttpCaller
from watchbill.adapters.notify.providers.api import ApiChannel, Call, cut, endpoint, json_body
from watchbill.adapters.notify.weburl import WebAddress, read_address
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = [
    "SLACK_PASSING",
    "MatrixChannel",
    "MattermostChannel",
    "SlackChannel",
    "TeamsChannel",
    "TelegramChannel",
    "action_proof",
    "mattermost_actions",
    "mattermost_text",
    "slack_blocks",
    "slack_text",
]

_JSON = {"Content-Type": "application/json; charset=utf-8"}
_SLACK_TEXT, _TELEGRAM_TEXT, _MATTERMOST_TEXT, _TEAMS_TEXT = 2_900, 4_000, 16_000, 16_000
_BUTTONS = (("ack", "Acknowledge"), ("escalate", "Call the next"), ("resolve", "Resolve"))
_EVERYBODY = re.compile(r"@(?=(?:channel|all|here)\b)", re.IGNORECASE)
# What Slack says in a 200 that is worth trying again.
SLACK_PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
}


class SlackChannel(ApiChannel):
    """chat.postMessage. Addresses: a channel (`C0123`, `#ops`) or a person (`U0123`)."""

    name = "slack"

    def __init__(
        self, caller: HttpCaller, *, token: str, url: str = "https://slack.com/api", app_token: str = ""
    ) -> None:
        super().__init__(caller)
        self._token, self._to = token, endpoint(url, "/chat.postMessage")
        self._hears = bool(app_token)

    def call(self, outgoing: Outgoing) -> Call:
        """Text for the notification, blocks with a button that opens the acknowledgement."""
        message = outgoing.message
        body = {
            "channel": outgoing.address,
            "text": cut(slack_text(message.short), _SLACK_TEXT),
            "unfurl_links": False,
            "blocks": slack_blocks(message.text, outgoing.delivery, _BUTTONS if self._hears else (), outgoing.link),
            "metadata": {"event_type": "watchbill_page", "event_payload": {"delivery": outgoing.delivery}},
        }  # fmt: skip
        return Call(self._to, json_body(body), {**_JSON, "Authorization": f"Bearer {self._token}"})

    def judge(self, answer: Answer, outgoing: Outgoing) -> Receipt:
        """Slack answers 200 to nearly everything and says in the body whether it did it."""
        receipt = super().judge(answer, outgoing)
        if receipt.outcome is not Outcome.DELIVERED:
            return receipt
        if b'"ok":true' in answer.body.replace(b" ", b""):
            return replace(receipt, message=_made(answer.body, "channel", "ts"))
        passing = any(word.encode() in answer.body for word in SLACK_PASSING)
        return Receipt(Outcome.TEMPORARY if passing else Outcome.PERMANENT, receipt.answer, receipt.code)


class MattermostChannel(ApiChannel):
    """POST /api/v4/posts as a bot. Addresses: the id of a channel."""

    name = "mattermost"

    def __init__(self, caller: HttpCaller, *, url: str, token: str, command_token: str = "") -> None:
        super().__init__(caller)
        self._to = endpoint(url, "/api/v4/posts")
        self._headers = {**_JSON, "Authorization": f"Bearer {token}"}
        self._token, self._hears = token, bool(command_token)

    def call(self, outgoing: Outgoing) -> Call:
        """Markdown with the link."""
        text = mattermost_text(cut(f"{outgoing.message.text}\n[Acknowledge]({outgoing.link})", _MATTERMOST_TEXT))
        props: dict[str, object] = {"watchbill_delivery": outgoing.delivery}
        if self._hears:
            base = outgoing.link.rpartition("/p/")[0]
            props |= mattermost_actions(base, self._token, outgoing.delivery, _BUTTONS)
        return Call(
            self._to, json_body({"channel_id": outgoing.address, "message": text, "props": props}), self._headers
        )

    def judge(self, answer: Answer, outgoing: Outgoing) -> Receipt:
        """With the id of the post, so that it can be changed."""
        receipt = super().judge(answer, outgoing)
        made = _made(answer.body, None, "id", outgoing.address) if receipt.outcome is Outcome.DELIVERED else None
        return replace(receipt, message=made)


class MatrixChannel(ApiChannel):
    """A message into a room of which the bot is a member. Repeating a delivery shows it once: its id is the transaction."""

    name = "matrix"

    def __init__(self, caller: HttpCaller, *, url: str, token: str) -> None:
        super().__init__(caller)
        self._url, self._token = url, token
        endpoint(url)

    def refusal(self, address: str) -> str | None:
        """Rooms are named by their id."""
        return None if address.startswith("!") and len(address) > 1 else "is not the id of a room (!abc:example.org)"

    def call(self, outgoing: Outgoing) -> Call:
        """Plain text and HTML, both with the link."""
        message = outgoing.message
        path = f"/_matrix/client/v3/rooms/{quote(outgoing.address, safe='')}/send/m.room.message/{outgoing.delivery}"
        body = {
            "msgtype": "m.text",
            "body": f"{message.text}\nAcknowledge: {outgoing.link}",
            "format": "org.matrix.custom.html",
            "formatted_body": f'{message.html}<p><a href="{escape(outgoing.link)}">Acknowledge</a></p>',
            "watchbill.delivery": outgoing.delivery,
        }
        headers = {**_JSON, "Authorization": f"Bearer {self._token}"}
        return Call(endpoint(self._url, path), json_body(body), headers, method="PUT")

    def judge(self, answer: Answer, outgoing: Outgoing) -> Receipt:
        """With the id of the event, so that it can be changed."""
        receipt = super().judge(answer, outgoing)
        made = _made(answer.body, None, "event_id", outgoing.address) if receipt.outcome is Outcome.DELIVERED else None
        return replace(receipt, message=made)


class TelegramChannel(ApiChannel):
    """sendMessage of a bot. Addresses: the id of a chat."""

    name = "telegram"

    def __init__(self, caller: HttpCaller, *, token: str, url: str = "https://api.telegram.org") -> None:
        super().__init__(caller)
        self._to = endpoint(url, f"/bot{token}/sendMessage")

    def call(self, outgoing: Outgoing) -> Call:
        """Plain text: nothing in an alert is markup."""
        keys = {"inline_keyboard": [[{"text": "Acknowledge", "url": outgoing.link}]]}
        text = cut(outgoing.message.text, _TELEGRAM_TEXT)
        return Call(self._to, json_body({"chat_id": outgoing.address, "text": text, "reply_markup": keys}), _JSON)


class TeamsChannel(ApiChannel):
    """An adaptive card to a workflow's webhook. Addresses: the workflow's URL, which the fence guards like any webhook's."""

    name = "teams"

    def __init__(self, fenced: HttpCaller, fence: Fence) -> None:
        super().__init__(fenced)
        self._fence = fence

    def refusal(self, address: str) -> str | None:
        """It has to be a web address that may be called."""
        found = read_address(address, self._fence)
        return found if isinstance(found, str) else None

    def call(self, outgoing: Outgoing) -> Call:
        """The card."""
        to = read_address(outgoing.address, self._fence)
        assert isinstance(to, WebAddress), "checked before"
        message = outgoing.message
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [
                {"type": "TextBlock", "size": "Large", "weight": "Bolder", "wrap": True, "text": cut(message.subject, 500)},
                {"type": "TextBlock", "wrap": True, "text": cut(message.text, _TEAMS_TEXT)},
            ],
            "actions": [{"type": "Action.OpenUrl", "title": "Acknowledge", "url": outgoing.link}],
        }  # fmt: skip
        attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        return Call(to, json_body({"type": "message", "attachments": [attachment]}), _JSON)


def slack_text(text: str) -> str:
    """Slack's three escapes; after them nothing in an alert calls a whole channel or hides a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def slack_blocks(
    text: str, delivery: str, buttons: Sequence[tuple[str, str]], link: str = ""
) -> list[dict[str, object]]:
    """The message as blocks: text, and what can be pressed. Without buttons the link is one; pressed ones say `wb-ANSWER`."""
    shown: dict[str, object] = {
        "type": "section",
        "text": {"type": "mrkdwn", "text": cut(slack_text(text), _SLACK_TEXT)},
    }
    elements = [
        _slack_button(words, danger=answer == "ack", action_id=f"wb-{answer}", value=delivery)
        for answer, words in buttons
    ]
    if link:
        elements.append(_slack_button("Open" if buttons else "Acknowledge", danger=not buttons, url=link))
    return [shown, {"type": "actions", "elements": elements}] if elements else [shown]


def _slack_button(words: str, *, danger: bool, **more: str) -> dict[str, object]:
    style = {"style": "danger"} if danger else {}
    return {"type": "button", "text": {"type": "plain_text", "text": words}, **style, **more}


def mattermost_text(text: str) -> str:
    """Words that call a whole channel are broken, so that nothing in an alert does."""
    return _EVERYBODY.sub("@\u200b", text)


def mattermost_actions(base: str, token: str, delivery: str, buttons: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Props with buttons; what Mattermost's server sends us back when one is pressed proves that it got it from us."""
    actions = [
        {
            "id": answer,
            "name": words,
            "style": "danger" if answer == "ack" else "default",
            "integration": {
                "url": f"{base}/hooks/mattermost/action",
                "context": {"delivery": delivery, "answer": answer, "proof": action_proof(token, delivery, answer)},
            },
        }
        for answer, words in buttons
    ]
    return {"attachments": [{"fallback": "Acknowledge", "actions": actions}] if actions else []}


def action_proof(token: str, delivery: str, answer: str) -> str:
    """An HMAC by the bot's token, which only Mattermost and we know; readers of the message never see it."""
    return hmac.new(token.encode(), f"watchbill action {delivery} {answer}".encode(), hashlib.sha256).hexdigest()


def _made(body: bytes, room: str | None, message: str, address: str = "") -> str | None:
    """`ROOM MESSAGE` of an answer; None where it does not say so."""
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(found, dict) or message not in found:
        return None
    return f"{found.get(room, '') if room else address} {found[message]}"
