"""The push channel: one sealed message to one browser, through the push service that the browser named.

The address of a delivery is the id of a device; what reaches it is looked up when it is sent, so that a device that its
owner has removed meanwhile gets nothing. A service that says 404 or 410 has forgotten the device for good.
"""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import Answer, HttpCaller
from watchbill.adapters.notify.providers.api import ApiChannel, Call, cut
from watchbill.adapters.notify.weburl import WebAddress, read_address
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Device, Outcome, Outgoing, Receipt

if TYPE_CHECKING:
    from watchbill.adapters.notify.push.vapid import Vapid

__all__ = ["NOBODY", "PushChannel", "payload"]

NOBODY = "no browser takes pages for this person: open /me/contacts on the phone and turn on push"
_LIFE_S = {
    True: 3_600,
    False: 86_400,
}  # how long the service keeps it for a phone that is off; a page of yesterday helps nobody
_TITLE, _BODY = 150, 900
_FORGOTTEN = {404, 410}
_TOPIC = 32


class PushChannel(ApiChannel):
    """Web push. `vapid` is asked when needed; `find` says which device an id means, and is asked in the sending thread."""

    name = "push"

    def __init__(
        self, caller: HttpCaller, fence: Fence, vapid: Callable[[], "Vapid"], find: Callable[[str], Device | None]
    ) -> None:
        super().__init__(caller)
        self._fence = fence
        self._vapid = vapid
        self._find = find

    def refusal(self, address: str) -> str | None:
        """An empty one stands for a person without a device."""
        return None if address else NOBODY

    def lane(self, address: str) -> str:
        """One of four: push services are few and quick, and one that hangs must not hold all devices."""
        return f"push-{hashlib.sha256(address.encode()).digest()[0] % 4}"

    def call(self, outgoing: Outgoing) -> Call:
        """The message, sealed for the device."""
        from watchbill.adapters.notify.push.sealing import (  # slow to import, and most commands push nothing
            Reader,
            seal,
        )

        device = self._find(outgoing.address)
        if device is None or device.gone_at is not None:
            raise Invalid("device", "was removed by its owner")
        to = read_address(device.endpoint, self._fence)
        if isinstance(to, str):
            raise Invalid("endpoint", to)
        headers = {
            "Authorization": self._vapid().header(_origin(to), outgoing.at),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_LIFE_S[outgoing.urgent]),
            "Urgency": "high" if outgoing.urgent else "normal",
            # A second attempt takes the place of the first one where the phone has not fetched that yet.
            "Topic": hashlib.sha256(outgoing.delivery.encode()).hexdigest()[:_TOPIC],
        }
        return Call(to, seal(payload(outgoing), Reader.parse(device.key, device.auth)), headers)

    def judge(self, answer: Answer, outgoing: Outgoing) -> Receipt:
        """As by its status; a device that the service has forgotten is said in words."""
        if answer.status in _FORGOTTEN:
            words = f"HTTP {answer.status}: the push service does not know this device any more"
            return Receipt(Outcome.PERMANENT, words, answer.status)
        return super().judge(answer, outgoing)


def _origin(to: WebAddress) -> str:
    return f"{to.scheme}://{to.authority}"


def payload(outgoing: Outgoing) -> bytes:
    """What the service worker shows; `tag` lets a repeat replace the first. A text that does not fit is cut, never refused."""
    from watchbill.adapters.notify.push.sealing import MOST

    facts, length = outgoing.facts, _BODY
    while True:
        content = {
            "title": cut(outgoing.message.subject, _TITLE),
            "body": cut(str(facts.get("sentence", "")), length),
            "path": "/p/" + outgoing.link.rpartition("/p/")[2],
            "tag": outgoing.delivery,
            "urgent": outgoing.urgent,
            "answers": outgoing.urgent and not facts.get("is_notice"),
            "at": int(outgoing.at.timestamp() * 1000),
        }
        body = msgspec.json.encode(content)
        if len(body) <= MOST or length == 1:
            return body
        length = max(1, length // 2)
