"""The worker: all background loops, run under supervision in threads, or stepped one cycle at a time by a test."""

import threading
import uuid
from collections.abc import Callable

import structlog

from watchbill.bootstrap import App
from watchbill.entrypoints.worker.logs import ensure_logs
from watchbill.entrypoints.worker.loop import Loop
from watchbill.entrypoints.worker.reacting import Reacting
from watchbill.entrypoints.worker.sending import Sender
from watchbill.entrypoints.worker.tidying import SAVE_EVERY, Tidying
from watchbill.kernel.errors import Unavailable

__all__ = ["Worker"]

_RESTART_CAP_S = 5.0
_DRAIN_LIMIT = 10_000
_log = structlog.get_logger("watchbill.worker")


class Worker:
    """The loops of one process. `start` and `stop` run them in threads; `step` and `drain` run them right here."""

    def __init__(self, app: App, *, name: str | None = None) -> None:
        ensure_logs()
        self._app = app
        self.name = name or f"worker-{uuid.uuid4().hex[:8]}"  # noqa: TID251 - names a process, not a record
        self._stopping = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._supervisor: threading.Thread | None = None
        self._sender = Sender(app, self.name, self._stopping)
        self.loops = {loop.name: loop for loop in self._loops()}

    def _loops(self) -> tuple[Loop, ...]:
        """The table of loops, in the order in which one cycle of each passes work on to the next."""
        reacting = Reacting(self._app, self.name, self._stopping)
        tidying = Tidying(self._app)
        return (
            Loop("jobs", reacting.cycle, topic="work", pause=reacting.pause_s, close=reacting.close),
            Loop("deliveries", self._sender.cycle, topic="work", close=self._sender.close),
            Loop("tidy", tidying.cycle, every=SAVE_EVERY),
        )
