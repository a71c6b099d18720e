"""A drill with alerts as senders send them: the whole application, a clock moved by hand, a fake outside world."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.resources.files import SourceFile
from watchbill.alerts.model import Alert
from watchbill.alerts.ports import AlertQuery
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import Escalation
from watchbill.people.model import Actor, Role

# Tuesday, 24 November 2026, 03:00 UTC: the small hours for everybody here.
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
OWNER = Actor("owner", Role.ADMIN, "cli")
NEVER = timedelta(days=365)
HOUSE = """
person: {name: ann, email: ann@shop.test}
---
person: {name: bob, email: bob@shop.test}
---
escalation_policy: {name: default, steps: [{notify: ["person:ann"], wait: 5m}, {notify: ["person:bob"], wait: 5m}]}
---
service: {name: checkout, tier: critical, dependencies: {upstream: [{name: payments, hard: true}, {name: search, hard: false}]}}
---
service: {name: payments, tier: critical, dependencies: {upstream: [{name: db, hard: true}]}}
---
service: {name: db, tier: critical}
---
service: {name: search, tier: standard}
"""


@dataclass
class Drill:
    """What a drill does, and what it looks at."""

    app: App
    world: FakeWorld
    clock: ManualClock
    worker: Worker

    def write(self, text: str) -> None:
        """Apply resources."""
        with self.app.transaction() as s:
            s.resources.apply([SourceFile("drill.yaml", text)], OWNER)

    def fire(self, name: str = "Down", *, run: bool = True, severity: str = "critical", **labels: str) -> str:
        """An alert fires until it is resolved; its fingerprint."""
        with self.app.transaction() as s:
            found = s.alerts.receive_internal(
                {"alertname": name, "severity": severity, **labels}, {}, ends_at=self.clock.now() + NEVER
            )
        if run:
            self.run()
        return found

    def resolve(self, name: str = "Down", *, severity: str = "critical", **labels: str) -> None:
        """Its sender says that it is over."""
        with self.app.transaction() as s:
            s.alerts.receive_internal({"alertname": name, "severity": severity, **labels}, {}, ends_at=self.clock.now())
        self.run()

    def run(self) -> None:
        """Everything that is due."""
        self.worker.drain(periodic=False)

    def forward(self, **span: float) -> None:
        """Let time pass, stopping whenever something comes due."""
        target = self.clock.now() + timedelta(**span)
        while (due := self._next_due()) is not None and due <= target:
            self.clock.jump(max(due, self.clock.now()))
            self.run()
        self.clock.jump(target)
        self.run()

    def called(self) -> list[str]:
        """Whom the world was asked to reach, in order."""
        return [one.person for one in self.world.ledger]

    def alerts(self) -> list[Alert]:
        """All alerts, newest first."""
        with self.app.reading() as s:
            return list(s.alerts.list(AlertQuery(limit=500)))

    def escalations(self) -> list[Escalation]:
        """All escalations, newest first."""
        with self.app.reading() as s:
            return list(s.paging.escalations(limit=500))

    def _next_due(self) -> datetime | None:
        with self.app.queue(reading=True) as queue:
            lanes = ["work", *queue.lanes("send:")]
            return min((at for lane in lanes if (at := queue.next_due(lane)) is not None), default=None)


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """At three in the morning."""
    with ExitStack() as stack:
        clock = ManualClock(START)
        app = App.open(Config.load({}, data=tmp_path / "data", listen="127.0.0.1:0"), clock=clock)
        stack.callback(app.close)
        world = FakeWorld()
        app.channels = world
        worker = Worker(app, name="drill")
        stack.callback(worker.close)
        ready = Drill(app, world, clock, worker)
        ready.write(HOUSE)
        yield ready
