"""Is the process alive, and can it keep its promises? /healthz answers the first, /readyz the second with reasons."""

import threading
from collections.abc import Callable, Mapping

from watchbill.bootstrap import App
from watchbill.entrypoints.worker import Worker
from watchbill.entrypoints.worker.vitals import Vitals

__all__ = ["Readiness"]

_KEEP_S = 1.0


class Readiness:
    """The checks behind /readyz, a row each; an answer is kept for a second, so that probes cost nothing."""

    def __init__(self, app: App, worker: Worker | None) -> None:
        self._app = app
        self._worker = worker
        self._lock = threading.Lock()
        self._kept: tuple[float, dict[str, str]] | None = None
        self.stopping = False
        vitals = worker.vitals if worker else Vitals(app, dict)
        self._checks: Mapping[str, Callable[[], str | None]] = {
            **vitals.checks,
            "stopping": lambda: "the server is stopping" if self.stopping else None,
        }

    def faults(self) -> dict[str, str]:
        """Checks that fail, with the reason; empty means ready."""
        now = self._app.clock.monotonic()
        with self._lock:
            if self._kept is None or now - self._kept[0] > _KEEP_S or self.stopping:
                found = {name: reason for name, check in self._checks.items() if (reason := check())}
                self._kept = (now, found)
            return self._kept[1]

    def answer(self) -> tuple[int, dict[str, object]]:
        """Status and body of /readyz. The heartbeat is told and decides nothing: an outside watcher that is away stops no page."""
        faults = self.faults()
        checks = {name: faults.get(name, "ok") for name in self._checks}
        body: dict[str, object] = {"ready": not faults, "checks": checks}
        if self._worker is not None:
            body["heartbeat"] = self._worker.heartbeat.standing()
        return (503 if faults else 200), body
