"""The web channel: a page appears at once in every browser that is open on the Now page.

The page itself is in the store and shown there in any case; the board only says "look now" to those who are watching.
"""

import threading
from collections.abc import Callable

from watchbill.oncall.model import Outcome, Outgoing, Receipt

__all__ = ["PageBoard", "WebChannel"]

Listener = Callable[[Outgoing], None]


class PageBoard:
    """Who is watching in this process; listeners are called from sending threads and must be quick."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[int, Listener] = {}
        self._next = 0

    def watch(self, listener: Listener) -> Callable[[], None]:
        """Call the listener with each page until the returned function is called."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._listeners[number] = listener

        def leave() -> None:
            with self._lock:
                self._listeners.pop(number, None)

        return leave

    def show(self, outgoing: Outgoing) -> int:
        """Tell everybody who is watching; how many were told."""
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(outgoing)
        return len(listeners)


class WebChannel:
    """Shows pages on the board."""

    name = "web"

    def __init__(self, board: PageBoard) -> None:
        self._board = board

    def refusal(self, address: str) -> str | None:  # noqa: ARG002 - there is one web page
        """Any address is fine: the page is shown to whoever is logged in."""
        return None

    def lane(self, address: str) -> str:  # noqa: ARG002 - there is one web page
        """One."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Show it; the answer says how many browsers were open, so that nobody takes an empty room for a person."""
        seen = self._board.show(outgoing)
        return Receipt(Outcome.DELIVERED, f"on the web page; {seen} {'browser' if seen == 1 else 'browsers'} open")
