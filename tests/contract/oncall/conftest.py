"""A drill: the whole application on either database, a clock that is moved by hand, and an outside world that is fake."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.store.contacts import ContactRecords
from watchbill.adapters.store.devices import DeviceRecords
from watchbill.alerts.model import AlertNotice, AlertOpened, AlertResolved, AlertStatus, Severity
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId, DeviceId
from watchbill.oncall.model import Device, Escalation
from watchbill.oncall.service import PagingService
from watchbill.people.model import Actor, Role

# Tuesday, 24 November 2026, 03:00 UTC: the small hours for everybody here.
START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
T = TypeVar("T")
ANN = Actor("ann", Role.RESPONDER, "test")
BOB = Actor("bob", Role.RESPONDER, "test")
OWNER = Actor("owner", Role.ADMIN, "test")

PHONE = Device(DeviceId("dev_annsphone"), "ann", "Ann's phone", "https://push.test/1", "key", "auth", START)
PROVED = (("ann", "sms", "+331"), ("cy", "webhook", "https://hooks.shop.test/cy"), ("cy", "sms", "+333"))

HOUSE = """
organisation: {name: Shop, timezone: Europe/Paris, roles: {sre_lead: dee}}
---
person: {name: ann, email: ann@shop.test, contacts: [{channel: push}, {channel: sms, address: "+331"}],
         notification_rules: [{after: 0m, channel: push}, {after: 3m, channel: sms}]}
---
person: {name: bob, email: bob@shop.test}
---
person: {name: cy, email: cy@shop.test, contacts: [{channel: webhook, address: "https://hooks.shop.test/cy"}, {channel: sms, address: "+333"}]}
---
person: {name: dee, email: dee@shop.test}
---
team: {name: payments, members: [ann, bob, cy], lead: ann}
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
schedule:
  name: nobody
  timezone: Europe/Paris
  layers: [{name: later, rotation: weekly, start: "2030-01-07T09:00:00", people: [ann]}]
---
escalation_policy:
  name: payments
  steps:
    - {notify: ["schedule:primary"], wait: 5m}
    - {notify: ["schedule:second"], wait: 10m}
    - {notify: ["person:cy"], wait: 15m}
  repeat: 1
  fallback: ["person:dee"]
---
escalation_policy:
  name: pair
  steps: [{notify: ["person:bob", "person:cy"], wait: 5m}]
---
escalation_policy:
  name: empty
  steps: [{notify: ["schedule:nobody"], wait: 5m}]
---
service: {name: checkout, tier: critical, owner_team: payments, oncall_rotation: primary}
"""


@dataclass
class Drill:
    """What a drill does: alerts begin and end, time passes, people answer; and what it looks at."""

    app: App
    world: FakeWorld
    clock: ManualClock
    worker: Worker
    ann: Actor = ANN
    bob: Actor = BOB
    owner: Actor = OWNER
    alerts: dict[AlertId, AlertNotice] = field(default_factory=dict)

    def write(self, text: str) -> None:
        """Apply resources."""
        with self.app.transaction() as s:
            s.resources.apply([SourceFile("drill.yaml", text)], OWNER)

    def prove(self) -> None:
        """Everybody has shown that their contacts reach them; ann has a phone that takes pages."""
        with self.app.transaction() as s:
            DeviceRecords(s.connection).add(PHONE)
            for person, channel, address in PROVED:
                ContactRecords(s.connection).verify(person, channel, address, START)

    def fire(
        self,
        name: str = "CheckoutErrors",
        *,
        severity: Severity = Severity.P0,
        group: str = "checkout",
        policy: str | None = "payments",
        slo: str | None = None,
        service: str | None = "checkout",
        notify: bool | None = None,
        run: bool = True,
    ) -> AlertId:
        """An alert begins."""
        alert = self.app.ids.new(AlertId)
        opened = AlertOpened(
            alert=alert,
            fingerprint=f"fp-{alert}",
            status=AlertStatus.FIRING,
            severity=severity,
            name=name,
            title=f"{name} on {service}",
            service=service,
            group_key=group,
            escalation_policy=policy,
            declare_incident=False,
            notify=severity.pages if notify is None else notify,
            starts_at=self.clock.now(),
            ends_at=self.clock.now() + timedelta(minutes=5),
            slo=slo,
        )
        self.alerts[alert] = opened
        self.say(opened, alert, run=run)
        return alert

    def resolve(self, alert: AlertId, *, run: bool = True) -> None:
        """An alert ends."""
        self.change(alert, AlertResolved, run=run, status=AlertStatus.RESOLVED, notify=False)

    def say(self, event: Event, subject: str, *, run: bool = True) -> None:
        """Publish an event, as another domain would."""
        with self.app.transaction() as s:
            s.events.publish(event, subject=subject, cause=None)
        if run:
            self.run()

    def change(self, alert: AlertId, kind: type[AlertNotice], *, run: bool = True, **values: Any) -> None:
        """Say something else about an alert: it changed, was silenced, or is silenced no longer."""
        opened = self.alerts[alert]
        fields = {name: getattr(opened, name) for name in AlertNotice.__dataclass_fields__}
        notice = kind(**(fields | values))
        self.alerts[alert] = notice
        self.say(notice, alert, run=run)

    def run(self) -> None:
        """Let the worker do everything that is due."""
        self.worker.drain(periodic=False)

    def forward(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass, stopping whenever something comes due."""
        target = self.clock.now() + timedelta(minutes=minutes, seconds=seconds)
        while (due := self._next_due()) is not None and due <= target:
            if due > self.clock.now():
                self.clock.forward(due - self.clock.now())
            self.run()
        if target > self.clock.now():
            self.clock.forward(target - self.clock.now())
        self.run()

    def escalation(self, subject: str) -> Escalation:
        """The newest escalation about an alert."""
        with self.app.reading() as s:
            found = s.paging.escalation_of(subject)
        assert found is not None
        return found

    def acknowledge(self, target: str, who: Actor = ANN) -> Escalation:
        """Somebody has it."""
        return self.do(lambda paging: paging.acknowledge(target, who))

    def do(self, action: Callable[[PagingService], T]) -> T:
        """One use case of the pager, in a transaction of its own."""
        with self.app.transaction() as s:
            done = action(s.paging)
        self.run()
        return done

    def do_only(self, action: Callable[[PagingService], T]) -> T:
        """The same, and the worker stands still."""
        with self.app.transaction() as s:
            return action(s.paging)

    def see(self, look: Callable[[PagingService], T]) -> T:
        """Look at something."""
        with self.app.reading() as s:
            return look(s.paging)

    def link(self, number: int = -1) -> str:
        """The token of the link in a message that was sent."""
        return self.world.ledger[number].link.rpartition("/")[2]

    def called(self) -> list[tuple[str, str]]:
        """Whom the world was asked to reach over which channel, in order, each attempt."""
        return [(one.person, one.channel) for one in self.world.ledger]

    def kinds(self, *wanted: str) -> list[str]:
        """Kinds of the events that were published, in order; of those wanted."""
        with self.app.reading() as s:
            return [one.recorded.event.kind for one in s.records.events(kinds=wanted, limit=1000)]

    def _next_due(self) -> datetime | None:
        with self.app.queue(reading=True) as queue:
            lanes = ["work", *queue.lanes("send:")]
            return min((at for lane in lanes if (at := queue.next_due(lane)) is not None), default=None)


@pytest.fixture(params=["sqlite", "postgresql"])
def drill(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Drill]:
    """A house with people, schedules and policies, at three in the morning."""
    with ExitStack() as stack:
        database = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
        config = Config.load({}, data=tmp_path / "data", listen="127.0.0.1:0", database=database or None)
        clock = ManualClock(START)
        app = App.open(config, clock=clock)
        stack.callback(app.close)
        world = FakeWorld()
        app.channels = world
        worker = Worker(app, name="drill")
        stack.callback(worker.close)
        ready = Drill(app, world, clock, worker)
        ready.write(HOUSE)
        ready.prove()
        ready.run()
        yield ready
