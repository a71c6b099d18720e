"""The demo's processes: the past of the shop, its services and its customers, each on its own, ended with the demo."""

import contextlib
import http.client
import json
import signal
import subprocess
import sys
from pathlib import Path

from watchbill.entrypoints.demo.history import LOGGED
from watchbill.entrypoints.demo.shop import SHOP, free_ports
from watchbill.kernel.clock import Clock
from watchbill.kernel.errors import Unavailable

__all__ = ["PROVIDER", "Household"]

START_S, STOP_S, HISTORY_S = 20.0, 3.0, 120.0
PROVIDER = "card-network"
# Two writers, with about the same number of lines each: the storefront sees every visit.
WRITERS = (("storefront",), tuple(name for name in LOGGED if name != "storefront"))


class Household:
    """Starts, breaks and repairs the shop."""

    def __init__(self, logs: Path, clock: Clock) -> None:
        self._logs, self._clock = logs, clock
        self._errors = logs / "errors.txt"  # what the processes say when they fail
        self._ports = dict(zip(SHOP, free_ports(len(SHOP)), strict=True))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def write_history(self) -> None:
        """Write the access logs of the last 28 days; raises Unavailable where a writer failed."""
        until = self._clock.now().isoformat()
        for number, services in enumerate(WRITERS):
            self._spawn(f"writer-{number}", "history", *services, "--logs", str(self._logs), "--until", until)
        for number in range(len(WRITERS)):
            status = self._processes.pop(f"writer-{number}").wait(HISTORY_S)
            if status:
                raise Unavailable(
                    f"the history could not be written below {self._logs}", hint=f"{self._errors} says why"
                )

    def open(self) -> None:
        """Start every service, wait until each answers, then let the customers in."""
        for name in SHOP:
            self._start(name)
        for name in SHOP:
            self._wait_for(name)
        self._spawn("customers", "traffic", "--port", str(self._ports["storefront"]))

    def break_payments(self) -> None:
        """Kill the outside payment provider: from now on every order fails."""
        process = self._processes[PROVIDER]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def repair_payments(self) -> None:
        """Bring the provider back; done when an order goes through again."""
        self._start(PROVIDER)
        self._wait_for(PROVIDER)
        deadline = self._clock.monotonic() + START_S
        while not self._says_ok("storefront", "POST", "/orders"):
            if self._clock.monotonic() > deadline:
                raise Unavailable("the provider is back and orders still fail", hint=f"{self._errors} says why")
            self._clock.sleep(0.2)

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
            if process.stdin:
                process.stdin.close()
        self._processes.clear()

    def _start(self, name: str) -> None:
        self._spawn(name, "shop", name, "--ports", json.dumps(self._ports), "--logs", str(self._logs))

    def _wait_for(self, name: str) -> None:
        deadline = self._clock.monotonic() + START_S
        while not self._says_ok(name, "GET", "/healthz"):
            if self._clock.monotonic() > deadline:
                raise Unavailable(f"the shop's {name} did not start", hint=f"{self._errors} says why")
            self._clock.sleep(0.05)

    def _says_ok(self, name: str, method: str, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._ports[name], timeout=3)
        with contextlib.closing(connection):
            try:
                connection.request(method, path)
                return connection.getresponse().status == http.client.OK
            except (OSError, http.client.HTTPException):
                return False

    def _spawn(self, name: str, module: str, *arguments: str) -> None:
        """A process of its own session, so that Ctrl-C reaches the demo alone; it ends when the pipe to it ends."""
        command = [sys.executable, "-m", f"watchbill.entrypoints.demo.{module}", *arguments]
        with self._errors.open("ab") as errors:
            self._processes[name] = subprocess.Popen(  # noqa: S603 - our own modules
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True
            )
