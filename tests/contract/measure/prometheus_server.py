"""A server with the Prometheus HTTP API whose answers a test writes: a real socket, a scripted mind."""

import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

__all__ = ["Answer", "ScriptedServer", "matrix", "scripted"]

# status, content type, body; None: close the connection without a word
Answer = tuple[int, str, bytes] | None


class ScriptedServer:
    """`answer(path, fields)` is what it says; `asked` what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[str, dict[str, str]], Answer] = lambda _path, _fields: matrix({})

    @property
    def queries(self) -> list[str]:
        """The range queries that were sent."""
        return [fields["query"] for path, fields in self.asked if path == "/api/v1/query_range"]


def matrix(series: dict[str, dict[int, float]], labels: str = "watchbill_slot") -> Answer:
    """A matrix: a value of the label to minutes (since 1970) and their values, stamped at the minute's end."""
    result = [
        {
            "metric": {labels: name} if labels else {},
            "values": [[(minute + 1) * 60, _text(value)] for minute, value in points.items()],
        }
        for name, points in series.items()
    ]
    document = {"status": "success", "data": {"resultType": "matrix", "result": result}}
    return 200, "application/json", json.dumps(document).encode()


def _text(value: float) -> str:
    return "NaN" if math.isnan(value) else ("+Inf" if value > 0 else "-Inf") if math.isinf(value) else repr(value)


@contextmanager
def scripted() -> Iterator[ScriptedServer]:
    """A server on a free port of the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            self._say({name: values[-1] for name, values in parse_qs(body).items()})

        def do_GET(self) -> None:
            self._say({name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()})

        def _say(self, fields: dict[str, str]) -> None:
            path = urlsplit(self.path).path
            server.asked.append((path, fields))
            answer = server.answer(path, fields)
            if answer is None:
                self.close_connection = True
                return
            status, kind, body = answer
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if 300 <= status < 400:
                self.send_header("Location", "http://192.0.2.1/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listening.daemon_threads = True
    server = ScriptedServer(f"http://127.0.0.1:{listening.server_port}")
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield server
    listening.shutdown()
    listening.server_close()
