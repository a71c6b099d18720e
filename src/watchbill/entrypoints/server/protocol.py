"""Deadlines and limits that uvicorn does not have: it keeps half-sent requests for ever and takes heads of any size.

A connection must send its request head within `header_timeout`, its body within `body_timeout`, and may open no more
than its share of connections. HTTP/0.9 and requests without exactly one Host are refused.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

__all__ = ["Limits", "protocol"]

_LINGER_S = 1.0


@dataclass(slots=True)
class Limits:
    """Seconds and counts; `addresses` counts open connections by peer."""

    header_s: float
    body_s: float
    head_bytes: int
    connections: int
    per_address: int
    exempt: frozenset[str] = frozenset()  # trusted proxies speak for many
    addresses: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def protocol(limits: Limits) -> type[HttpToolsProtocol]:
    """Uvicorn's protocol class with these limits."""

    class Limited(_LimitedProtocol):
        pass

    Limited.limits = limits
    return Limited


class _LimitedProtocol(HttpToolsProtocol):
    limits: Limits

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # Any: uvicorn's own arguments
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None
        self._head_bytes = 0
        self._in_head = True
        self._address = ""
        self._over = False
        self._unread = False  # whether a body is still being sent

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self._real = transport
        self.transport = cast("asyncio.Transport", _Lingering(transport, self._close))
        self._address = self.client[0] if self.client else ""
        if self._address and self._address not in self.limits.exempt:
            self.limits.addresses[self._address] += 1
            if self.limits.addresses[self._address] > self.limits.per_address:
                self._refuse(503, "too many connections from this address")
                return
        if len(self.connections) > self.limits.connections:
            self._refuse(503, "too many connections")
            return
        self._expect(self.limits.header_s, "the request head took too long")

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        if self._address and self._address not in self.limits.exempt:
            self.limits.addresses[self._address] -= 1
            if self.limits.addresses[self._address] <= 0:
                del self.limits.addresses[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._over:
            return
        if self._in_head:
            self._head_bytes += len(data)
            # A body may arrive together with its head; only a head that is still open after so much is too large.
        super().data_received(data)
        if self._in_head and self._head_bytes > self.limits.head_bytes and not self.transport.is_closing():
            self._refuse(431, "the request head is too large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        if self._deadline is None:
            self._expect(self.limits.header_s, "the request head took too long")

    def on_headers_complete(self) -> None:
        self._cancel()
        self._in_head, self._head_bytes, self._unread = False, 0, True
        fault = self._fault()
        if fault:
            self._refuse(*fault)
            return
        self._expect(self.limits.body_s, "the request body took too long")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._cancel()
        self._in_head, self._unread = True, False
        if not self._over:
            super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        if not self._over:
            super().on_body(body)

    def _fault(self) -> tuple[int, str] | None:
        if self.parser.get_http_version() not in {"1.0", "1.1"}:
            return 505, "HTTP/1.0 and HTTP/1.1 are spoken here"
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            return 400, "send exactly one Host header"
        if sum(len(name) + len(value) + 4 for name, value in self.headers) + len(self.url) > self.limits.head_bytes:
            return 431, "the request head is too large"
        return None

    def _expect(self, seconds: float, otherwise: str) -> None:
        self._cancel()
        self._deadline = self.loop.call_later(seconds, self._refuse, 408, otherwise)

    def _cancel(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int, reason: str) -> None:
        """Answer by hand and close: there is no request that could be handed to the application.

        Where an answer has begun already, only closing is left.
        """
        self._over = True
        self.limits.refused[str(status)] += 1
        self._cancel()
        cycle = getattr(self, "cycle", None)
        if cycle is None or cycle.response_complete or not cycle.response_started:
            title = HTTPStatus(status).phrase
            body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": reason}).encode()
            lines = [
                STATUS_LINE[status],
                b"content-type: application/problem+json\r\n",
                b"content-length: %d\r\n" % len(body),
                b"connection: close\r\n",
                b"retry-after: 1\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else b"",
                b"\r\n",
                body,
            ]
            self._real.write(b"".join(lines))
        self._unread = True
        self._close()

    def _close(self) -> None:
        """A close while the client still sends would reset the connection and could destroy the answer on its way.

        So it is told that nothing more comes, what it still sends is dropped, and the rest is closed a little later.
        """
        if not self._unread or self._real.is_closing():
            self._real.close()
            return
        self._over, self._unread = True, False
        self._real.resume_reading()
        if self._real.can_write_eof():
            self._real.write_eof()
        self.loop.call_later(_LINGER_S, self._real.close)


class _Lingering:
    """The transport as uvicorn sees it: everything passes on, but for its end."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self._transport = transport
        self.close = close

    def __getattr__(self, name: str) -> Any:  # Any: the transport's own attributes
        return getattr(self._transport, name)
