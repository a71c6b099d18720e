"""The coverage loop: looks two weeks ahead for hours that nobody covers, and lets teams be told of new ones."""

from datetime import timedelta

from watchbill.bootstrap import App

__all__ = ["LOOK_EVERY", "Looking"]

LOOK_EVERY = timedelta(minutes=15)  # gaps are told two weeks ahead: soon enough


class Looking:
    """A cycle every quarter of an hour."""

    def __init__(self, app: App) -> None:
        self._app = app

    def cycle(self) -> int:
        """One look; how much is newly missing. Where nothing is, nothing is written."""
        with self._app.reading() as s:
            if not s.arranged.coverage.moves():
                return 0
        with self._app.transaction() as s:
            return s.arranged.coverage.look()
