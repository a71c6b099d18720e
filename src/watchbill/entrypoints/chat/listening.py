"""Listening to one provider: hear, take, answer, keep how far it was heard. A provider that is away disturbs nothing else."""

import threading

import structlog

from watchbill.bootstrap import App
from watchbill.chat.model import Provider
from watchbill.chat.ports import Ear
from watchbill.entrypoints.chat.hearing import Hearing
from watchbill.kernel.errors import WatchbillError

__all__ = ["Listening"]

_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
_log = structlog.get_logger("watchbill.chat")


class Listening:
    """A cycle of the worker. Its failures are logged once for each silence, and never make watchbill unready."""

    def __init__(self, app: App, provider: Provider, ear: Ear) -> None:
        self._app, self._provider, self._ear = app, provider, ear
        self._hearing = Hearing(app)
        self._resting = threading.Event()
        self._failures = 0

    def cycle(self) -> int:
        """Hear for a while, and do what was said; how much that was."""
        try:
            count = self._heard()
        except (WatchbillError, OSError) as away:
            self._away(away)
            return 0
        if self._failures:
            _log.info("chat is heard again", provider=self._provider)
        self._failures = 0
        return count

    def interrupt(self) -> None:
        """Stop waiting, because the process ends."""
        self._resting.set()
        self._ear.interrupt()

    def close(self) -> None:
        """Give the connection back."""
        self._ear.close()

    def _heard(self) -> int:
        with self._app.reading() as s:
            before = s.chat.cursor(self._provider)
        found, cursor = self._ear.hear(before)
        for heard in found:
            self._ear.answered(heard, self._hearing.take(heard))
        if cursor is not None and cursor != before:
            with self._app.transaction() as s:
                s.chat.save_cursor(self._provider, cursor)
        return len(found)

    def _away(self, away: Exception) -> None:
        if not self._failures:
            _log.warning(
                "chat is not heard; pages go their other ways", provider=self._provider, error_message=str(away)
            )
        pause_s = _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1
        self._ear.close()
        self._resting.wait(pause_s)
