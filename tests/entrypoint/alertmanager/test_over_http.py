"""The drop-in API as a sender meets it: a whole server on a port, with its loops, its bounds and its door."""

import base64
import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from watchbill.adapters.store.inbox import InboxStore
from watchbill.config import Config
from watchbill.entrypoints.server import Server
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="test")
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server(config: Config) -> Iterator[Server]:
    """A running server on loopback."""
    yield from _run(config)


@pytest.fixture
def guarded(config: Config) -> Iterator[Server]:
    """One that listens to the world, with an intake key."""
    yield from _run(replace(config, listen="0.0.0.0:0", intake_keys=("let-me-send", "old-key")))


def _run(config: Config) -> Iterator[Server]:
    running = Server(config)
    running.start()
    yield running
    running.stop()


def _ask(
    server: Server, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str, http.client.HTTPMessage]:
    port = urlsplit(server.address).port
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers


def _send(server: Server, *names: str, **headers: str) -> tuple[int, str, http.client.HTTPMessage]:
    body = json.dumps([{"labels": {"alertname": name}} for name in names]).encode()
    return _ask(server, "POST", "/api/v2/alerts", body, {**JSON, **headers})


def test_reads_see_own_writes(server: Server) -> None:
    """Whoever reads right after sending finds what was sent, every time."""
    for number in range(20):
        assert _send(server, f"Mine{number}")[0] == 200
        _, found, _ = _ask(server, "GET", f"/api/v2/alerts?filter=alertname%3DMine{number}")
        assert len(json.loads(found)) == 1
        _, found, _ = _ask(server, "GET", f"/api/v2/alerts/groups?filter=alertname%3DMine{number}")
        assert len(json.loads(found)) == 1


def test_past_the_bound(config: Config) -> None:
    """What the inbox has no room for is refused with 503 and Retry-After, never with 429, and nothing of it is stored."""
    running = Server(replace(config, intake_backlog_bytes=0), worker=False)
    running.start()
    try:
        assert _send(running, "First")[0] == 200  # nothing waited when it came
        status, body, headers = _send(running, "Second")

        assert status == 503
        assert int(headers["retry-after"]) > 0
        assert json.loads(body) == {"code": 503, "message": "more alerts wait than there is room for"}
        with running.app.reading() as s:
            assert sum(row.claims for row in InboxStore(s.connection).after(0, claims=100)) == 1
    finally:
        running.stop()


def test_a_body_without_end(server: Server) -> None:
    """Chunks are counted as they come: past the limit the answer is there, however much is still to be sent."""
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port or 0), timeout=20) as client:
        head = f"POST /api/v2/alerts HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head.encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        answer = b""
        for _ in range(64):
            client.sendall(chunk)
            client.settimeout(0.05)
            try:
                answer = client.recv(65_536)
            except TimeoutError:
                continue
            finally:
                client.settimeout(20)
            break

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":413' in answer


def test_a_length_that_lies(server: Server) -> None:
    """A body that is shorter than its length never becomes an alert."""
    where = urlsplit(server.address)
    body = b'[{"labels":{"alertname":"Half"}}]'
    with socket.create_connection((where.hostname, where.port or 0), timeout=20) as client:
        head = f"POST /api/v2/alerts HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body) + 5}\r\n\r\n"
        client.sendall(head.encode() + body)
        client.shutdown(socket.SHUT_WR)
        client.recv(65_536)

    assert json.loads(_ask(server, "GET", "/api/v2/alerts")[1]) == []


def test_another_sites_page(server: Server) -> None:
    """A name that somebody made point at loopback is not answered for, and a form of another page is not JSON."""
    assert _send(server, "Evil", Host="evil.example")[0] == 421
    assert _ask(server, "POST", "/api/v2/alerts", b"[]", {"Content-Type": "text/plain"})[0] == 415


def test_behind_a_proxy_loopback_is_no_proof(server: Server) -> None:
    """What a proxy on this machine passes on comes from elsewhere: it needs a token."""
    assert _send(server, "Far", **{"X-Forwarded-For": "203.0.113.9"})[0] == 401


def _basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"prometheus:{password}".encode()).decode()


SENDERS = [
    ({}, 401, 401),
    ({"Authorization": "Bearer let-me-send"}, 200, 403),
    ({"Authorization": "Bearer old-key"}, 200, 403),
    ({"Authorization": _basic("let-me-send")}, 200, 403),
    ({"Authorization": "Bearer wrong"}, 401, 401),
    ({"Authorization": "Basic %%%"}, 401, 401),
    ({"Authorization": "Digest x"}, 401, 401),
    ({"Authorization": "Bearer"}, 401, 401),
    ({"Authorization": "Bearer " + "x" * 60_000}, 401, 401),
]


def test_who_may_send_and_read(guarded: Server) -> None:
    """Beyond loopback an intake key sends and does nothing else; without any proof there is 401 that says how."""
    for headers, sending, reading in SENDERS:
        status, _, said = _send(guarded, "Good1", **headers)
        assert (headers, status) == (headers, sending)
        assert _ask(guarded, "GET", "/api/v2/alerts", headers=headers)[0] == reading
        assert _ask(guarded, "POST", "/api/v2/silences", b"{}", {**JSON, **headers})[0] == reading
        if status == 401:
            assert said["www-authenticate"].startswith("Bearer")
    assert _ask(guarded, "GET", "/-/ready")[0] == 200


ROLES = [(Role.VIEWER, 403, 200, 403), (Role.RESPONDER, 200, 200, 422), (Role.ADMIN, 200, 200, 422)]


def test_tokens(guarded: Server) -> None:
    """A viewer's token reads, a responder's also sends and silences."""
    for role, sending, reading, silencing in ROLES:
        with guarded.app.transaction() as s:
            _, secret = s.people.create_token(f"t-{role}", role, OWNER)
        headers = {"Authorization": f"Bearer {secret}"}
        assert _send(guarded, "Good1", **headers)[0] == sending
        assert _ask(guarded, "GET", "/api/v2/alerts", headers=headers)[0] == reading
        assert _ask(guarded, "POST", "/api/v2/silences", b"{}", {**JSON, **headers})[0] == silencing
