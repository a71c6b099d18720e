"""A house whose doors are open, and somebody who knocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from watchbill.adapters.notify.fake import FakeWorld
from watchbill.adapters.resources.files import SourceFile
from watchbill.alerts.model import Alert
from watchbill.alerts.ports import AlertQuery
from watchbill.bootstrap import App
from watchbill.entrypoints.api import create_api
from watchbill.entrypoints.worker import Worker
from watchbill.people.model import Actor, Role

OWNER = Actor("owner", Role.ADMIN, "cli")
HOUSE = """
person: {name: ann, email: ann@shop.test}
---
escalation_policy: {name: default, steps: [{notify: ["person:ann"], wait: 5m}, {notify: ["person:ann"], wait: 5m}]}
---
service: {name: checkout, tier: critical}
---
integration: {name: shop-pd, service: checkout}
---
integration:
  name: zabbix
  mapping:
    each: events
    alertname: "{{ item.trigger }}"
    status: "{{ item.value }}"
    dedup_key: "{{ item.eventid }}"
    severity: "{{ item.nseverity }}"
    service: "{{ item.tags.service }}"
    summary: "{{ item.name }}"
    severities: {"5": P0, "4": P1, "2": P2}
    resolved_when: ["0"]
"""


@dataclass
class House:
    """The application, a client without a token, and the worker."""

    app: App
    client: TestClient
    worker: Worker
    world: FakeWorld

    def post(self, path: str, body: Any, **headers: str) -> Any:  # Any: JSON, and the answer of httpx
        """Send JSON."""
        return self.client.post(path, json=body, headers=headers)

    def settle(self) -> None:
        """Fold, react and deliver."""
        self.worker.drain(periodic=False)

    def alerts(self) -> list[Alert]:
        """All alerts, newest first, after everything was worked off."""
        self.settle()
        with self.app.reading() as s:
            return list(s.alerts.list(AlertQuery(limit=100)))

    def key(self, integration: str) -> str:
        """An intake key."""
        with self.app.transaction() as s:
            return s.people.create_token(integration, Role.VIEWER, OWNER, integration=integration)[1]

    def escalation(self, alert: Alert) -> Any:  # Any: an escalation, or None
        """Whom it called."""
        with self.app.reading() as s:
            return s.paging.escalation_of(alert.id)


@pytest.fixture
def house(app: App) -> Iterator[House]:
    """Ready, with resources applied and the outside world faked."""
    with app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)
    world = FakeWorld()
    app.channels = world
    worker = Worker(app, name="house")
    with TestClient(create_api(app), raise_server_exceptions=False) as client:
        yield House(app, client, worker, world)
    worker.close()
