"""What all providers' APIs have in common: one request, one deadline, one way to judge the answer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import msgspec

from watchbill.adapters.notify.http import Answer, AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.weburl import WebAddress
from watchbill.kernel.errors import Invalid
from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["TOTAL_S", "ApiChannel", "Call", "cut", "endpoint", "json_body"]

TOTAL_S = 10.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider."""

    to: WebAddress
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"


class ApiChannel(ABC):
    """A channel over a provider's API. What a provider answers is a receipt, never an exception."""

    name: str

    def __init__(self, caller: HttpCaller) -> None:
        self._caller = caller

    @abstractmethod
    def call(self, outgoing: Outgoing) -> Call:
        """The request that hands the delivery over; raises Invalid for an address that cannot be one."""

    def judge(self, answer: Answer, outgoing: Outgoing) -> Receipt:
        """What the answer means; by its HTTP status where the provider does not say it otherwise."""
        return judge_status(answer.status, excerpt(answer.body), answer.headers, outgoing.at)

    def refusal(self, address: str) -> str | None:
        """Why this address cannot be used."""
        return None if address.strip() else "is empty"

    def lane(self, address: str) -> str:  # noqa: ARG002 - a provider is one lane, whomever it reaches
        """One a provider: one that hangs delays nobody else's pages."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """One request within ten seconds."""
        if refused := self.refusal(outgoing.address):
            return Receipt(Outcome.PERMANENT, f"the address {refused}")
        try:
            made = self.call(outgoing)
        except Invalid as wrong:
            return Receipt(Outcome.PERMANENT, str(wrong))
        try:
            answer = self._caller.send(made.to, made.headers, made.body, seconds=TOTAL_S, method=made.method)
        except NotAllowedError as refused_by_fence:
            return Receipt(Outcome.PERMANENT, f"{made.to.shown}: {refused_by_fence}")
        except AnswerError as wrong_answer:
            return Receipt(Outcome.TEMPORARY, f"{made.to.shown}: {wrong_answer}")
        except OSError as failed:
            return judge_error(failed, made.to.shown)
        return self.judge(answer, outgoing)


def endpoint(base: str, path: str = "") -> WebAddress:
    """An address below a base that the operator set; raises Invalid for one that is none."""
    parts = urlsplit(base)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in _PORTS or not parts.hostname or port == -1 or "@" in parts.netloc:
        raise Invalid("url", f"{base!r} is not a web address", hint="write https://HOST")
    return WebAddress(
        parts.scheme, parts.hostname, port or _PORTS[parts.scheme], f"{parts.path.rstrip('/')}{path}" or "/"
    )


def json_body(content: object) -> bytes:
    """JSON as bytes."""
    return msgspec.json.encode(content)


def cut(text: str, most: int) -> str:
    """The text, at most so long, with a mark where it was cut."""
    return text if len(text) <= most else text[: most - 1] + "…"
