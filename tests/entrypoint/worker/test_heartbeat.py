"""The outside watcher hears of us while paging can work, and of nothing else."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.server.health import Readiness
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid
from watchbill.kernel.jobs import sending_lane


@dataclass
class Watcher:
    """A real HTTP server that notes who called."""

    url: str = ""
    heard: list[str] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """Listens on a free port."""
    found = Watcher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.heard.append(self.path)
            self.send_response(found.status)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/ping/secret"
    yield found
    server.shutdown()
    server.server_close()


@dataclass
class House:
    """An installation with its worker, stepped by hand."""

    app: App
    worker: Worker
    clock: ManualClock

    def beat(self) -> int:
        """One cycle; how many calls arrived."""
        return self.worker.step("heartbeat")


@pytest.fixture
def house(tmp_path: Path, watcher: Watcher) -> Iterator[House]:
    """It knows the watcher."""
    clock = ManualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    config = Config.load({}, data=tmp_path / "data", heartbeat_url=watcher.url)
    app = App.open(config, clock=clock)
    worker = Worker(app, name="w")
    yield House(app, worker, clock)
    worker.close()
    app.close()


def test_it_is_called_while_all_is_well(house: House, watcher: Watcher) -> None:
    """One GET for each beat, and /readyz says when the last one arrived."""
    house.beat()
    house.beat()
    _status, body = Readiness(house.app, house.worker).answer()

    assert watcher.heard == ["/ping/secret", "/ping/secret"]
    assert body["heartbeat"] == {"set": True, "last_at": house.clock.now().isoformat(), "fault": ""}


def test_it_hears_nothing_while_sending_rests(house: House, watcher: Watcher) -> None:
    """After a restore no page leaves until somebody says so; then it goes on."""
    with house.app.transaction() as s:
        s.pauses.stop_sending("restored", s.now)
    withheld = house.beat()
    said = house.worker.heartbeat.standing()["fault"]
    with house.app.transaction() as s:
        s.pauses.resume_sending()

    assert (withheld, house.beat(), len(watcher.heard)) == (0, 1, 1)
    assert str(said).startswith("withheld: sending: no page leaves")


def test_it_hears_nothing_while_a_loop_is_broken(house: House, watcher: Watcher) -> None:
    """The loop of reactions fails: pages are not made, so the switch is let go."""

    def fail() -> int:
        raise ZeroDivisionError("out of coffee")

    jobs = house.worker.loops["jobs"]
    whole, jobs.cycle = jobs.cycle, fail
    with pytest.raises(ZeroDivisionError):
        house.worker.step("jobs")
    withheld = house.beat()
    jobs.cycle = whole
    house.worker.step("jobs")

    assert (withheld, house.beat(), len(watcher.heard)) == (0, 1, 1)


@pytest.mark.parametrize(("minutes", "calls"), [(4.99, 1), (5, 0)])
def test_it_hears_nothing_while_deliveries_are_stuck(house: House, minutes: float, calls: int) -> None:
    """A delivery that has been due for five minutes and that nobody takes up."""
    with house.app.transaction() as s:
        s.jobs.schedule("deliver", "dlv_1", s.now, lane=sending_lane("email"))
    house.clock.forward(timedelta(minutes=minutes))

    assert house.beat() == calls


def test_a_watcher_that_refuses_is_told_and_breaks_nothing(house: House, watcher: Watcher) -> None:
    """The address without its secret part is shown, the process stays ready, and no loop is at fault."""
    watcher.status = 404
    house.beat()
    status, body = Readiness(house.app, house.worker).answer()

    assert status == 200
    assert "HTTP 404" in str(body["heartbeat"])
    assert "secret" not in str(body)
    assert house.worker.faults() == {}


def test_without_an_address_nobody_is_called(app: App) -> None:
    """It is off by default, and said to be."""
    worker = Worker(app, name="w")

    assert worker.step("heartbeat") == 0
    assert worker.heartbeat.standing() == {"set": False, "last_at": None, "fault": ""}


def test_what_is_no_web_address_is_refused_at_start(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(Invalid, match="heartbeat_url"):
        Config.load({}, data=tmp_path, heartbeat_url="ftp://x")
