"""Real servers, one of each for the whole run of a test process: Prometheus, Alertmanager, a mail server, watchbill itself.

A test that kills or configures a server makes its own from `tests.slow.servers`; these stay up.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.slow.post import Post
from tests.slow.servers import Alertmanager, Prometheus, Watchbill, running

HOUSE = """
organisation: {name: Lantern Shop, timezone: Europe/Paris}
---
person: {name: ana, full_name: Ana Silva, email: ana@shop.test}
---
person: {name: bob, full_name: Bob Martin, email: bob@shop.test}
---
team: {name: payments, members: [ana, bob], lead: ana}
---
schedule:
  name: primary
  timezone: Europe/Paris
  layers: [{name: daily, rotation: daily, start: "2026-01-05T09:00:00", people: [ana]}]
---
schedule:
  name: secondary
  timezone: Europe/Paris
  layers: [{name: daily, rotation: daily, start: "2026-01-05T09:00:00", people: [bob]}]
---
escalation_policy:
  name: payments
  steps:
    - {notify: ["schedule:primary"], wait: WAIT}
    - {notify: ["schedule:secondary"], wait: 10m}
---
service: {name: checkout, tier: critical, owner_team: payments, oncall_rotation: primary}
---
route: {name: checkout, match: ['service="checkout"'], escalation_policy: payments, group_by: ['...'], group_wait: 0s, declare_incident: {when: P0}}
"""


@pytest.fixture(scope="session")
def post() -> Iterator[Post]:
    """The mail server."""
    server = Post()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def house() -> Callable[[str], str]:
    """The shop's resources: ana is called first, bob after the wait."""
    return lambda wait: HOUSE.replace("WAIT", wait)


@pytest.fixture(scope="session")
def watchbill_server(
    tmp_path_factory: pytest.TempPathFactory, post: Post, house: Callable[[str], str]
) -> Iterator[Watchbill]:
    """`watchbill serve` with the shop's resources, which sends its pages to `post`; ana has five seconds to answer."""
    server = Watchbill(
        tmp_path_factory.mktemp("watchbill"), specs=house("5s"), environment={"WATCHBILL_SMTP_URL": post.url}
    )
    with running(server):
        yield server


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Prometheus without rules; `use` gives it some."""
    server = Prometheus(tmp_path_factory.mktemp("prometheus"))
    with running(server):
        yield server


@pytest.fixture(scope="session")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    """Alertmanager that notifies nobody."""
    server = Alertmanager(tmp_path_factory.mktemp("alertmanager"))
    with running(server):
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a server of the test's own."""
    return tmp_path / "server"
