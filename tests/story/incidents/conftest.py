"""A drill: the whole application, a clock that is moved by hand, traffic that is pushed minute by minute, a fake outside world."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import LinkAction, PageFacts
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role
from watchbill.slo.model import Bucket

# Tuesday, 24 November 2026, 03:00 UTC: the small hours for everybody here.
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
OWNER = Actor("owner", Role.ADMIN, "test")
Json = Any  # Any: answers of operations are JSON

HOUSE = """
organisation: {name: Shop, timezone: Europe/Paris, currency: USD, holidays: FR, roles: {sre_lead: dee},
               revenue_per_minute: {amount: "120.00", services: [checkout]}, sev1_revenue_per_minute: "500.00"}
---
person: {name: ann, email: ann@shop.test}
---
person: {name: bob, email: bob@shop.test}
---
person: {name: cy, email: cy@shop.test}
---
person: {name: dee, email: dee@shop.test}
---
team: {name: payments, members: [ann, bob, cy], lead: cy}
---
schedule:
  name: primary
  timezone: Europe/Paris
  layers: [{name: weekly, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann]}]
  secondary: second
---
schedule:
  name: second
  timezone: Europe/Paris
  layers: [{name: weekly, rotation: weekly, start: "2026-01-05T09:00:00", people: [bob]}]
---
escalation_policy:
  name: payments
  steps: [{notify: ["schedule:primary"], wait: 5m}, {notify: ["schedule:second"], wait: 10m}]
  fallback: ["person:dee"]
---
route:
  match: ['severity="page"']
  escalation_policy: payments
  declare_incident: {when: P0}
---
service: {name: checkout, tier: critical, owner_team: payments, oncall_rotation: primary, dependencies: {upstream: [payment]}}
---
service: {name: payment, tier: critical, owner_team: payments, oncall_rotation: primary}
---
service: {name: wiki, tier: standard, owner_team: payments, oncall_rotation: primary}
---
sli: {name: checkout-success, service: checkout, type: availability,
      measurement: {good_events: "orders that worked", total_events: "all orders", source: {push: {}}}}
---
slo: {service: checkout, sli: checkout-success, name: checkout-availability, target: 99.9, window: 28d, runbook: checkout}
---
runbook: {title: Checkout, alert_name: SLOBurn, name: checkout, owner: payments, overview: "Orders fail."}
"""


@dataclass
class Drill:
    """What a drill does: traffic flows, time passes, people act; and what it looks at."""

    app: App
    world: FakeWorld
    clock: ManualClock
    worker: Worker

    def write(self, text: str) -> None:
        """Apply resources."""
        with self.app.transaction() as s:
            s.resources.apply([SourceFile("drill.yaml", text)], OWNER)

    def ask(self, name: str, /, who: str = "ann", **fields: object) -> Json:
        """One operation, as its REST route or command runs it, by a responder; then the worker does what follows."""
        row = operation(name)
        actor = Actor(who, Role.RESPONDER, "test")
        with self.app.transaction() if row.writes else self.app.reading() as s:
            answer = perform(s, actor, row, fields)
        if row.writes:
            self.run()
        return answer

    def tap(self, link: str, action: LinkAction = LinkAction.ACK) -> None:
        """What happens when somebody taps a button behind the link of a message; then the worker does what follows."""
        with self.app.transaction() as s:
            s.paging.act(link.rpartition("/")[2], action)
        self.run()

    def opens(self, link: str) -> PageFacts:
        """What the link of a message shows."""
        with self.app.reading() as s:
            return s.paging.open_link(link.rpartition("/")[2])

    def show(self, number: int = 1) -> Json:
        """The incident room."""
        return self.ask("incident.show", id=str(number))

    def texts(self, number: int = 1, *sources: str) -> list[str]:
        """What the timeline says, in order; of some sources only."""
        return [entry["text"] for entry in self.show(number)["timeline"] if not sources or entry["source"] in sources]

    def traffic(self, minutes: int, *, good: int = 100, bad: int = 0) -> None:
        """Let minutes pass in which so many orders worked and failed, each minute judged as it ends."""
        for _ in range(minutes):
            minute = self.clock.now().replace(second=0, microsecond=0)
            with self.app.transaction() as s:
                s.slo.push("checkout-success", minute.isoformat(), [Bucket(minute, good, good + bad)])
            self.clock.jump(minute + MINUTE)
            self.worker.drain(periodic=True)

    def outage_is_folded(self) -> None:
        """A minute of failures, judged and folded into an alert; nothing that follows from it is done yet."""
        minute = self.clock.now().replace(second=0, microsecond=0)
        with self.app.transaction() as s:
            s.slo.push("checkout-success", minute.isoformat(), [Bucket(minute, 0, 100)])
        self.clock.jump(minute + MINUTE)
        for name in ("evaluate", "fold"):
            self.worker.step(name)

    def calm(self, minutes: int) -> None:
        """Let minutes of good orders pass, judged every five of them: for drills in which nothing happens meanwhile."""
        while minutes > 0:
            step, minute = min(minutes, 5), self.clock.now().replace(second=0, microsecond=0)
            counts = [Bucket(minute + MINUTE * back, 100, 100) for back in range(step)]
            self.clock.jump(minute + MINUTE * step)
            with self.app.transaction() as s:
                s.slo.push("checkout-success", f"calm-{minute.isoformat()}", counts)
            self.worker.drain(periodic=True)
            minutes -= step

    def history(self, hours: int) -> None:
        """Hours of good orders that lie behind, in one batch."""
        now = self.clock.now().replace(second=0, microsecond=0)
        minutes = [Bucket(now - MINUTE * back, 100, 100) for back in range(hours * 60, 0, -1)]
        with self.app.transaction() as s:
            s.slo.push("checkout-success", f"history-{now.isoformat()}", minutes)

    def forward(self, minutes: float) -> None:
        """Let time pass without traffic, stopping whenever something comes due."""
        target = self.clock.now() + timedelta(minutes=minutes)
        while (due := self._next_due()) is not None and due <= target:
            self.clock.jump(max(due, self.clock.now()))
            self.run()
        self.clock.jump(target)
        self.run()

    def run(self) -> None:
        """Let the worker do everything that is due."""
        self.worker.drain(periodic=False)

    def called(self) -> list[str]:
        """Whom the world was asked to reach, in order."""
        return [one.person for one in self.world.ledger]

    def kinds(self, *wanted: str) -> list[str]:
        """Kinds of the events that were published, in order; of those wanted."""
        with self.app.reading() as s:
            return [one.recorded.event.kind for one in s.records.events(kinds=wanted, limit=1000)]

    def _next_due(self) -> datetime | None:
        with self.app.queue(reading=True) as queue:
            lanes = ["work", *queue.lanes("send:")]
            return min((at for lane in lanes if (at := queue.next_due(lane)) is not None), default=None)


@contextmanager
def opened(data: Path, database: str | None = None, **settings: object) -> Iterator[Drill]:
    """A shop at three in the morning, with a day of good orders behind it; on SQLite where no database is named."""
    with ExitStack() as stack:
        clock = ManualClock(START)
        given = {"listen": "127.0.0.1:0", "watermark_delay": timedelta(0), "job_threads": 1, **settings}
        config = Config.load({}, data=data, database=database, **given)
        app = App.open(config, clock=clock)
        stack.callback(app.close)
        world = FakeWorld()
        app.channels = world
        worker = Worker(app, name="drill")
        stack.callback(worker.close)
        ready = Drill(app, world, clock, worker)
        ready.write(HOUSE)
        ready.history(24)
        yield ready


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    """The shop on SQLite."""
    with opened(tmp_path / "data") as ready:
        yield ready


@pytest.fixture(params=["sqlite", "postgresql"])
def drill_anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drill]:
    """The shop on each database in turn."""
    database = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    with opened(tmp_path / "data", database) as ready:
        yield ready
