"""The demo's processes: the services of the shop and its customers, each on its own, ended with the demo."""

import contextlib
import http.client
import json
import signal
import subprocess
import sys
from pathlib import Path

from watchbill.entrypoints.demo.shop import SHOP, free_ports
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unavailable

__all__ = ["Household"]

START_S, STOP_S = 15.0, 3.0
PROVIDER = "card-network"


class Household:
    """Starts, breaks and repairs the shop."""

    def __init__(self, logs: Path, clock: Clock) -> None:
        self._logs, self._clock = logs, clock
        self._ports = dict(zip(SHOP, free_ports(len(SHOP)), strict=True))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def storefront(self) -> str:
        """Where customers come in."""
        return f"http://127.0.0.1:{self._ports['storefront']}"

    def open(self) -> None:
        """Start every service, wait until each answers, then let the customers in."""
        for name in SHOP:
            self._start(name)
        deadline = self._clock.monotonic() + START_S
        for name in SHOP:
            while not self._answers(name):
                if self._clock.monotonic() > deadline:
                    raise Unavailable(f"the shop's {name} did not start", hint=f"see {self._logs}")
                self._clock.sleep(0.05)
        self._processes["customers"] = _spawn("traffic", "--port", str(self._ports["storefront"]))

    def break_payments(self) -> None:
        """Kill the outside payment provider: from now on every order fails."""
        process = self._processes[PROVIDER]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def repair_payments(self) -> None:
        """Bring the provider back."""
        self._start(PROVIDER)
        deadline = self._clock.monotonic() + START_S
        while not self._answers(PROVIDER) and self._clock.monotonic() < deadline:
            self._clock.sleep(0.05)

    def close(self) -> None:
        """End all processes, the stubborn ones by force."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str) -> None:
        self._processes[name] = _spawn("shop", name, "--ports", json.dumps(self._ports), "--logs", str(self._logs))

    def _answers(self, name: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[name], timeout=1)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == http.client.OK
            except OSError:
                return False


def _spawn(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"watchbill.entrypoints.demo.{module}", *arguments]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own modules
