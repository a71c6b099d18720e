"""Calls the outside watcher: a dead-man's switch that raises the alarm when the calls stop (healthchecks.io and its kind)."""

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import AnswerError, HttpCaller, NotAllowedError
from watchbill.adapters.notify.weburl import WebAddress, read_address

__all__ = ["Beacon"]

TOTAL_S = 10.0
_REFUSED = 300  # this status and those above it; a redirect is not followed, so it has reached nobody


class Beacon:
    """The operator wrote the address into the settings, so it may lie anywhere, as the mail server may."""

    def __init__(self, url: str, caller: HttpCaller, fence: Fence) -> None:
        self._to = read_address(url, fence)
        self._caller = caller

    def call(self) -> str | None:
        """One GET, within ten seconds; why it did not arrive, or None. Never raises for what the network does."""
        to = self._to
        if not isinstance(to, WebAddress):
            return f"WATCHBILL_HEARTBEAT_URL {to}"
        try:
            answer = self._caller.send(to, {"User-Agent": "watchbill"}, b"", seconds=TOTAL_S, method="GET")
        except (NotAllowedError, AnswerError, OSError) as wrong:
            return f"{to.shown}: {str(wrong) or type(wrong).__name__}"
        return f"{to.shown}: HTTP {answer.status}" if answer.status >= _REFUSED else None
