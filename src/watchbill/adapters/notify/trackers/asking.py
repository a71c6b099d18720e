"""Asks a tracker's API: JSON there and back, and every failure as one exception that says whether to try again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.judging import excerpt, judge_error, judge_status
from watchbill.adapters.notify.providers.api import endpoint, json_body
from watchbill.oncall.model import Outcome, Receipt

__all__ = ["Api", "AskError"]

Json = Any  # Any: JSON
_SECONDS = 5.0  # for each request; a meeting makes at most four within its lease
_MOST = 1 << 20  # bytes of an answer


class AskError(Exception):
    """The tracker did not do what it was asked; `receipt` says whether it is worth trying again."""

    def __init__(self, receipt: Receipt) -> None:
        super().__init__(receipt.answer)
        self.receipt = receipt


class Api:
    """One tracker's API. `secret` is in the headers and never in what is said about a failure."""

    def __init__(self, caller: HttpCaller, base: str, headers: Mapping[str, str], seconds: float = _SECONDS) -> None:
        endpoint(base)  # an address that is none is refused when the file is read
        self._caller = caller
        self._base = base
        self._headers = headers
        self._seconds = seconds

    def ask(
        self, method: str, path: str, at: datetime, body: Json = None, query: Mapping[str, str] | None = None
    ) -> Json:
        """The answer's JSON; None where it has none. Raises AskError."""
        to = endpoint(self._base, path + (f"?{urlencode(query)}" if query else ""))
        sent = b"" if body is None else json_body(body)
        headers = {**self._headers, **({"Content-Type": "application/json"} if body is not None else {})}
        try:
            answer = self._caller.send(to, headers, sent, seconds=self._seconds, method=method, most=_MOST)
        except NotAllowedError as refused:
            raise AskError(Receipt(Outcome.PERMANENT, f"{to.shown}: {refused}")) from refused
        except AnswerError as wrong:
            raise AskError(Receipt(Outcome.TEMPORARY, f"{to.shown}: {wrong}")) from wrong
        except OSError as failed:
            raise AskError(judge_error(failed, to.shown)) from failed
        receipt = judge_status(answer.status, excerpt(answer.body), answer.headers, at)
        if receipt.outcome is not Outcome.DELIVERED:
            raise AskError(_limited(receipt, answer.headers, at))
        try:
            return msgspec.json.decode(answer.body) if answer.body else None
        except msgspec.DecodeError as wrong:
            raise AskError(Receipt(Outcome.TEMPORARY, f"{to.shown}: the answer is no JSON: {wrong}")) from wrong


def _limited(receipt: Receipt, headers: Mapping[str, str], at: datetime) -> Receipt:
    """GitHub says 403 where its rate limit is spent, and when it begins anew: that passes."""
    reset = headers.get("x-ratelimit-reset", "")
    if receipt.code in {403, 429} and headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        wait = max(1.0, int(reset) - at.timestamp())
        return Receipt(Outcome.TEMPORARY, receipt.answer, receipt.code, wait)
    return receipt
