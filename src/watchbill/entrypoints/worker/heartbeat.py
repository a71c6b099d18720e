"""The outgoing heartbeat: an outside watcher is called while paging can work, and hears nothing when it cannot (I10).

Whoever watches the watcher is told by that watcher, over a road that has nothing to do with this process.
"""

import threading
from collections.abc import Mapping
from datetime import datetime

import structlog

from watchbill.bootstrap import App
from watchbill.entrypoints.worker.vitals import Vitals

__all__ = ["Heartbeat"]

_log = structlog.get_logger("watchbill.heartbeat")


class Heartbeat:
    """A cycle a beat. What came of the last one is kept for /readyz and the doctor."""

    def __init__(self, app: App, vitals: Vitals) -> None:
        self._app = app
        self._vitals = vitals
        self._lock = threading.Lock()
        self._said: tuple[datetime | None, str] = (None, "")

    def cycle(self) -> int:
        """Call the watcher, unless paging cannot work; the number of calls that arrived."""
        beacon = self._app.roads.beacon
        if beacon is None:
            return 0
        held = self._vitals.why_no_page_can_leave()
        fault = f"withheld: {held}" if held else beacon.call()
        if fault and fault != self._said[1]:
            _log.warning("no heartbeat to the outside watcher", reason=fault)
        with self._lock:
            at, _ = self._said
            self._said = (at, fault) if fault else (self._app.clock.now(), "")
        return 0 if fault else 1

    def standing(self) -> Mapping[str, object]:
        """Whether one is set up (`set`), when the last call arrived, and why the latest did not (""; it did)."""
        with self._lock:
            at, fault = self._said
        return {
            "set": bool(self._app.config.heartbeat_url),
            "last_at": at.isoformat() if at else None,
            "fault": fault,
        }
