"""The server as an object: the real one, in this process, on a free port."""

import http.client
import json
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.server import Server
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.errors import Conflict, Refused, Unavailable

QUICK = timedelta(milliseconds=400)


@pytest.fixture
def quick(config: Config) -> Config:
    """Settings with deadlines that a test can wait for."""
    return replace(config, header_timeout=QUICK, body_timeout=QUICK, max_header_bytes=8_192, max_body_bytes=100_000)


@pytest.fixture
def server(quick: Config) -> Iterator[Server]:
    """A running server."""
    running = Server(quick)
    running.start()
    yield running
    running.stop()


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("watchbill", timeout=20)
        self._path = path

    def connect(self) -> None:
        """Over the file."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self._path))


def _tcp(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)


def _ask(
    connection: http.client.HTTPConnection,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    with closing(connection):
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def _raw(server: Server, *pieces: bytes) -> str:
    """What the server says to these bytes until it closes."""
    where = urlsplit(server.address)
    with socket.create_connection((where.hostname, where.port), timeout=20) as client:
        for piece in pieces:
            client.sendall(piece)
        said = b""
        while chunk := client.recv(65_536):
            said += chunk
        return said.decode()


def test_it_says_that_it_is_alive_and_ready(server: Server) -> None:
    """To anybody who asks, over either socket."""
    alive = _ask(_tcp(server), "/healthz")
    status, ready = _ask(_tcp(server), "/readyz")

    assert alive == (200, "ok\n")
    assert (status, json.loads(ready)["ready"]) == (200, True)
    assert set(json.loads(ready)["checks"].values()) == {"ok"}


def test_it_says_why_it_is_not_ready(server: Server) -> None:
    """A loop that fails, a disk that refused, a pause: each by name; it stays alive."""
    worker = server._worker
    assert worker is not None
    worker.stop(1)
    worker.loops["fold"].health.error = "ZeroDivisionError: x"
    server.app.database.failure = "disk I/O error"
    with server.app.transaction() as s:
        s.pauses.stop_sending("restored", s.now)
    status, body = _ask(_tcp(server), "/readyz")
    checks = json.loads(body)["checks"]

    assert status == 503
    assert "fold: failed: ZeroDivisionError: x" in checks["loops"]
    assert "disk I/O error" in checks["store"]
    assert checks["sending"].startswith("no page leaves: restored")
    assert _ask(_tcp(server), "/healthz")[0] == 200


def test_the_unix_socket_has_the_owners_rights(server: Server, quick: Config) -> None:
    """Only the owner can open its file; what comes over TCP cannot claim to have come that way."""
    over_socket = _ask(_Unix(quick.socket_path), "/api/v1/tokens")
    forged = [
        _ask(_tcp(server), "/api/v1/tokens", headers=headers)[0]
        for headers in (
            {},
            {"owner": "true"},
            {"X-Owner": "1", "State": "owner"},
            {"Authorization": "Bearer wb_forged"},
        )
    ]

    assert over_socket == (200, "[]")
    assert forged == [401, 401, 401, 401]
    assert stat.S_IMODE(quick.socket_path.stat().st_mode) == 0o600


def test_a_login_link_is_made_for_the_owner(server: Server) -> None:
    """Whoever starts it becomes admin; each start prints a fresh link."""
    first, second = server.login_url(), server.login_url()
    with server.app.reading() as s:
        roles = [account.role for account in s.people.accounts()]

    assert first.startswith(server.address + "/login/")
    assert first != second
    assert roles == ["admin"]


def test_metrics_are_exposed_in_the_text_format(server: Server) -> None:
    """Requests by surface, loops, jobs."""
    _ask(_tcp(server), "/healthz")
    status, text = _ask(_tcp(server), "/metrics")

    assert status == 200
    assert 'watchbill_http_requests_total{method="GET",status="200",surface="house"} 1.0' in text
    assert 'watchbill_loop_up{loop="jobs"} 1.0' in text
    assert 'watchbill_jobs{state="parked"} 0.0' in text


def test_metrics_can_be_closed_to_strangers(quick: Config) -> None:
    """Then a token opens them."""
    running = Server(replace(quick, metrics_open=False))
    running.start()
    made = _ask(
        _Unix(quick.socket_path), "/api/v1/tokens", "POST", b'{"role": "viewer"}', {"Content-Type": "application/json"}
    )
    token = json.loads(made[1])["token"]
    statuses = [
        _ask(_tcp(running), "/metrics")[0],
        _ask(_tcp(running), "/metrics", headers={"Authorization": "Bearer wb_wrong"})[0],
        _ask(_tcp(running), "/metrics", headers={"Authorization": f"Bearer {token}"})[0],
    ]
    running.stop()

    assert statuses == [401, 401, 200]


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ((b"",), "408"),
        ((b"GET / HT",), "408"),
        ((b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",), "408"),
        ((b"POST /api/v1/changes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{",), "408"),
        ((b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Large: " + b"x" * 9_000 + b"\r\n\r\n",), "431"),
        ((b"GET /" + b"x" * 9_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",), "431"),
        ((b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Large: " + b"x" * 20_000,), "431"),
        ((b"GET /healthz HTTP/1.1\r\n\r\n",), "400"),
        ((b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",), "400"),
        ((b"GET /healthz\r\n\r\n",), "505"),
        ((b"GET /healthz HTTP/0.9\r\nHost: localhost\r\n\r\n",), "505"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), "400"),
        ((b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",), "400"),
        ((b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",), "400"),
        ((b"POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",), "400"),
    ],
    ids=["silent", "half a line", "half a head", "half a body", "large head", "large path", "endless head", "no host", "two hosts", "no version", "0.9", "tls", "both lengths", "two lengths", "negative length"],
)  # fmt: skip
def test_strange_and_slow_requests_are_answered_and_closed(
    server: Server, pieces: tuple[bytes, ...], status: str
) -> None:
    """Whatever is sent, the connection does not stay open, and the server goes on."""
    said = _raw(server, *pieces)

    assert said.startswith(f"HTTP/1.1 {status}")
    assert _ask(_tcp(server), "/healthz")[0] == 200


def test_connections_are_kept_open_between_requests(server: Server) -> None:
    """Deadlines are for requests under way, not for the pauses between them."""
    connection = _tcp(server)
    statuses = []
    pause = threading.Event()
    for _ in range(3):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        pause.wait(QUICK.total_seconds() * 1.5)
    connection.close()

    assert statuses == [200, 200, 200]


def test_bodies_that_are_too_large_are_refused(server: Server) -> None:
    """By their announced length at once, in chunks when they pass the bound."""
    announced = _ask(_tcp(server), "/api/v1/changes", "POST", b"", {"Content-Length": "100001"})[0]
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    head = b"POST /api/v1/resources/validate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunked = _raw(server, head + chunk * 2 + b"0\r\n\r\n")

    assert announced == 413
    assert chunked.startswith("HTTP/1.1 413")


def test_a_name_that_is_not_ours_is_not_answered_on_loopback(server: Server) -> None:
    """DNS rebinding: a page elsewhere must not reach this server by a name that points to 127.0.0.1."""
    port = urlsplit(server.address).port
    statuses = {
        host: _ask(_tcp(server), "/api/v1/people", headers={"Host": host})[0]
        for host in ("evil.example", f"evil.example:{port}", f"localhost:{port}", "127.0.0.1", f"[::1]:{port}", "")
    }

    assert statuses == {
        "evil.example": 421,
        f"evil.example:{port}": 421,
        f"localhost:{port}": 401,
        "127.0.0.1": 401,
        f"[::1]:{port}": 401,
        "": 421,
    }


def test_one_address_may_not_take_all_connections(quick: Config) -> None:
    """The one too many is told to come back later."""
    running = Server(replace(quick, header_timeout=timedelta(seconds=30), max_connections_per_address=3))
    running.start()
    where = urlsplit(running.address)
    held = [socket.create_connection((where.hostname, where.port)) for _ in range(3)]
    for client in held:
        client.sendall(b"GET / ")
    said = _raw(running, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for client in held:
        client.close()
    running.stop()

    assert said.startswith("HTTP/1.1 503")
    assert "retry-after" in said


def test_a_second_server_refuses_and_names_the_first(server: Server, quick: Config) -> None:
    """One owner for each data directory."""
    import os

    with pytest.raises(Conflict, match=f"in use by process {os.getpid()} \\(serve, started"):
        Server(quick).start()


def test_a_port_in_use_is_named(server: Server, tmp_path: Path) -> None:
    """And everything that was opened before is closed again."""
    taken = urlsplit(server.address).netloc
    config = Config.load({}, data=tmp_path / "other", listen=taken)
    with pytest.raises(Unavailable, match=f"cannot listen on {taken}"):
        Server(config).start()
    again = App.open(config)
    again.close()


def test_a_server_can_be_started_again_on_the_same_data(quick: Config) -> None:
    """Locks, sockets and files are given back; a stale socket file is no obstacle."""
    for _ in range(2):
        running = Server(quick)
        running.start()
        assert _ask(_tcp(running), "/readyz")[0] == 200
        running.stop()
        quick.socket_path.touch()

    assert not (quick.data / "watchbill.db-wal").exists()


def test_a_stop_ends_streams_and_is_quick(server: Server, quick: Config) -> None:
    """A live page does not hold the server up."""
    connection = _Unix(quick.socket_path)
    connection.request("GET", "/api/v1/events")
    answer = connection.getresponse()
    first = answer.readline()
    clock = SystemClock()
    began = clock.monotonic()
    server.stop()
    took = clock.monotonic() - began
    rest = answer.read()
    connection.close()

    assert first.startswith(b"retry:")
    assert rest.strip() == b""
    assert took < 5


def test_a_request_under_way_is_answered_before_the_end(server: Server) -> None:
    """What was asked before the stop gets its answer."""
    answers: list[int] = []
    entered, leave = threading.Event(), threading.Event()
    original = server.app.database.read

    def slow() -> object:
        entered.set()
        leave.wait(10)
        return original()

    server.app.database.read = slow  # type: ignore[method-assign, assignment]  # holds one request up
    asking = threading.Thread(target=lambda: answers.append(_ask(_tcp(server), "/api/v1/people")[0]))
    asking.start()
    entered.wait(10)
    stopping = threading.Thread(target=server.stop)
    stopping.start()
    leave.set()
    asking.join(20)
    stopping.join(20)

    assert answers == [401]


def test_without_worker_no_loop_runs(quick: Config) -> None:
    """`serve --no-worker`."""
    running = Server(quick, worker=False)
    running.start()
    status, text = _ask(_tcp(running), "/metrics")
    running.stop()

    assert status == 200
    assert "watchbill_loop_up" not in text


def test_a_second_node_without_a_shared_store_of_counts_is_refused(
    quick: Config, postgresql_url: str, tmp_path: Path
) -> None:
    """Counts lie in the files of one node; with a shared store there may be many."""
    config = replace(quick, database=postgresql_url)
    other = replace(config, data=tmp_path / "other")
    first = Server(config)
    first.start()
    with pytest.raises(Refused, match="WATCHBILL_COUNTS_URL"):
        Server(other, web=False).start()
    first.stop()
    second = Server(other, web=False)
    second.start()
    second.stop()


def test_a_folder_of_resources_is_applied_at_the_start_and_on_reload(quick: Config, tmp_path: Path) -> None:
    """And a wrong file changes nothing."""
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "people.yaml").write_text("person:\n  name: ann\n")
    running = Server(replace(quick, specs=specs))
    running.start()
    seen = []
    for content in ("person:\n  name: bob\n", "person:\n  nam: cy\n"):
        with running.app.reading() as s:
            seen.append([person.name for person in s.people.persons()])
        (specs / "more.yaml").write_text(content)
        running._reload_or_say_why()
    with running.app.reading() as s:
        seen.append([person.name for person in s.people.persons()])
    running.stop()

    assert seen == [["ann"], ["ann", "bob"], ["ann", "bob"]]
