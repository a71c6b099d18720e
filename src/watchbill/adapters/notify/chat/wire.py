"""JSON requests to a chat's API, and answers as receipts or words."""

import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from watchbill.adapters.notify.http import Answer, AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.providers.api import endpoint, json_body
from watchbill.chat.model import Said
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unavailable
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["DONE", "Json", "SaidNoError", "Wire", "must", "spoken"]

TOTAL_S = 10.0
_MOST = 8 << 20  # a sync after a night away
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DONE = Receipt(Outcome.DELIVERED, "done")

Json = Any  # Any: whatever the provider answers


class SaidNoError(Exception):
    """The provider did not do it; `error` is its own code for why."""

    def __init__(self, receipt: Receipt, error: str = "") -> None:
        super().__init__(receipt.answer)
        self.receipt, self.error = receipt, error


class Wire:
    """One provider's API below one address. Safe to use from several threads."""

    def __init__(self, caller: HttpCaller, clock: Clock, base: str, headers: Mapping[str, str]) -> None:
        self._caller, self._clock, self._base, self._headers = caller, clock, base, headers
        endpoint(base)

    def ask(  # noqa: PLR0913 - a request's parts, each by its keyword
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = TOTAL_S,
        watch: Callable[[socket.socket], object] | None = None,
    ) -> tuple[Answer, Json]:
        """One request, and the JSON of its answer (None where it is none); raises SaidNoError where nobody answered."""
        to = endpoint(self._base, path)
        content = urlencode(form).encode() if form is not None else b"" if body is None else json_body(body)
        kind = _FORM if form is not None else _JSON
        every = {**kind, **self._headers, **(headers or {})}
        try:
            answer = self._caller.send(to, every, content, seconds=seconds, method=method, most=_MOST, watch=watch)
        except NotAllowedError as refused:
            raise SaidNoError(Receipt(Outcome.PERMANENT, f"{to.shown}: {refused}")) from refused
        except AnswerError as wrong:
            raise SaidNoError(Receipt(Outcome.TEMPORARY, f"{to.shown}: {wrong}")) from wrong
        except OSError as failed:
            raise SaidNoError(judge_error(failed, to.shown)) from failed
        try:
            return answer, msgspec.json.decode(answer.body) if answer.body else None
        except msgspec.DecodeError:
            return answer, None

    def judge(self, answer: Answer) -> Receipt:
        """What the answer means by its status."""
        return judge_status(answer.status, excerpt(answer.body), answer.headers, self._clock.now())

    @property
    def tls(self) -> Any:  # Any: an SSLContext, or None over plain HTTP
        """What a WebSocket to the same provider believes."""
        return self._caller.tls if self._base.startswith("https:") else None


def spoken(act: Callable[[Said], Receipt], said: Said) -> Receipt:
    """Do it; a no is a receipt like any other."""
    try:
        return act(said)
    except SaidNoError as no:
        return no.receipt


def must(act: Callable[[], Json], provider: str) -> Json:
    """An answer that listening cannot do without; raises Unavailable with the provider's words."""
    try:
        return act()
    except SaidNoError as no:
        raise Unavailable(f"{provider}: {no.receipt.answer}", retry_after_s=int(no.receipt.retry_after_s or 1)) from no
