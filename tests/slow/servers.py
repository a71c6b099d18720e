"""Real servers as processes of their own, each with a folder: started, killed, started again on what they left behind."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import pytest

from watchbill.config import unix_address

__all__ = ["Alertmanager", "Answer", "Process", "Prometheus", "Watchbill", "ask", "free_port", "program", "until"]

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}
START_S = 120.0


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    body: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:  # Any: whatever the document holds
        """The body, read."""
        return json.loads(self.body)


def ask(
    url: str,
    method: str = "GET",
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 20,
) -> Answer:
    """One request over a connection of its own; a body that is neither bytes nor text is sent as JSON."""
    parts = urlsplit(url)
    sent = dict(headers or {})
    if body is not None and not isinstance(body, bytes | str):
        body, sent = json.dumps(body), {**JSON, **sent}
    with contextlib.closing(http.client.HTTPConnection(parts.netloc, timeout=timeout_s)) as connection:
        return _answer(connection, method, parts.path + (f"?{parts.query}" if parts.query else ""), body, sent)


def until(what: str, look: Callable[[], T], *, seconds: float = 30.0, every_s: float = 0.05) -> T:
    """Look again and again until there is something; fail by naming what never came. A refused connection is nothing yet."""
    last: object = None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = look()
        except (OSError, http.client.HTTPException) as wrong:
            last = wrong
        else:
            if found:
                return found
            last = found
        time.sleep(every_s)
    pytest.fail(f"{what}: not within {seconds} s; last seen: {last!r}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def program(*names: str) -> str:
    """The path of a program that this test needs: it is skipped where none is installed, and fails in CI."""
    folders = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    for name in names:
        if found := shutil.which(name, path=folders):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{names[0]} is not installed")
    pytest.skip(f"{names[0]} is not installed")


@dataclass
class Process:
    """A server that runs, or has run: `folder` is what it leaves behind, `log` what it said."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has said in all its lives."""
        return (self.folder / "log.txt").read_text(errors="replace")

    def command(self) -> list[str]:
        """What starts it."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """Whether it answers."""
        raise NotImplementedError

    def start(self, environment: Mapping[str, str] | None = None, *, wait: bool = True) -> None:
        """Start it, and come back when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, env={**os.environ, **(environment or {})}
            )
        if wait:
            until(f"{self.command()[0]} comes up\n", self._is_up_or_dead, seconds=START_S)

    def stop(self, timeout_s: float = 20.0) -> int | None:
        """SIGTERM; the exit status. None where it does not run."""
        return self._end(signal.SIGTERM, timeout_s)

    def kill(self) -> int | None:
        """SIGKILL: no handler, no flush, no goodbye."""
        return self._end(signal.SIGKILL, 20.0)

    def ended(self, seconds: float = 30.0) -> int:
        """Wait for the process to end by itself; its exit status."""
        assert self.process is not None
        return self.process.wait(seconds)

    def _end(self, number: signal.Signals, timeout_s: float) -> int | None:
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(timeout_s)
        self.process = None
        return status

    def _is_up_or_dead(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            pytest.fail(f"{self.command()[0]} ended with {self.process.returncode}:\n{self.log[-3000:]}")
        return self.is_up()


class Alertmanager(Process):
    """Debian's Alertmanager, without a cluster; `configuration` is its file."""

    configuration = "route: {receiver: none}\nreceivers: [{name: none}]\n"

    def command(self) -> list[str]:
        """What starts it."""
        (self.folder / "alertmanager.yml").write_text(self.configuration)
        return [
            program("prometheus-alertmanager", "alertmanager"),
            f"--config.file={self.folder}/alertmanager.yml",
            f"--storage.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]

    def is_up(self) -> bool:
        """Whether it answers."""
        return ask(f"{self.url}/-/ready").status == 200


class Prometheus(Process):
    """Debian's Prometheus; `use` gives it another configuration while it runs."""

    def command(self) -> list[str]:
        """What starts it."""
        file = self.folder / "prometheus.yml"
        if not file.exists():
            file.write_text("global: {evaluation_interval: 1s}\n")
        return [
            program("prometheus"),
            f"--config.file={file}",
            f"--storage.tsdb.path={self.folder}/data",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-lifecycle",
            "--rules.alert.resend-delay=1s",
        ]

    def is_up(self) -> bool:
        """Whether it answers."""
        return ask(f"{self.url}/-/ready").status == 200

    def use(self, *, alertmanager: str, rules: str) -> None:
        """Evaluate these rules once a second, and send what fires to that address (`127.0.0.1:9093`)."""
        (self.folder / "rules.yml").write_text(rules)
        (self.folder / "prometheus.yml").write_text(
            "global: {evaluation_interval: 1s, external_labels: {site: test}}\n"
            f"rule_files: [{self.folder}/rules.yml]\n"
            f"alerting: {{alertmanagers: [{{api_version: v2, static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n"
        )
        answer = ask(f"{self.url}/-/reload", "POST")
        assert answer.status == 200, answer.body
        until("Prometheus knows where to send alerts", self._knows_a_target)

    def _knows_a_target(self) -> bool:
        return bool(ask(f"{self.url}/api/v1/alertmanagers").json["data"]["activeAlertmanagers"])


@dataclass
class Watchbill(Process):
    """`watchbill serve` on a data directory of its own: `specs` are its resources, `database` its PostgreSQL (else SQLite)."""

    specs: str = ""
    database: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Its data directory."""
        return self.folder / "data"

    @property
    def address(self) -> str:
        """Host and port, as Prometheus is told."""
        return f"127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """What starts it."""
        where = ["--data", str(self.data), "--listen", self.address]
        if self.database:
            where += ["--database", self.database]
        if self.specs:
            (self.folder / "specs").mkdir(exist_ok=True)
            (self.folder / "specs" / "all.yaml").write_text(self.specs)
            where += ["--specs", str(self.folder / "specs")]
        return [sys.executable, "-m", "watchbill", "serve", *where]

    def start(self, environment: Mapping[str, str] | None = None, *, wait: bool = True) -> None:
        """Start it with its own variables and these."""
        super().start({**self.environment, **(environment or {})}, wait=wait)

    def is_up(self) -> bool:
        """Whether it is ready."""
        return ask(f"{self.url}/readyz").status == 200

    def send(self, *alerts: Mapping[str, object]) -> Answer:
        """POST alerts as Prometheus does."""
        return ask(f"{self.url}/api/v2/alerts", "POST", list(alerts))

    def api(self, path: str, method: str = "GET", body: object = None, **query: str) -> Any:  # Any: JSON
        """Ask the REST API as the owner of the data directory, over its Unix socket; fails unless it is good."""
        with contextlib.closing(_Unix(self.data / "watchbill.sock")) as connection:
            text = None if body is None else json.dumps(body)
            target = f"/api/v1{path}" + (f"?{urlencode(query)}" if query else "")
            answer = _answer(connection, method, target, text, JSON if text else {})
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.body}"
        return answer.json

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command of the command line against it, in a process of its own."""
        command = [sys.executable, "-m", "watchbill", *words, "--data", str(self.data)]
        if self.database:
            command += ["--database", self.database]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=20)
        self._path = path

    def connect(self) -> None:
        """Over the file."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        with unix_address(self._path) as address:
            self.sock.connect(address)


def _answer(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    body: Any,
    headers: Mapping[str, str],  # Any: bytes or text
) -> Answer:
    connection.request(method, target, body, dict(headers))
    found = connection.getresponse()
    return Answer(found.status, found.read().decode(), {name.lower(): value for name, value in found.getheaders()})


@contextlib.contextmanager
def running(server: Process, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """The server runs within the block, and whatever became of it in there, it does not run afterwards."""
    try:
        server.start(environment)
        yield
    finally:
        server.kill()
