"""The webhook channel against a real server: signed, guarded at the connect, never redirected, within its time."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from watchbill.adapters.notify.addresses import Fence
from watchbill.adapters.notify.http import HttpCaller
from watchbill.adapters.notify.http import resolve as by_system
from watchbill.adapters.notify.webhook import WebhookChannel
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.oncall.model import Message, Outcome, Outgoing

KEY = bytes(range(32))
CLOCK = SystemClock()
LOOPBACK = ["127.0.0.1/32"]
PUBLIC = "93.184.216.34"


class Receiver:
    """A web server on loopback that keeps what it was sent and answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: self.say(handler, 200)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.answer(self)

            def log_message(self, *_words: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def say(self, handler: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
        """Answer with that status, body and headers (`_` stands for a dash)."""
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A running receiver."""
    made = Receiver()
    yield made
    made.close()


def channel(allowed: list[str] | None = None, resolve: Callable[[str, int], list[str]] | None = None) -> WebhookChannel:
    """The channel; loopback is open to it unless told otherwise."""
    fence = Fence(LOOPBACK if allowed is None else allowed)
    caller = HttpCaller(fence, monotonic=CLOCK.monotonic, resolve=resolve or by_system)
    return WebhookChannel(caller, fence, lambda: KEY)


def page(address: str) -> Outgoing:
    """A page to that address."""
    at = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    message = Message("P0 checkout is down", "text", "<p>text</p>", "short \u2028 \r\n line")
    return Outgoing(
        DeliveryId("dlv_1"), PageId("pag_1"), EscalationId("esc_1"), "webhook", address, "ann", 2, at,
        urgent=True, link="https://x.test/p/1", message=message, facts={"title": "checkout\r\nX-Evil: 1"},
    )  # fmt: skip


def test_a_page_arrives_signed_with_its_delivery_id(receiver: Receiver) -> None:
    """The receiver can check that it is ours, and drop a repeat by its id."""
    receipt = channel().send(page(f"http://127.0.0.1:{receiver.port}/hook?token=1"))

    ((headers, body),) = receiver.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert receipt.outcome is Outcome.DELIVERED
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == "dlv_1"
    document = json.loads(body)
    assert (document["id"], document["attempt"], document["data"]["title"]) == ("dlv_1", 2, "checkout\r\nX-Evil: 1")
    assert "x-evil" not in headers


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """One request, and the failure stays: where it points to is told."""
    receiver.answer = lambda handler: receiver.say(handler, 302, Location="http://169.254.169.254/latest/meta-data")

    receipt = channel().send(page(f"http://127.0.0.1:{receiver.port}/"))

    assert receipt.outcome is Outcome.PERMANENT
    assert "are not followed" in receipt.answer
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("found", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]])
def test_a_name_that_resolves_inside_is_stopped_at_the_connect(receiver: Receiver, found: list[str]) -> None:
    """One internal address among the answers of the resolver forbids them all; nothing is connected to."""
    refused = channel([], lambda _host, _port: found)

    receipt = refused.send(page(f"http://rebind.example.org:{receiver.port}/"))

    assert receipt.outcome is Outcome.PERMANENT
    assert "internal or reserved" in receipt.answer
    assert receiver.requests == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(receiver: Receiver) -> None:
    """The name is looked up once: a second look-up, which could give another answer, does not happen."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    assert channel(resolve=resolve).send(page(f"http://x.example.org:{receiver.port}/")).outcome is Outcome.DELIVERED
    assert asked == ["x.example.org"]
    assert receiver.requests[0][0]["host"] == f"x.example.org:{receiver.port}"


def test_no_proxy_of_the_environment_is_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would connect to whatever it likes."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    assert channel().send(page(f"http://127.0.0.1:{receiver.port}/")).outcome is Outcome.DELIVERED


def test_a_provider_that_asks_to_wait_is_heard(receiver: Receiver) -> None:
    """429 passes, with the seconds that it asks for."""
    receiver.answer = lambda handler: receiver.say(handler, 429, b"slow down", Retry_After="30")

    receipt = channel().send(page(f"http://127.0.0.1:{receiver.port}/"))

    assert (receipt.outcome, receipt.code, receipt.retry_after_s) == (Outcome.TEMPORARY, 429, 30.0)
    assert receipt.answer == "HTTP 429: slow down"


def test_an_endless_answer_is_read_up_to_its_cap(receiver: Receiver) -> None:
    """The status decides; of the body no more than 64 KiB is read, and 300 characters are kept."""

    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            handler.close_connection = True

    receiver.answer = pour
    began = CLOCK.monotonic()

    receipt = channel().send(page(f"http://127.0.0.1:{receiver.port}/"))

    assert receipt.outcome is Outcome.DELIVERED
    assert len(receipt.answer) <= 320
    assert CLOCK.monotonic() - began < 5


def test_what_is_not_http_and_what_is_not_there_pass(receiver: Receiver) -> None:
    """Both may be better in a moment; neither answer shows path or query, where secrets are."""
    receiver.answer = lambda handler: handler.wfile.writelines([b"SSH-2.0-OpenSSH\r\n\r\n"])
    noise = channel().send(page(f"http://127.0.0.1:{receiver.port}/s3cret"))
    nothing = channel().send(page("http://127.0.0.1:1024/s3cret?k=s3cret"))

    assert (noise.outcome, nothing.outcome) == (Outcome.TEMPORARY, Outcome.TEMPORARY)
    assert "s3cret" not in noise.answer + nothing.answer
