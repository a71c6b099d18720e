"""A WebSocket, over the `websockets` package, which is loaded on the first connection."""

import importlib
from ssl import SSLContext
from typing import Any

from watchbill.kernel.errors import Unavailable

__all__ = ["Socket"]

_OPEN_S = 10
_MOST = 4 << 20


class Socket:
    """One connection: texts in and out. After it ended it only says so."""

    def __init__(self, connection: Any) -> None:  # Any: the package is loaded late
        self._connection = connection
        self.is_closed = False

    @classmethod
    def open(cls, url: str, *, tls: SSLContext | None, who: str) -> "Socket":
        """Connect; raises Unavailable with the reason, and never with the address, which may hold a ticket."""
        client = importlib.import_module("websockets.sync.client")
        failures = importlib.import_module("websockets.exceptions")
        given: dict[str, Any] = {"ssl": tls} if tls is not None else {}  # Any: options of different types
        try:
            return cls(client.connect(url, open_timeout=_OPEN_S, close_timeout=1, max_size=_MOST, proxy=None, **given))
        except (OSError, failures.WebSocketException) as wrong:
            raise Unavailable(f"{who}: no connection: {type(wrong).__name__}", retry_after_s=5) from wrong

    def receive(self, timeout_s: float) -> str | None:
        """The next text; None when none came in time, or none will come any more (`is_closed`)."""
        closed = importlib.import_module("websockets.exceptions").ConnectionClosed
        try:
            found = self._connection.recv(timeout=timeout_s)
        except TimeoutError:
            return None
        except (closed, OSError):
            self.is_closed = True
            return None
        return found if isinstance(found, str) else found.decode("utf-8", "replace")

    def send(self, text: str) -> None:
        """Send a text; what ended takes nothing: the other side tells again whatever was not acknowledged."""
        closed = importlib.import_module("websockets.exceptions").ConnectionClosed
        try:
            self._connection.send(text)
        except (closed, OSError):
            self.is_closed = True

    def close(self) -> None:
        """End it, from any thread."""
        self.is_closed = True
        self._connection.close()
