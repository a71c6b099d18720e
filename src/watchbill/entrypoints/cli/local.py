"""No server runs: take the owner lock for one command and work on the files with the same code."""

import sys
from collections.abc import Mapping
from typing import Any

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.operations.run import perform
from watchbill.operations.table import Operation
from watchbill.people.model import Actor, Role

__all__ = ["LocalTransport"]


class LocalTransport:
    """The files themselves, with the owner's rights. Reactions to what was written run here; pages wait for a server."""

    def __init__(self, config: Config, owner: str) -> None:
        self._app = App.open(config)
        self._who = Actor(name=owner, role=Role.ADMIN, via="cli")
        self._wrote = False

    def call(self, row: Operation, fields: Mapping[str, object]) -> Any:  # Any: JSON
        """Run the operation in one transaction of its own."""
        with self._app.transaction() if row.writes else self._app.reading() as s:
            answer = perform(s, self._who, row, fields)
        self._wrote |= row.writes
        return answer

    def follow_up(self) -> None:
        """Run what follows from the writes now: no server does it, and the command waits for what comes of it."""
        from watchbill.entrypoints.worker import Worker

        worker = Worker(self._app)
        worker.drain(deliver=False)
        worker.close()

    def close(self) -> None:
        """Run what follows from the writes, say what has to wait, and let go of the files."""
        try:
            if self._wrote:
                self._follow_up()
        finally:
            self._app.close()

    def _follow_up(self) -> None:
        from watchbill.entrypoints.worker import Worker

        waiting = Worker(self._app).drain(deliver=False)
        if waiting:
            pages = "1 page waits" if waiting == 1 else f"{waiting} pages wait"
            sys.stderr.write(f"No server runs: {pages} and will leave when `watchbill serve` starts.\n")
