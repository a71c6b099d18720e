"""A house with one bell: an event, reactions that can be told to fail, a timer, and a channel that can be told to hang."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from watchbill.adapters.notify.registry import ChannelRegistry
from watchbill.bootstrap import App, Services
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.events import Event, Recorded
from watchbill.kernel.ids import DeliveryId, EscalationId, PageId
from watchbill.kernel.jobs import Job, sending_lane
from watchbill.oncall.model.delivery import Message, Outcome, Outgoing, Receipt
from watchbill.reactions import Reaction, Sending, Timer

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class BellRang(Event):
    """Somebody is at the door."""

    kind: ClassVar[str] = "test.worker.bell_rang"
    severity: str = "P1"


@dataclass(frozen=True)
class DoorOpened(Event):
    """What the reaction to the bell publishes."""

    kind: ClassVar[str] = "test.worker.door_opened"


class Provider:
    """A channel that keeps a ledger, and fails, hangs or blocks as it is told."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.ledger: list[str] = []
        self.answer = Receipt(Outcome.DELIVERED, "thanks")
        self.before: Callable[[], object] = lambda: None

    @property
    def name(self) -> str:
        """As contacts name it."""
        return self._name

    def refusal(self, address: str) -> str | None:  # noqa: ARG002 - the port's signature
        """Takes any address."""
        return None

    def lane(self, address: str) -> str:  # noqa: ARG002 - the port's signature
        """One lane for all."""
        return self._name

    def send(self, outgoing: Outgoing) -> Receipt:
        """Note it, and answer as told."""
        self.before()
        self.ledger.append(outgoing.delivery)
        return self.answer


@dataclass
class House:
    """The App with the bell's tables, and what was done in it."""

    app: App
    clock: ManualClock
    providers: dict[str, Provider]
    done: list[str] = field(default_factory=list)
    recorded: list[tuple[str, Outcome]] = field(default_factory=list)
    boom: set[str] = field(default_factory=set)
    gate: threading.Event = field(default_factory=threading.Event)

    def ring(self, subject: str = "bell", severity: str = "P1") -> None:
        """Publish the event."""
        with self.app.transaction() as s:
            s.events.publish(BellRang(severity), subject=subject, cause=None)

    def set_timer(self, key: str, after: timedelta = timedelta(0), priority: int = 5) -> None:
        """Set a job of the timer's kind."""
        with self.app.transaction() as s:
            s.jobs.schedule("tick", key, s.now + after, priority=priority)

    def send(self, key: str, channel: str = "post") -> None:
        """Set a delivery."""
        with self.app.transaction() as s:
            s.jobs.schedule("deliver", key, s.now, {"channel": channel}, lane=sending_lane(channel))

    def worker(self, name: str = "w1") -> Worker:
        """A worker of this house; close it."""
        return Worker(self.app, name=name)

    def depth(self) -> dict[str, int]:
        """The state of the queue."""
        return self.app.depth().jobs

    def _open_door(self, s: Services, it: Recorded) -> None:
        s.events.publish(DoorOpened(), subject=f"door of {it.subject}", cause=it.id)
        self._do(f"open {it.subject}")

    def _greet(self, _: Services, it: Recorded) -> None:
        self._do(f"greet {it.subject}")

    def _tick(self, _: Services, job: Job) -> None:
        self._do(f"tick {job.key}")

    def _do(self, what: str) -> None:
        if what in self.boom:
            raise ZeroDivisionError(what)
        self.done.append(what)

    def _prepare(self, s: Services, job: Job) -> Outgoing | None:
        if job.key in self.boom:
            return None
        empty = Message("", "", "", "")
        return Outgoing(
            DeliveryId(job.key),
            PageId("pag"),
            EscalationId("esc"),
            job.payload["channel"],
            "x",
            "ann",
            job.attempts,
            s.now,
            urgent=True,
            link="",
            message=empty,
        )

    def _record(self, s: Services, job: Job, _: Outgoing, receipt: Receipt) -> None:
        if receipt.outcome is Outcome.TEMPORARY:
            s.jobs.schedule("deliver", job.key, s.now + timedelta(seconds=30), dict(job.payload), lane=job.lane)
        self.recorded.append((job.key, receipt.outcome))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The house on a data directory of its own and a clock that stands still."""
    yield from build(Config.load({}, data=tmp_path / "data"))


def build(config: Config) -> Iterator[House]:
    """A house over any settings."""
    clock = ManualClock(START)
    app = App.open(config, clock=clock)
    providers = {name: Provider(name) for name in ("post", "pigeon")}
    found = House(app, clock, providers)
    app.reactions = (
        Reaction("open", BellRang, found._open_door, "somebody rang"),  # type: ignore[arg-type]  # rows of a test take Services itself
        Reaction("greet", BellRang, found._greet, "be polite"),  # type: ignore[arg-type]  # as above
    )
    app.timers = (Timer("tick", found._tick, "time passes"),)  # type: ignore[arg-type]  # as above
    app.sendings = (Sending("deliver", found._prepare, found._record, "post has to leave"),)  # type: ignore[arg-type]  # as above
    app.channels = ChannelRegistry(list(providers.values()))
    yield found
    found.gate.set()
    app.close()
