"""The webhook channel: one POST of JSON to an address of the person's, signed, guarded, within ten seconds in all."""

import json
import zlib
from collections.abc import Callable

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.signing import headers
from watchbill.adapters.notify.weburl import read_address
from watchbill.kernel.instants import to_text
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["TOTAL_S", "WebhookChannel"]

TOTAL_S = 10.0
_LANES = 8


class WebhookChannel:
    """Posts pages; what it sends is described in docs/how-to/page-by-mail-and-webhook.md. `key` signs; asked when needed."""

    name = "webhook"

    def __init__(self, caller: HttpCaller, fence: Fence, key: Callable[[], bytes]) -> None:
        self._caller = caller
        self._fence = fence
        self._key = key

    def refusal(self, address: str) -> str | None:
        """Why this address cannot be used: unreadable, or it spells an internal address."""
        found = read_address(address, self._fence)
        return found if isinstance(found, str) else None

    def lane(self, address: str) -> str:
        """One of eight lanes by host: a receiver that hangs delays those few that share its lane, not all."""
        to = read_address(address, self._fence)
        host = "" if isinstance(to, str) else to.host
        return f"webhook-{zlib.crc32(host.encode()) % _LANES}"

    def send(self, outgoing: Outgoing) -> Receipt:
        """Post it. A redirect, an internal address and a wrong certificate fail for good."""
        to = read_address(outgoing.address, self._fence)
        if isinstance(to, str):
            return Receipt(Outcome.PERMANENT, f"the address is refused: {to}")
        body = _body(outgoing)
        signed = headers(self._key(), outgoing.delivery, int(outgoing.at.timestamp()), body)
        try:
            answer = self._caller.post(to, {"Content-Type": "application/json", **signed}, body, seconds=TOTAL_S)
        except NotAllowedError as refused:
            return Receipt(Outcome.PERMANENT, f"{to.shown}: {refused}")
        except AnswerError as wrong:
            return Receipt(Outcome.TEMPORARY, f"{to.shown}: {wrong}")
        except OSError as wrong:
            return judge_error(wrong, to.shown)
        return judge_status(answer.status, excerpt(answer.body), answer.headers, outgoing.at)


def _body(outgoing: Outgoing) -> bytes:
    """What machines read; the same for each attempt but for the attempt's number."""
    message = outgoing.message
    document = {
        "type": "page",
        "id": outgoing.delivery,
        "timestamp": to_text(outgoing.at),
        "attempt": outgoing.attempt,
        "data": {**outgoing.facts, "text": message.text, "short": message.short, "subject": message.subject},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
