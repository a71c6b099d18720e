"""Keeps what browsers report as JSON lines, one log for each service: from there it is followed like any other log.

So predicates, groups, contributors, late events and exactly-once reading are those of logs. A log is rotated at 64 MiB and
one earlier file is kept: minutes of traffic, and days for most sites; what was counted stays counted.
"""

import contextlib
import os
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from watchbill.kernel.clock import Clock
from watchbill.kernel.instants import to_text
from watchbill.signals.model import Vital
from watchbill.slo.model import Beacon, Logs, Sli

__all__ = ["Beacons"]

_MOST_BYTES = 64 << 20


class Beacons:
    """Safe to be used from several threads of one process; one process owns the folder."""

    def __init__(self, folder: Path, clock: Clock, *, most_bytes: int = _MOST_BYTES) -> None:
        self._folder, self._clock, self._most_bytes = folder, clock, most_bytes
        self._lock = threading.Lock()

    def keep(self, service: str, vitals: Sequence[Vital]) -> None:
        """Append the reports, dated now: a browser's clock is anybody's guess. Not synced: losing a second of them is no harm."""
        now = to_text(self._clock.now())
        lines = b"".join(msgspec.json.encode(_line(now, service, one)) + b"\n" for one in vitals)
        path = self._path(service)
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_size >= self._most_bytes:
                    path.replace(path.with_suffix(".jsonl.1"))
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, lines)
            finally:
                os.close(handle)

    def has_any(self, sli: Sli) -> bool:
        """Whether anything was ever reported to what the SLI reads."""
        assert isinstance(sli.source, Beacon)
        return self._path(sli.source.name).exists()

    def as_log(self, sli: Sli) -> Sli:
        """The SLI as one that follows the log of its beacon."""
        assert isinstance(sli.source, Beacon)
        return replace(sli, source=Logs(str(self._path(sli.source.name)), format="json"))

    def _path(self, service: str) -> Path:
        return self._folder / f"{service}.jsonl"


def _line(now: str, service: str, one: Vital) -> dict[str, object]:
    """As the structured log standard has it; what was not said is left out."""
    found: dict[str, object] = {
        "timestamp": now, "level": "info", "service": service, "message": "page view" if one.errors is not None else "web vital",
        "metric": one.metric.value, "value": one.value, "path": one.path,
    }  # fmt: skip
    more = {"errors": one.errors, "device": one.device or None, "release": one.release or None}
    return found | {name: value for name, value in more.items() if value is not None}
