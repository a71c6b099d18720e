"""watchbill and a real Alertmanager, each as a process of its own with an empty data directory."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.load import get

__all__ = ["Server", "alertmanager", "free_port", "watchbill"]

ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
QUIET = "route: {receiver: none, group_by: ['...']}\nreceivers: [{name: none}]\n"


@dataclass(frozen=True)
class Server:
    """A server that runs; `data` is its folder."""

    name: str
    url: str
    process: psutil.Process
    data: Path

    @property
    def alerts(self) -> str:
        """Where alerts are sent."""
        return f"{self.url}/api/v2/alerts"

    @property
    def memory_mb(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / (1 << 20)

    @property
    def cpu_s(self) -> float:
        """CPU seconds so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def alertmanager(config: str = QUIET) -> Iterator[Server]:
    """Alertmanager without a cluster."""
    if ALERTMANAGER is None:
        sys.exit("no prometheus-alertmanager here: `apt-get install prometheus-alertmanager`")
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder), free_port()
        (data / "am.yml").write_text(config)
        command = [
            ALERTMANAGER,
            f"--config.file={data}/am.yml",
            f"--storage.path={data}/data",
            "--cluster.listen-address=",
        ]
        with _running(
            [*command, f"--web.listen-address=127.0.0.1:{port}"], data, f"http://127.0.0.1:{port}"
        ) as process:
            yield Server("alertmanager", f"http://127.0.0.1:{port}", process, data)


@contextlib.contextmanager
def watchbill(specs: str = "", environment: dict[str, str] | None = None) -> Iterator[Server]:
    """watchbill as `watchbill serve` runs it, with SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder), free_port()
        command = [
            sys.executable,
            "-m",
            "watchbill",
            "serve",
            "--data",
            str(data / "data"),
            "--listen",
            f"127.0.0.1:{port}",
        ]
        if specs:
            (data / "specs").mkdir()
            (data / "specs" / "all.yaml").write_text(specs)
            command += ["--specs", str(data / "specs")]
        with _running(command, data, f"http://127.0.0.1:{port}", environment) as process:
            yield Server("watchbill", f"http://127.0.0.1:{port}", process, data)


@contextlib.contextmanager
def _running(
    command: list[str], data: Path, url: str, environment: dict[str, str] | None = None
) -> Iterator[psutil.Process]:
    log = data / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **(environment or {})})
    try:
        _wait(url, process, log)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, ValueError):
            json.loads(get(f"{url}/api/v2/status"))
            return
        time.sleep(0.05)
    sys.exit(f"{url} did not come up:\n{log.read_text(errors='replace')[-3000:]}")
