"""Browsers report page views: what is taken, what is refused, and that an SLI of a frontend is measured by it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from watchbill.adapters.measure.beacons import Beacons
from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.api.beacon import Bound
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Actor, Role
from watchbill.signals.model import Metric, Vital

OWNER = Actor(name="owner", role=Role.ADMIN, via="cli")
RESOURCES = """
service: {name: shop-web, tier: critical, type: frontend}
---
sli:
  name: lcp
  service: shop-web
  type: quality
  measurement: {good: "value <= 2500", total: "metric = 'LCP'", source: {beacon: shop-web}}
---
sli:
  name: page-errors
  service: shop-web
  measurement: {good: errors = 0, total: "metric = 'view'", source: {beacon: shop-web}}
---
slo: {name: fast, service: shop-web, sli: lcp, target: 75, window: 7d, burn_rate_alerts: [], group_by: [device]}
---
slo: {name: whole, service: shop-web, sli: page-errors, target: 99, window: 7d, burn_rate_alerts: []}
"""
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOOK = "/hooks/beacon/k3y"


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Two pages may report; one of them only from its own site, which is a matter of the whole installation."""
    return Config.load({}, data=tmp_path_factory.mktemp("data"), beacon_keys=("shop-web=k3y", "blog=b1"))


@pytest.fixture
def client(app: App, client_of: Callable[[Role | None], TestClient]) -> TestClient:
    """Somebody without any right, and the resources above."""
    with app.transaction() as s:
        s.resources.apply([SourceFile("shop.yaml", RESOURCES)], OWNER)
    return client_of(None)


def test_what_browsers_report_becomes_the_slis_events(app: App, client: TestClient) -> None:
    """Text of sendBeacon and JSON alike, one report or several; vitals and views are told apart, groups are counted."""
    with app.reading() as s:
        assert s.slo.status("fast").data_reason == "no page has reported to /hooks/beacon yet"
    views = [
        {"metric": "LCP", "value": 1200 + 500 * one, "path": f"/p?user={one}#x", "device": "phone"} for one in range(4)
    ]
    answers = [
        client.post(HOOK, content=json.dumps(views), headers={"Content-Type": "text/plain;charset=UTF-8"}),
        client.post(HOOK, json={"name": "LCP", "value": 2500.5, "path": "/cart", "device": "desktop"}),
        client.post(HOOK, json=[{"metric": "view", "errors": 0}, {"metric": "view", "errors": 2, "path": "/cart"}]),
    ]
    assert {(one.status_code, one.content) for one in answers} == {(204, b"")}

    app.follow_once()
    assert isinstance(app.clock, ManualClock)
    app.clock.forward(timedelta(minutes=1))
    with app.reading() as s:
        fast, whole = s.slo.status("fast"), s.slo.status("whole")
        assert (fast.good, fast.total) == (3, 5)
        assert (whole.good, whole.total) == (1, 2)
        assert {
            one.name: (s.slo.status(one.name).good, s.slo.status(one.name).total)
            for one in s.promised.members(fast.slo)
        } == {
            "fast{device=desktop}": (0, 1),
            "fast{device=phone}": (3, 4),
        }


def test_nothing_that_tells_who_it_was_is_kept(app: App, client: TestClient) -> None:
    """No query, no fragment, no address, no field that is not known."""
    client.post(
        HOOK, json={"metric": "CLS", "value": 0.1, "path": "https://shop.example/a?mail=a@b.c#d", "user": "ada"}
    )
    kept = (app.config.data / "beacons" / "shop-web.jsonl").read_text()

    assert json.loads(kept) == {
        "timestamp": json.loads(kept)["timestamp"], "level": "info", "service": "shop-web", "message": "web vital",
        "metric": "CLS", "value": 0.1, "path": "/a",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400), (b"\xff", 400), (b"[" * 5000, 400), (b"3", 422), (b"[]", 422), (b'{"metric": "LCP"}', 422),
        (b'{"metric": "speed", "value": 1}', 422), (b'{"metric": "LCP", "value": -1}', 422), (b'{"metric": "LCP", "value": true}', 422),
        (b'{"metric": "LCP", "value": 3600001}', 422), (b'{"metric": "LCP", "value": 1e999}', 400),
        (b'{"metric": "view", "errors": "x"}', 422), (b'{"metric": "CLS", "value": 1001}', 422),
        (json.dumps([{"metric": "LCP", "value": 1}] * 21).encode(), 422), (b" " * 16_385, 413),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(client: TestClient, app: App, body: bytes, status: int) -> None:
    """Each with its status; nothing of it is kept."""
    assert client.post(HOOK, content=body).status_code == status
    assert not (app.config.data / "beacons").exists()


def test_a_key_opens_its_beacon_and_nothing_else(client: TestClient, app: App) -> None:
    """It stands in every page: with it no alert can be sent and nothing is read; an unknown one reports nothing."""
    assert client.post("/hooks/beacon/wrong", json={"metric": "LCP", "value": 1}).status_code == 401
    assert client.get(HOOK).status_code == 405
    assert client.post("/hooks/beacon/b1", json={"metric": "LCP", "value": 1}).status_code == 204
    assert sorted(one.name for one in (app.config.data / "beacons").iterdir()) == ["blog.jsonl"]
    bearer = {"Authorization": "Bearer k3y"}
    assert client.get("/api/v1/slos", headers=bearer).status_code == 401


def test_pages_of_any_site_may_report_unless_some_are_named(client: TestClient) -> None:
    """CORS: the preflight of JSON is answered, for whoever may send."""
    asked = client.options(HOOK, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"})

    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Headers"] == "content-type"
    sent = client.post(HOOK, json={"metric": "LCP", "value": 1}, headers={"Origin": "https://shop.example"})
    assert sent.headers["Access-Control-Allow-Origin"] == "*"


class TestNamedSites:
    """Where the settings name sites."""

    @pytest.fixture
    def config(self, tmp_path_factory: pytest.TempPathFactory) -> Config:
        """One site."""
        data = tmp_path_factory.mktemp("data")
        return Config.load({}, data=data, beacon_keys=("shop-web=k3y",), beacon_origins=("https://shop.example",))

    @pytest.mark.parametrize(("origin", "status"), [("https://shop.example", 204), ("https://evil.example", 403)])
    def test_only_their_pages_report(self, client: TestClient, origin: str, status: int) -> None:
        """The browser says where a page is from."""
        answer = client.post(HOOK, json={"metric": "LCP", "value": 1}, headers={"Origin": origin})

        assert answer.status_code == status
        assert answer.headers.get("Access-Control-Allow-Origin") == (origin if status == 204 else None)


def test_one_address_cannot_flood(client: TestClient) -> None:
    """Forty at once, then 429 until time has passed."""
    statuses = [client.post(HOOK, json={"metric": "LCP", "value": 1}).status_code for _ in range(41)]

    assert (statuses[:40], statuses[40]) == ([204] * 40, 429)


def test_buckets_fill_again_and_are_bounded_together() -> None:
    """Two a second for one address; all addresses together no more than five thousand at once; memory does not grow."""
    clock = ManualClock(NOW)
    bound = Bound(clock)
    assert [bound.allows("a") for _ in range(41)] == [True] * 40 + [False]
    clock.forward(timedelta(seconds=1))
    assert [bound.allows("a") for _ in range(3)] == [True, True, False]
    assert sum(bound.allows(f"b{one}") for one in range(30_000)) == 5_000 - 2


def test_a_log_is_rotated_and_its_rest_is_still_read(tmp_path: Path) -> None:
    """At its size a new one is begun; one earlier file is kept."""
    beacons = Beacons(tmp_path, ManualClock(NOW), most_bytes=400)
    for number in range(12):
        beacons.keep("shop", [Vital(Metric.LCP, float(number), "/")])

    assert sorted(one.name for one in tmp_path.iterdir()) == ["shop.jsonl", "shop.jsonl.1"]
    kept = [
        json.loads(line)["value"]
        for name in ("shop.jsonl.1", "shop.jsonl")
        for line in (tmp_path / name).read_text().splitlines()
    ]
    assert kept == list(range(12))[-len(kept) :]


def test_keys_without_a_service_are_refused_at_start(tmp_path: Path) -> None:
    """A key alone would say nothing about whose page it is."""
    with pytest.raises(Invalid, match="is not SERVICE=KEY"):
        Config.load({"WATCHBILL_BEACON_KEYS": "k3y"}, data=tmp_path)
