"""A small real shop: each service is its own process, speaks HTTP, calls the services it needs and writes an access log.

    customers -> storefront -> catalog-sync
                            -> search
                            -> checkout -> payments -> card-network (the outside provider that the demo breaks)

Nothing in here knows of watchbill: it only reads the log files, as it would in production.
"""

import argparse
import http.client
import json
import socket
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np

from watchbill.entrypoints.demo.parent import end_with_parent
from watchbill.kernel.clock import SystemClock
from watchbill.kernel.instants import to_text

__all__ = ["SHOP", "Member", "access_line", "access_template", "free_ports", "main", "port_or_free", "route_of"]

CLOCK = SystemClock()
UPSTREAM_TIMEOUT_S = 2.0
BAD_GATEWAY, GATEWAY_TIMEOUT, NOT_FOUND = 502, 504, 404


@dataclass(frozen=True, slots=True)
class Member:
    """One service of the shop: what it answers itself, how long that takes, and where the rest goes (path prefix -> service).

    `outside`: somebody else's, whose log the shop cannot read.
    """

    name: str
    own_paths: tuple[str, ...]
    median_ms: float
    calls: tuple[tuple[str, str], ...] = ()
    outside: bool = False


SHOP: dict[str, Member] = {
    member.name: member
    for member in (
        Member(
            "storefront",
            ("/", "/healthz"),
            3,
            (("/products", "catalog-sync"), ("/search", "search"), ("/orders", "checkout")),
        ),
        Member("catalog-sync", ("/products", "/healthz"), 9),
        Member("search", ("/search", "/healthz"), 45),
        Member("checkout", ("/healthz",), 12, (("/orders", "payments"),)),
        Member("payments", ("/healthz",), 8, (("/orders", "card-network"),)),
        Member("card-network", ("/orders", "/healthz"), 60, outside=True),
    )
}


def route_of(path: str) -> tuple[str, ...]:
    """The services that a request to the storefront passes, in their order."""
    route = ["storefront"]
    while (
        below := next((name for prefix, name in SHOP[route[-1]].calls if path.startswith(prefix)), None)
    ) is not None:
        route.append(below)
    return tuple(route)


def access_template(service: str, request: tuple[str, str], status: int) -> str:
    """A line in the structured-log standard, to be filled with (time, trace id, milliseconds); `request` is method and path."""
    method, path = (part.replace("%", "%%") for part in request)
    level = "error" if status >= 500 else "info"  # noqa: PLR2004 - the class of server errors
    return (
        f'{{"timestamp":"%s","level":"{level}","service":"{service}","trace_id":"%s","message":"{method} {path} {status}",'
        f'"http_method":"{method}","http_path":"{path}","http_status":{status},"duration_ms":%.1f,'
        f'"environment":"demo","host":"{service}-1","region":"local"}}\n'
    )


def access_line(at: str, service: str, request: tuple[str, str], status: int, took: tuple[float, str]) -> str:
    """One whole line; `took` is milliseconds and the trace id."""
    duration_ms, trace = took
    return access_template(service, request, status) % (at, trace, duration_ms)


class _Service(ThreadingHTTPServer):
    """One member at its port, with its log and the ports of the others."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, member: Member, ports: dict[str, int], log: Path) -> None:
        self.member, self.ports = member, ports
        self.log = log.open("a", buffering=1, encoding="utf-8")
        self.noise = np.random.default_rng(ports[member.name])
        super().__init__(("127.0.0.1", ports[member.name]), _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Service

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's; Any likewise
        """Quiet: the access log is written by _serve."""

    def _serve(self) -> None:
        began = CLOCK.monotonic()
        arrived = to_text(CLOCK.now())
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        path = self.path.partition("?")[0]
        trace = self.headers.get("X-Trace-Id") or f"{self.server.noise.integers(1 << 62):016x}"
        CLOCK.sleep(float(self.server.noise.lognormal(np.log(self.server.member.median_ms), 0.35)) / 1000)
        status, answer = self._answer(path, body, trace)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        took_ms = (CLOCK.monotonic() - began) * 1000
        self.server.log.write(
            access_line(arrived, self.server.member.name, (self.command, path), status, (took_ms, trace))
        )

    def _answer(self, path: str, body: bytes, trace: str) -> tuple[int, bytes]:
        for prefix, upstream in self.server.member.calls:
            if path.startswith(prefix):
                return self._call(upstream, body, trace)
        if path in self.server.member.own_paths or any(
            path.startswith(own + "/") for own in self.server.member.own_paths if own != "/"
        ):
            return 200, json.dumps({"service": self.server.member.name, "path": path}).encode()
        return NOT_FOUND, b'{"error": "no such page"}'

    def _call(self, upstream: str, body: bytes, trace: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.ports[upstream], timeout=UPSTREAM_TIMEOUT_S)
        try:
            connection.request(self.command, self.path, body, {"X-Trace-Id": trace})
            response = connection.getresponse()
            answer = response.read()
        except TimeoutError:
            return GATEWAY_TIMEOUT, json.dumps(
                {"error": f"{upstream} did not answer in {UPSTREAM_TIMEOUT_S:g} s"}
            ).encode()
        except (OSError, http.client.HTTPException) as wrong:
            return BAD_GATEWAY, json.dumps({"error": f"{upstream}: {type(wrong).__name__}"}).encode()
        finally:
            connection.close()
        return response.status, answer


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago, all different."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


def port_or_free(port: int) -> int:
    """The port, or 0 (any free one) where somebody has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


def main() -> None:
    """Run one service of the shop until it is ended."""
    parser = argparse.ArgumentParser(prog="shop", description="One service of the demo's shop.")
    parser.add_argument("name", choices=sorted(SHOP))
    parser.add_argument("--ports", required=True, type=json.loads, help="JSON object: service to port")
    parser.add_argument("--logs", required=True, type=Path)
    given = parser.parse_args()
    end_with_parent()
    _Service(SHOP[given.name], given.ports, given.logs / f"{given.name}.log").serve_forever()


if __name__ == "__main__":
    main()
