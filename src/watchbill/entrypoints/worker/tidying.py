"""The tidy loop: saves what readers noted in memory, moves counts that are final, and deletes what has outlived its use."""

from datetime import timedelta

from watchbill.bootstrap import App

__all__ = ["Tidying"]

SAVE_EVERY = timedelta(seconds=30)
DELETE_EVERY = timedelta(hours=1)
KEEP_ENDED_LOGINS = timedelta(days=30)


class Tidying:
    """A cycle every 30 s; deleting is done once an hour."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._deleted_at: float | None = None

    def cycle(self) -> int:
        """Save noted uses, delete when it is time; the number of rows touched."""
        return self.save_uses() + self._app.rounds.keep() + (self.delete() if self._is_time() else 0)

    def save_uses(self) -> int:
        """Move uses of sessions and tokens from memory into the store."""
        uses = dict(self._app.uses)
        if not uses:
            return 0
        with self._app.transaction() as s:
            s.access.note_uses(uses)
        for identifier, at in uses.items():
            # Noted again meanwhile? Then it stays for the next round.
            if self._app.uses.get(identifier) == at:
                self._app.uses.pop(identifier, None)
        return len(uses)

    def delete(self) -> int:
        """Delete jobs that were done, logins that ended and remembered answers, each past its time."""
        self._deleted_at = self._app.clock.monotonic()
        with self._app.transaction() as s:
            gone = s.queue.tidy(s.now - self._app.config.keep_jobs)
            gone += s.access.forget_before(s.now - KEEP_ENDED_LOGINS)
            gone += s.answers.forget(s.now - timedelta(days=1))
        return gone

    def _is_time(self) -> bool:
        now = self._app.clock.monotonic()
        return self._deleted_at is None or now - self._deleted_at >= DELETE_EVERY.total_seconds()
