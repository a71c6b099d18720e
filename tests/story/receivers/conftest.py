"""A drill with an Alertmanager file: the whole application, a clock moved by hand, receivers that write down what they are told."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.story.alerts.conftest import HOUSE, START, Drill

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.store.tables.spine import events
from watchbill.alerts.rules.matchers import parse_matchers
from watchbill.alerts.service.silences import NewSilence
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import Outcome, Receipt
from watchbill.receivers.model import Telling

FILE = """
route:
  receiver: team
  group_by: [alertname]
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 4h
  routes:
  - matchers: [severity="info"]
    receiver: nobody
receivers:
- name: team
  webhook_configs: [{url: 'http://team.test/'}]
- name: nobody
"""


@dataclass
class FakePost:
    """Receivers that take everything, or answer as they are told to."""

    tellings: list[Telling] = field(default_factory=list)
    answers: list[Receipt] = field(default_factory=list)

    def send(self, telling: Telling) -> Receipt:
        """Write it down."""
        self.tellings.append(telling)
        return self.answers.pop(0) if self.answers else Receipt(Outcome.DELIVERED, "taken", 200)


@dataclass
class FileDrill(Drill):
    """A drill whose receivers are looked at."""

    post: FakePost
    file: Path

    def told(self) -> list[tuple[str, str, list[str]]]:
        """Receiver, status, and each alert as `+name` or `-name` (over), in the order in which they were told."""
        return [_short(one) for one in self.post.tellings]

    def fresh(self) -> list[tuple[str, str, list[str]]]:
        """What was told since this was asked last."""
        found = self.told()
        self.post.tellings.clear()
        return found

    def events(self, kind: str) -> int:
        """How many events of that kind were published."""
        with self.app.reading() as s:
            return len(s.connection.execute(select(events.c.id).where(events.c.kind == kind)).all())

    def rewrite(self, text: str) -> tuple[str, ...]:
        """Change the file and reload it."""
        self.file.write_text(text)
        found = self.app.receivers.load()
        self.run()
        return found

    def silence(self, matchers: str, **span: float) -> str:
        """Silence what matches, from now on."""
        now = self.clock.now()
        with self.app.transaction() as s:
            new = NewSilence(tuple(parse_matchers(matchers)), now, now + timedelta(**span), "ann", "known")
            found = s.silences.set(new)
        self.run()
        return found.id


def _short(telling: Telling) -> tuple[str, str, list[str]]:
    data = telling.notification.data
    alerts = data["alerts"]
    assert isinstance(alerts, list)
    names = sorted(
        ("+" if one["status"] == "firing" else "-") + one["labels"].get("instance", one["labels"]["alertname"])
        for one in alerts
    )
    return str(data["receiver"]), str(data["status"]), names


Open = Callable[[str], FileDrill]


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the installation with this file; asked again, it opens the same one anew, as after a restart."""
    with ExitStack() as stack:
        clock, open_now = ManualClock(START), ExitStack()
        database = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
        stack.callback(open_now.close)

        def start(text: str) -> FileDrill:
            open_now.close()
            file = tmp_path / "alertmanager.yml"
            file.write_text(text)
            config = Config.load(
                {}, data=tmp_path / "data", listen="127.0.0.1:0", alertmanager_config=file, database=database
            )
            app = App.open(config, clock=clock)
            open_now.callback(app.close)
            world, post = FakeWorld(), FakePost()
            app.channels = world
            app.receivers.post = post  # type: ignore[assignment]  # the fake stands where the real one would be built
            worker = Worker(app, name="drill")
            open_now.callback(worker.close)
            drill = FileDrill(app, world, clock, worker, post, file)
            app.receivers.load()
            return drill

        yield start


@pytest.fixture
def file_drill(opened: Open) -> FileDrill:
    """With a file, and people who could be called."""
    drill = opened(FILE)
    drill.write(HOUSE)
    return drill
