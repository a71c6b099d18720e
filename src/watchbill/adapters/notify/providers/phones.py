"""Phones: SMS and voice calls over Twilio or a compatible provider, and pushes over ntfy and Pushover."""

from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers.api import ApiChannel, Call, cut, endpoint, json_body
from watchbill.adapters.notify.providers.secrets import basic
from watchbill.oncall.model import Outgoing

__all__ = ["NtfyChannel", "PushoverChannel", "SmsChannel", "VoiceChannel"]

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_TWILIO = "https://api.twilio.com"
_SMS_LENGTH, _SPOKEN_LENGTH, _PUSHOVER_LENGTH, _NTFY_LENGTH = 640, 600, 1_000, 3_500
_URGENT, _USUAL = 5, 3  # ntfy: max goes through "do not disturb"
_EMERGENCY, _HIGH = 2, 1  # Pushover: 2 repeats until somebody confirms
_RETRY_S, _EXPIRE_S = 60, 1_800


class _Twilio(ApiChannel):
    """Both of Twilio's channels: addresses are numbers in E.164."""

    resource: str

    def __init__(self, caller: HttpCaller, *, account: str, token: str, number: str, url: str = _TWILIO) -> None:
        super().__init__(caller)
        self._from = number
        self._headers = {**_FORM, "Authorization": basic(account, token)}
        self._to = endpoint(url, f"/2010-04-01/Accounts/{account}/{self.resource}.json")

    def refusal(self, address: str) -> str | None:
        """A number as providers take it."""
        digits = address.removeprefix("+")
        good = address.startswith("+") and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15  # noqa: PLR2004 - E.164
        return None if good else "is not a number in international form (+33612345678)"

    def _post(self, fields: dict[str, str]) -> Call:
        return Call(self._to, urlencode(fields).encode(), self._headers)


class SmsChannel(_Twilio):
    """One text message: the line for narrow channels, with the link."""

    name, resource = "sms", "Messages"

    def call(self, outgoing: Outgoing) -> Call:
        """The message."""
        text = cut(outgoing.message.short, _SMS_LENGTH)
        body = text if outgoing.link in text else f"{cut(text, _SMS_LENGTH - len(outgoing.link) - 1)} {outgoing.link}"
        return self._post({"From": self._from, "To": outgoing.address, "Body": body})


class VoiceChannel(_Twilio):
    """A call that says what broke; 1 acknowledges, 2 calls the next in line. The answer comes to /hooks/voice."""

    name, resource = "voice", "Calls"

    def call(self, outgoing: Outgoing) -> Call:
        """The call, with what is said in it."""
        base, _, token = outgoing.link.rpartition("/p/")
        action = quoteattr(f"{base}/hooks/voice/{token}")
        spoken = escape(cut(_spoken(outgoing), _SPOKEN_LENGTH))
        choice = "Press 1 to acknowledge. Press 2 to call the next in line."
        gather = f'<Gather numDigits="1" timeout="10" method="POST" action={action}><Say>{spoken}</Say><Say>{choice}</Say></Gather>'
        twiml = f"<Response>{gather * 2}<Say>Nobody answered. Good bye.</Say></Response>"
        return self._post({"From": self._from, "To": outgoing.address, "Twiml": twiml})


class NtfyChannel(ApiChannel):
    """A push over ntfy. Addresses: a topic."""

    name = "ntfy"

    def __init__(self, caller: HttpCaller, *, url: str = "https://ntfy.sh", token: str = "") -> None:
        super().__init__(caller)
        self._to = endpoint(url)
        self._headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def call(self, outgoing: Outgoing) -> Call:
        """The push; urgent ones go through "do not disturb"."""
        body = {
            "topic": outgoing.address,
            "title": cut(outgoing.message.subject, 250),
            "message": cut(outgoing.message.text, _NTFY_LENGTH),
            "priority": _URGENT if outgoing.urgent else _USUAL,
            "click": outgoing.link,
            "actions": [{"action": "view", "label": "Acknowledge", "url": outgoing.link}],
        }
        return Call(self._to, json_body(body), self._headers)


class PushoverChannel(ApiChannel):
    """A push over Pushover. Addresses: a user's or a group's key."""

    name = "pushover"

    def __init__(self, caller: HttpCaller, *, token: str, url: str = "https://api.pushover.net") -> None:
        super().__init__(caller)
        self._token, self._to = token, endpoint(url, "/1/messages.json")

    def call(self, outgoing: Outgoing) -> Call:
        """The push; urgent ones repeat every minute until they are confirmed, for half an hour."""
        fields = {
            "token": self._token,
            "user": outgoing.address,
            "title": cut(outgoing.message.subject, 250),
            "message": cut(outgoing.message.text, _PUSHOVER_LENGTH),
            "url": outgoing.link,
            "url_title": "Acknowledge",
            "priority": str(_EMERGENCY if outgoing.urgent else _HIGH),
        }
        if outgoing.urgent:
            fields |= {"retry": str(_RETRY_S), "expire": str(_EXPIRE_S)}
        return Call(self._to, urlencode(fields).encode(), _FORM)


def _spoken(outgoing: Outgoing) -> str:
    facts = outgoing.facts
    if code := facts.get("code"):
        return f"Watchbill calls {outgoing.person}. {facts.get('title', '')} Your code is {', '.join(str(code))}."
    return f"Watchbill calls {outgoing.person}. {facts.get('severity', '')}. {facts.get('title', '')}. {facts.get('sentence', '')}"
