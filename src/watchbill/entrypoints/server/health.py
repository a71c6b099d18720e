"""Is the process alive, and can it keep its promises? /healthz answers the first, /readyz the second with reasons."""

import shutil
import threading
from collections.abc import Callable, Mapping

from watchbill.bootstrap import App
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.errors import WatchbillError

__all__ = ["Readiness"]

MIN_FREE_BYTES = 64 << 20
_KEEP_S = 1.0


class Readiness:
    """The checks behind /readyz, a row each; an answer is kept for a second, so that probes cost nothing."""

    def __init__(self, app: App, worker: Worker | None) -> None:
        self._app = app
        self._worker = worker
        self._lock = threading.Lock()
        self._kept: tuple[float, dict[str, str]] | None = None
        self.stopping = False
        self._checks: Mapping[str, Callable[[], str | None]] = {
            "store": self._store,
            "schema": self._schema,
            "disk": self._disk,
            "loops": self._loops,
            "sending": self._sending,
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
        """Status and body of /readyz."""
        faults = self.faults()
        checks = {name: faults.get(name, "ok") for name in self._checks}
        return (503 if faults else 200), {"ready": not faults, "checks": checks}

    def _store(self) -> str | None:
        if self._app.database.failure:
            return f"the disk refused a write, nothing more is promised until a restart: {self._app.database.failure}"
        try:
            self._app.ping()
        except WatchbillError as wrong:
            return wrong.message
        return None

    def _schema(self) -> str | None:
        try:
            return None if self._app.is_schema_current() else "migrations are missing: `watchbill db upgrade`"
        except WatchbillError as wrong:
            return str(wrong)

    def _disk(self) -> str | None:
        free = shutil.disk_usage(self._app.config.data).free
        return None if free >= MIN_FREE_BYTES else f"only {free >> 20} MiB free in {self._app.config.data}"

    def _sending(self) -> str | None:
        try:
            with self._app.reading() as s:
                pause = s.pauses.sending()
        except WatchbillError as wrong:
            return wrong.message
        return f"no page leaves: {pause.reason} (`watchbill sending resume`)" if pause else None

    def _loops(self) -> str | None:
        faults = self._worker.faults() if self._worker else {}
        return "; ".join(f"{name}: {fault}" for name, fault in sorted(faults.items())) or None
