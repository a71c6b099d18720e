"""Real servers for measuring: Debian's Prometheus and VictoriaMetrics, and a small shop that is scraped and logs."""

import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROMETHEUS, VICTORIA = "prometheus", "victoria-metrics"
SCRAPE_S = 1


def free_port() -> int:
    """A port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def needed(program: str) -> str:
    """The path of a server; in CI a missing one fails, elsewhere it skips."""
    path = shutil.which(program)
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    return path


@contextlib.contextmanager
def running(command: list[str], ready: str, log: Path) -> Iterator[None]:
    """A server process that answers at `ready`; stopped at the end."""
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            for _ in range(300):
                if process.poll() is not None:
                    pytest.fail(f"{command[0]} ended: {log.read_text('utf-8')[-2000:]}")
                try:
                    urllib.request.urlopen(ready, timeout=1).close()
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.1)
            else:
                pytest.fail(f"{command[0]} does not answer")
            yield
        finally:
            process.terminate()
            process.wait(20)


@dataclass
class Shop:
    """A target: counters in a process that may restart, and a log line for every request that it was driven with."""

    log: Path
    port: int = field(default_factory=free_port)
    counters: dict[str, int] = field(default_factory=dict)

    def drive(self, status: int, times: int = 1) -> None:
        """Requests: they are counted and logged at once."""
        with self.log.open("a") as out:
            for _ in range(times):
                self.counters[str(status)] = self.counters.get(str(status), 0) + 1
                now = datetime.now(UTC)
                out.write(f'1.2.3.4 - - [{now:%d/%b/%Y:%H:%M:%S +0000}] "GET /a HTTP/1.1" {status} 5 "-" "-"\n')

    def restart(self) -> None:
        """The counters begin at zero, as after a deploy."""
        for status in self.counters:
            self.counters[status] = 0

    def text(self) -> bytes:
        """What a scrape sees."""
        rows = [f'http_requests_total{{service="shop",code="{code}"}} {count}' for code, count in self.counters.items()]
        return ("# TYPE http_requests_total counter\n" + "\n".join(rows) + "\n").encode()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that answers scrapes."""
    made = Shop(tmp_path / "access.log")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = made.text()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    server = ThreadingHTTPServer(("127.0.0.1", made.port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a Prometheus that scrapes these ports each second (none: it only takes remote write); its address."""
    stack = contextlib.ExitStack()

    def start(*targets: int, retention: str = "15d") -> str:
        port, folder = free_port(), tmp_path / "prometheus"
        folder.mkdir()
        listed = ", ".join(f'"127.0.0.1:{target}"' for target in targets)
        (folder / "prometheus.yml").write_text(
            f"global: {{scrape_interval: {SCRAPE_S}s}}\n"
            "storage: {tsdb: {out_of_order_time_window: 90d}}\n"
            f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: [{listed}]}}]}}]\n"
        )
        command = [
            needed(PROMETHEUS), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
            f"--storage.tsdb.retention.time={retention}", f"--web.listen-address=127.0.0.1:{port}",
            "--web.enable-remote-write-receiver",
        ]  # fmt: skip
        stack.enter_context(running(command, f"http://127.0.0.1:{port}/-/ready", folder / "log"))
        return f"http://127.0.0.1:{port}"

    yield start
    stack.close()


@pytest.fixture
def victoria(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a VictoriaMetrics that scrapes these ports each second (none: it only takes remote write); its address."""
    stack = contextlib.ExitStack()

    def start(*targets: int) -> str:
        port, folder = free_port(), tmp_path / "victoria"
        folder.mkdir()
        listed = ", ".join(f'"127.0.0.1:{target}"' for target in targets)
        (folder / "scrape.yml").write_text(
            f"global: {{scrape_interval: {SCRAPE_S}s}}\n"
            f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: [{listed}]}}]}}]\n"
        )
        command = [
            needed(VICTORIA), f"-storageDataPath={folder / 'data'}", "-retentionPeriod=26", "-search.latencyOffset=0s",
            f"-httpListenAddr=127.0.0.1:{port}", f"-promscrape.config={folder / 'scrape.yml'}",
        ]  # fmt: skip
        stack.enter_context(running(command, f"http://127.0.0.1:{port}/health", folder / "log"))
        return f"http://127.0.0.1:{port}"

    yield start
    stack.close()
