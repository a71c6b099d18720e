"""A provider on this machine that keeps what it is sent and answers as a test wants it to."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.providers import Callers
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.oncall.model import Message, Outgoing

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass
class Request:
    """What came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # Any: JSON
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Provider:
    """The ledger, and what is answered next; after that 200 with `usual`."""

    url: str = ""
    ledger: list[Request] = field(default_factory=list)
    script: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    usual: bytes = b'{"ok":true}'

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer the next request like this."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.append((status, named, body))


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Running."""
    state = Provider()

    class Handler(http.server.BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.ledger.append(Request(self.command, self.path, headers, body))
            status, more, content = state.script.pop(0) if state.script else (200, {}, state.usual)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = _serve  # noqa: N815 - http.server calls it by this name
        do_PUT = _serve  # noqa: N815 - as above

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield state
        server.shutdown()
        thread.join(10)


@pytest.fixture
def callers() -> Iterator[Callers]:
    """The operator's own addresses may be on this machine; what people write may not."""
    monotonic = SystemClock().monotonic
    fence = Fence()
    trusted, fenced = (
        HttpCaller(Fence(("0.0.0.0/0", "::/0")), monotonic=monotonic),
        HttpCaller(fence, monotonic=monotonic),
    )
    yield Callers(trusted, fenced, fence)
    trusted.close()
    fenced.close()


def outgoing(
    channel: str, address: str, *, urgent: bool = True, text: str = "checkout is losing 15 in 1,000"
) -> Outgoing:
    """A page on its way."""
    link = "https://wb.test/p/TOKEN"
    message = Message("P0 Checkout <fails>", f"{text}\n{link}\n", f"<p>{text}</p>", f"P0 Checkout {link}")
    return Outgoing(
        delivery=DeliveryId("dlv_1"),
        page=PageId("pag_1"),
        escalation=EscalationId("esc_1"),
        channel=channel,
        address=address,
        person="ann",
        attempt=1,
        at=AT,
        urgent=urgent,
        link=link,
        message=message,
        facts={"severity": "P0", "title": "Checkout fails", "sentence": text, "service": "checkout"},
    )
