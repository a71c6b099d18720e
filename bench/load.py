"""A load client that costs little itself: keep-alive connections in one epoll loop, bodies made beforehand."""

import json
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

__all__ = ["Blast", "alerts_body", "blast", "get", "latencies", "post", "request_bytes"]

_TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Blast:
    """What a run of requests came to."""

    seconds: float
    requests: int
    refused: int  # anything but 2xx


def alerts_body(first: int, size: int, *, severity: str = "warning") -> bytes:
    """A POST as Prometheus makes it: `size` alerts with distinct labels, numbered from `first`."""
    alerts = [
        {
            "labels": {
                "alertname": f"HostHighCpuLoad{number % 50}",
                "instance": f"node-{number}.example.org:9100",
                "job": "node",
                "service": f"service-{number % 200}",
                "severity": severity,
            },
            "annotations": {
                "summary": f"CPU load on node-{number} is above 80 %",
                "runbook_url": "https://runbooks.example.org/cpu",
            },
            "startsAt": "2026-01-05T09:00:00.123Z",
            "endsAt": "2036-01-05T09:00:00.123Z",
            "generatorURL": f"http://prometheus.example.org:9090/graph?g0.expr=cpu&g0.tab=1&n={number % 50}",
        }
        for number in range(first, first + size)
    ]
    return json.dumps(alerts, separators=(",", ":")).encode()


def request_bytes(url: str, body: bytes) -> bytes:
    """The whole HTTP request for a POST of JSON."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def blast(
    url: str, requests: Sequence[bytes], *, connections: int, pause_s: Callable[[float, int], float] | None = None
) -> Blast:
    """Send the requests over so many connections, each waiting for its answer; `pause_s` (elapsed, sent) slows it down."""
    host, port = _address(url)
    poll, sockets = select.epoll(), {}
    for _ in range(min(connections, len(requests))):
        one = socket.create_connection((host, port))
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sockets[one.fileno()] = one
        poll.register(one, select.EPOLLIN)
    waiting, refused, answered = iter(requests), 0, 0
    began = time.perf_counter()
    for one in sockets.values():
        one.sendall(next(waiting))
    while answered < len(requests):
        for number, _event in poll.poll(_TIMEOUT_S):
            one = sockets[number]
            refused += _status(one) >= 300
            answered += 1
            if pause_s is not None and (rest := pause_s(time.perf_counter() - began, answered)) > 0:
                time.sleep(rest)
            following = next(waiting, None)
            if following is not None:
                one.sendall(following)
    took = time.perf_counter() - began
    for one in sockets.values():
        one.close()
    return Blast(took, answered, refused)


def latencies(url: str, requests: Sequence[bytes]) -> list[float]:
    """Seconds from sending to the answer, one request after the other over one connection."""
    one = socket.create_connection(_address(url))
    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found = []
    for request in requests:
        began = time.perf_counter()
        one.sendall(request)
        assert _status(one) < 300
        found.append(time.perf_counter() - began)
    one.close()
    return found


def post(url: str, body: bytes) -> int:
    """One POST; the status."""
    with socket.create_connection(_address(url)) as one:
        one.sendall(request_bytes(url, body))
        return _status(one)


def get(url: str) -> bytes:
    """The body of one GET."""
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    with socket.create_connection(_address(url)) as one:
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        found = b"".join(iter(lambda: one.recv(1 << 20), b""))
    head, _, body = found.partition(b"\r\n\r\n")
    return _dechunked(body) if b"chunked" in head.lower() else body


def numbered() -> Callable[[], int]:
    """A counter."""
    numbers = count()
    return lambda: next(numbers)


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def _status(one: socket.socket) -> int:
    """Read one answer whole (they are small) and give its status."""
    found = one.recv(65_536)
    while b"\r\n\r\n" not in found:
        found += one.recv(65_536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line[15:])
    while len(body) < length:
        body += one.recv(65_536)
    return int(head[9:12])


def _dechunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if length == 0:
            break
        whole += rest[:length]
        body = rest[length + 2 :]
    return whole
