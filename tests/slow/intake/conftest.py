"""A real server whose doors vendors' own clients knock on, over plain HTTP and over TLS."""

import contextlib
import http.client
import http.server
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.resources.files import SourceFile
from watchbill.alerts.model import Alert
from watchbill.alerts.ports import AlertQuery
from watchbill.config import Config
from watchbill.entrypoints.server import Server
from watchbill.people.model import Actor, Role

OWNER = Actor("owner", Role.ADMIN, "cli")
HOUSE = """
person: {name: ann, email: ann@shop.test}
---
escalation_policy: {name: default, steps: [{notify: ["person:ann"], wait: 30m}]}
---
service: {name: checkout, tier: critical}
---
integration: {name: tools, service: checkout}
"""


@dataclass
class House:
    """The server, and what it holds."""

    server: Server
    key: str

    @property
    def url(self) -> str:
        """Its address."""
        return self.server.address

    def alerts(self) -> list[Alert]:
        """All alerts, newest first, once everything that was accepted is folded."""
        self.server.app.wait_for_fold(5)
        with self.server.app.reading() as s:
            return list(s.alerts.list(AlertQuery(limit=200)))

    def until(self, holds: Callable[[], bool], *, within_s: float = 20) -> None:
        """Wait for something that happens behind our back."""
        give_up = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < give_up, "it did not happen in time"
            time.sleep(0.05)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A running server with somebody on call, whom only a fake world reaches."""
    server = Server(Config.load({}, data=tmp_path / "data", listen="127.0.0.1:0"))
    server.start()
    server.app.channels = FakeWorld()
    with server.app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)
        key = s.people.create_token("tools", Role.VIEWER, OWNER, integration="tools")[1]
    yield House(server, key)
    server.stop()


@dataclass
class TlsFront:
    """A TLS address before the server, and the context that trusts it."""

    url: str
    trust: ssl.SSLContext


@pytest.fixture
def tls(house: House) -> Iterator[TlsFront]:
    """What a reverse proxy does, by a certificate of our own authority."""
    authority = trustme.CA()
    inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(inside)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    target = urlsplit(house.url)
    assert target.port is not None
    with _forwarding(inside, target.port) as port:
        yield TlsFront(f"https://127.0.0.1:{port}", trust)


@contextlib.contextmanager
def _forwarding(context: ssl.SSLContext, port: int) -> Iterator[int]:
    """POST over TLS, handed on over plain HTTP."""

    class Front(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Hand it on."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as inner:
                inner.request("POST", self.path, body, {"Content-Type": self.headers["Content-Type"]})
                answer = inner.getresponse()
                content = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http.server.HTTPServer(("127.0.0.1", 0), Front) as front:
        front.socket = context.wrap_socket(front.socket, server_side=True)
        thread = threading.Thread(target=front.serve_forever)
        thread.start()
        yield front.server_address[1]
        front.shutdown()
        thread.join(10)
