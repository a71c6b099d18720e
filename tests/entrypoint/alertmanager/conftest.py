"""Alertmanager's API in this process, over a clock that stands still; every good answer is held against the published schema."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4
from ruamel.yaml import YAML
from starlette.testclient import TestClient

from watchbill.bootstrap import App
from watchbill.entrypoints.api import create_api
from watchbill.kernel.clock import ManualClock

SCHEMA = Path(__file__).parents[2] / "schemas" / "alertmanager-openapi.yaml"
BASE = "/api/v2"
Json = Any  # whatever an answer holds

# What each good answer to a GET must be.
DEFINITIONS = {
    "/alerts": "gettableAlerts",
    "/alerts/groups": "alertGroups",
    "/silences": "gettableSilences",
    "/silence": "gettableSilence",
    "/status": "alertmanagerStatus",
}


class Schema:
    """The published description of the API."""

    def __init__(self) -> None:
        document = YAML(typ="safe").load(SCHEMA)
        self._registry: Registry[Any] = Registry().with_resource("urn:am", DRAFT4.create_resource(document))

    def check(self, path: str, found: Json) -> None:
        """Fail unless the answer to a GET of the path is what the description says."""
        name = path if path in DEFINITIONS else path.rpartition("/")[0]
        if name not in DEFINITIONS:
            return
        schema = {"$ref": f"urn:am#/definitions/{DEFINITIONS[name]}"}
        Draft4Validator(schema, registry=self._registry, format_checker=FormatChecker()).validate(found)


@dataclass
class Wire:
    """A client of the drop-in API; `get` and `alerts` see what was sent before, because the fold is run for them."""

    app: App
    clock: ManualClock
    client: TestClient
    schema: Schema = field(default_factory=Schema)

    def send(self, *alerts: Mapping[str, object]) -> httpx2.Response:
        """POST alerts."""
        return self.post("/alerts", list(alerts))

    def post(self, path: str, body: object, **headers: str) -> httpx2.Response:
        """POST JSON: bytes and text as they are, anything else encoded."""
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"content-type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        return self.client.post(BASE + path, content=content, headers={k: v for k, v in given.items() if v})

    def get(self, path: str, *query: tuple[str, str]) -> httpx2.Response:
        """GET after the fold has taken everything in; a good answer is what the schema says, and is not to be stored."""
        self.fold()
        answer = self.client.get(f"{BASE}{path}?{urlencode(query)}")
        if answer.status_code == 200:
            assert answer.headers["cache-control"] == "no-store"
            self.schema.check(path, answer.json())
        return answer

    def fold(self) -> None:
        """Take in what was sent, expire and silence what the time has come for."""
        while self.app.fold_once():
            pass

    def let_pass(self, **time: float) -> None:
        """Time goes by while the fold runs: a pause of more than half a minute would be downtime, which prolongs alerts."""
        left = timedelta(**time)
        while left:
            step = min(left, timedelta(seconds=25))
            self.clock.forward(step)
            self.fold()
            left -= step

    def alerts(self, *query: tuple[str, str]) -> list[Json]:
        """GET /alerts."""
        found: list[Json] = self.get("/alerts", *query).json()
        return found

    def names(self, *query: tuple[str, str]) -> list[str]:
        """The alert names that GET /alerts lists, sorted."""
        return sorted(one["labels"].get("alertname", "") for one in self.alerts(*query))

    def groups(self, *query: tuple[str, str]) -> list[Json]:
        """GET /alerts/groups."""
        found: list[Json] = self.get("/alerts/groups", *query).json()
        return found

    def silence(self, **given: object) -> httpx2.Response:
        """POST a silence over alertname=Good1, for an hour from now, but for what is given."""
        now = self.clock.now()
        return self.post(
            "/silences",
            {
                "matchers": [{"name": "alertname", "value": "Good1", "isRegex": False}],
                "startsAt": stamp(now),
                "endsAt": stamp(now + timedelta(hours=1)),
                "createdBy": "ana",
                "comment": "planned",
                **given,
            },
        )

    def silences(self, *query: tuple[str, str]) -> list[Json]:
        """GET /silences."""
        found: list[Json] = self.get("/silences", *query).json()
        return found

    def delete(self, silence: str) -> httpx2.Response:
        """DELETE a silence."""
        return self.client.delete(f"{BASE}/silence/{quote(silence)}")

    def at(self, **later: float) -> str:
        """The moment so much after now, as senders write it."""
        return stamp(self.clock.now() + timedelta(**later))


def stamp(at: datetime) -> str:
    """Milliseconds and `Z`."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def wire(app: App) -> Iterator[Wire]:
    """The API over an installation without any resources."""
    assert isinstance(app.clock, ManualClock)
    with TestClient(create_api(app), raise_server_exceptions=False) as client:
        yield Wire(app, app.clock, client)


Alert = Callable[..., dict[str, object]]


@pytest.fixture
def alert() -> Alert:
    """Makes an alert as a sender writes it: labels by keyword, times and the like in `and_`."""

    def make(name: str = "Good1", and_: Mapping[str, object] | None = None, **labels: str) -> dict[str, object]:
        return {"labels": {"alertname": name, **labels}, **(and_ or {})}

    return make
