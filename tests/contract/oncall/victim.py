"""A worker in a process of its own, made to be killed: does all that is due at a moment, and writes down what it sends."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import Outcome, Outgoing, Receipt
from watchbill.people.model import Actor, Role


class Ledger:
    """A provider: each attempt is on disk before it is answered."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> "Channel":
        """Any channel."""
        return Channel(name, self)

    def names(self) -> Sequence[str]:
        """None in particular."""
        return []

    def write(self, outgoing: Outgoing) -> None:
        """One line, fsynced."""
        with self._path.open("a") as file:
            row = {"delivery": outgoing.delivery, "person": outgoing.person, "channel": outgoing.channel}
            file.write(json.dumps(row) + "\n")
            file.flush()
            os.fsync(file.fileno())


class Channel:
    """One channel of the provider."""

    def __init__(self, name: str, ledger: Ledger) -> None:
        self.name = name
        self._ledger = ledger

    def refusal(self, address: str) -> str | None:  # noqa: ARG002 - the port's signature
        """Every address is fine."""
        return None

    def lane(self, address: str) -> str:  # noqa: ARG002 - the port's signature
        """One a channel."""
        return self.name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Take it."""
        self._ledger.write(outgoing)
        return Receipt(Outcome.DELIVERED, "on disk", 200)


def main(data: str, database: str, now: str, ledger: str, acknowledge: str) -> None:
    """Run at a moment; first acknowledge, where an id is given."""
    config = Config.load({}, data=Path(data), listen="127.0.0.1:0", database=database or None)
    app = App.open(config, clock=ManualClock(datetime.fromisoformat(now)))
    app.channels = Ledger(Path(ledger))
    if acknowledge:
        with app.transaction() as s:
            s.paging.acknowledge(acknowledge, Actor("ann", Role.RESPONDER, "test"))
    worker = Worker(app, name=f"victim-{os.getpid()}")
    worker.drain(periodic=False)
    worker.close()
    app.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
