"""Whether the promise can be kept: the checks behind /readyz, and what stops the heartbeat to the outside watcher."""

import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta

from watchbill.bootstrap import App
from watchbill.kernel.errors import WatchbillError

__all__ = ["Vitals"]

MIN_FREE_BYTES = 64 << 20
_STUCK_AFTER = timedelta(minutes=5)


class Vitals:
    """A row a check; each answers why the promise cannot be kept, or None. `loops` names loops that cannot be relied on."""

    def __init__(self, app: App, loops: Callable[[], Mapping[str, str]]) -> None:
        self._app = app
        self._loop_faults = loops
        self.checks: Mapping[str, Callable[[], str | None]] = {
            "store": self._store,
            "schema": self._schema,
            "disk": self._disk,
            "loops": self._loops,
            "sending": self._sending,
        }

    def why_no_page_can_leave(self) -> str | None:
        """The first check that fails, else deliveries that are due and that nobody takes up; None: paging works."""
        for name, check in self.checks.items():
            if reason := check():
                return f"{name}: {reason}"
        return self._stuck()

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

    def _loops(self) -> str | None:
        return "; ".join(f"{name}: {fault}" for name, fault in sorted(self._loop_faults().items())) or None

    def _sending(self) -> str | None:
        try:
            with self._app.reading() as s:
                pause = s.pauses.sending()
        except WatchbillError as wrong:
            return wrong.message
        return f"no page leaves: {pause.reason} (`watchbill sending resume`)" if pause else None

    def _stuck(self) -> str | None:
        try:
            with self._app.queue(reading=True) as queue:
                for lane in queue.lanes("send:"):
                    due = queue.next_due(lane)
                    if due is not None and queue.now - due >= _STUCK_AFTER:
                        return f"deliveries: {lane} waits since {due:%H:%M:%S} UTC and nobody takes it up"
        except WatchbillError as wrong:
            return wrong.message
        return None
