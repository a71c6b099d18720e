"""Heartbeats and OTLP over REST: who may send, what is answered, and what becomes of it."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.api import create_api
from watchbill.entrypoints.worker.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Faults
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="cli")
RESOURCES = """
service: {name: shop, tier: critical}
---
heartbeat: {name: export, service: shop, every: 30m, grace: 10m, max_duration: 5m, severity: P2}
---
probe: {name: home, service: shop, tcp: {host: 127.0.0.1, port: 1}, every: 30s}
---
sli:
  name: exported
  service: shop
  type: freshness
  measurement: {source: {heartbeat: export}}
---
sli:
  name: calls
  service: shop
  measurement: {source: {otlp: {metric: http.calls, bad_where: {code: "5.."}}}}
---
slo: {service: shop, sli: exported, target: 99, window: 7d, burn_rate_alerts: []}
"""
OTLP = {
    "resourceMetrics": [
        {"scopeMetrics": [{"metrics": [{"name": "http.calls", "sum": {"aggregationTemporality": 1, "dataPoints": [
            {"timeUnixNano": "1795489200000000000", "asInt": "90", "attributes": [{"key": "code", "value": {"stringValue": "200"}}]},
            {"timeUnixNano": "1795489200000000000", "asInt": "10", "attributes": [{"key": "code", "value": {"stringValue": "503"}}]},
        ]}}]}]}
    ]
}  # fmt: skip


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Beyond loopback, with an intake key."""
    data = tmp_path_factory.mktemp("data")
    return Config.load({}, data=data, listen="0.0.0.0:0", intake_keys=("k3y",))


@pytest.fixture
def shop(app: App) -> App:
    """The resources above, applied by the owner."""
    with app.transaction() as s:
        s.resources.apply([SourceFile("shop.yaml", RESOURCES)], OWNER)
    return app


KEY = {"Authorization": "Bearer k3y"}


def test_a_key_pings_and_does_nothing_else(shop: App, client_of: Callable[[Role | None], TestClient]) -> None:
    """An intake key may report a run; it reads nothing, and without proof nothing is taken."""
    client = client_of(None)
    answer = client.post("/api/v1/heartbeats/export/ping", json={"duration": "4m", "run": "r1"}, headers=KEY)

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["last_duration_s"], answer.json()["duplicate"]) == (
        "ok",
        240.0,
        False,
    )
    assert client.post("/api/v1/heartbeats/export/ping", json={"run": "r1"}, headers=KEY).json()["duplicate"] is True
    assert client.post("/api/v1/heartbeats/export/ping").status_code == 401
    assert client.get("/api/v1/heartbeats", headers=KEY).status_code == 401
    assert client.post("/api/v1/counts", json={}, headers=KEY).status_code == 401
    assert client.post("/api/v1/heartbeats/exprot/ping", headers=KEY).status_code == 404
    assert client.post("/api/v1/heartbeats/export/ping", json={"duration": "soon"}, headers=KEY).status_code == 422


def test_a_heartbeat_that_stays_away_becomes_an_alert_and_ends(shop: App, clock_of: ManualClock) -> None:
    """Through the inbox like every alert: it fires with the severity of the resource, and a run resolves it."""
    worker = Worker(shop)
    worker.step("beat")
    clock_of.forward(timedelta(minutes=4))
    worker.step("beat")
    for _ in range(10):
        clock_of.forward(timedelta(minutes=4))
        worker.step("beat")
        worker.step("fold")
    with shop.reading() as s:
        found = [(one.labels["alertname"], one.severity, one.labels["heartbeat"]) for one in s.alerts.firing()]

    assert found == [("HeartbeatMissed", "P2", "export")]

    with shop.transaction() as s:
        from watchbill.slo.model import Ping

        s.checks.ping("export", Ping())
    worker.step("beat")
    worker.step("fold")
    with shop.reading() as s:
        status = s.slo.status("shop-exported")

        assert s.alerts.firing() == []
        assert (status.good, status.total) == (40, 44)
    worker.close()


@pytest.fixture
def clock_of(app: App) -> ManualClock:
    """The clock of the application."""
    assert isinstance(app.clock, ManualClock)
    return app.clock


def test_lists_show_how_things_stand(shop: App, admin: TestClient) -> None:
    """A heartbeat that nobody waited for yet and a probe that never ran say so."""
    beat, probe = admin.get("/api/v1/heartbeats").json()[0], admin.get("/api/v1/probes").json()[0]

    assert (beat["state"], beat["every"], beat["reason"]) == ("waiting", "30m", "")
    assert (probe["ok"], probe["checks"]) == (None, "tcp 127.0.0.1:1")


def test_a_probe_is_tried_without_counting(shop: App, admin: TestClient) -> None:
    """It says how it went now, and neither its standing nor any SLI changes."""
    tried = admin.post("/api/v1/probes/home/try").json()

    assert (tried["ok"], tried["said"]) == (False, "127.0.0.1:1: nothing listens there")
    assert admin.get("/api/v1/probes").json()[0]["ok"] is None
    assert admin.post("/api/v1/probes/hoem/try").status_code == 404


def test_metrics_are_taken_with_a_key(shop: App, client_of: Callable[[Role | None], TestClient]) -> None:
    """JSON, gzip and all; sent twice it counts once; without proof nothing is taken, and a strange type is refused."""
    client = client_of(None)
    body, headers = (
        gzip.compress(json.dumps(OTLP).encode()),
        {"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    answers = [client.post("/v1/metrics", content=body, headers=headers | KEY) for _ in range(2)]
    with shop.reading() as s:
        found = s.app.measure.counts.sums("calls", [5], shop.clock.now())[0]

    assert [(one.status_code, one.json()) for one in answers] == [(200, {})] * 2
    assert (found.good, found.total) == (90, 100)
    assert client.post("/v1/metrics", content=body, headers=headers).status_code == 401
    assert client.post("/v1/metrics", content=b"x", headers=KEY | {"Content-Type": "text/plain"}).status_code == 415
    assert (
        client.post(
            "/v1/metrics", content=b"\xff", headers=KEY | {"Content-Type": "application/x-protobuf"}
        ).status_code
        == 422
    )


def test_points_left_out_are_told_to_the_exporter(shop: App, client_of: Callable[[Role | None], TestClient]) -> None:
    """partial_success names how many and why, in the form that was sent."""
    late = json.loads(json.dumps(OTLP).replace("1795489200", "1895489200"))
    answer = client_of(None).post("/v1/metrics", json=late, headers=KEY)

    assert answer.json()["partialSuccess"]["rejectedDataPoints"] == "2"


def test_a_histogram_of_unknown_scale_refuses_only_its_point(
    shop: App, client_of: Callable[[Role | None], TestClient]
) -> None:
    """200 with partialSuccess: the scale is named, and the sums of the same body were taken."""
    body = json.loads(json.dumps(OTLP))
    (metric,) = body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
    time = metric["sum"]["dataPoints"][0]["timeUnixNano"]
    odd = {
        "name": metric["name"],
        "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [{"scale": 99, "timeUnixNano": time}]},
    }
    body["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].append(odd)
    answer = client_of(None).post("/v1/metrics", json=body, headers=KEY)

    assert answer.status_code == 200
    assert answer.json()["partialSuccess"]["rejectedDataPoints"] == "1"
    assert "a histogram of scale 99 is not known" in answer.json()["partialSuccess"]["errorMessage"]


def test_on_loopback_metrics_need_no_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As with the other drop-in routes; a request that a proxy brought needs one."""
    config = Config.load({}, data=tmp_path_factory.mktemp("data"), listen="127.0.0.1:0")
    app = App.open(config)
    client = TestClient(create_api(app))

    assert client.post("/v1/metrics", json={}).status_code == 200
    assert client.post("/v1/metrics", json={}, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 401
    app.close()


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ("probe: {name: p, service: shop, http: {url: 'http://169.254.169.254/'}}", "http.url"),
        ("probe: {name: p, service: shop, tcp: {host: db, port: 1}}", "tcp.host"),
        ("probe: {name: p, service: shop, tls: {host: db}}", "tls.host"),
        ("probe: {name: p, service: shop, dns: {name: a.b, server: 10.0.0.1}}", "dns.server"),
        ("sli: {name: s, measurement: {source: {prometheus: {url: 'http://p', total: t, bad: b}}}}", "measurement.source.prometheus.url"),
        ("sli: {name: s, measurement: {source: {sql: {url: 'sqlite:////etc/x', query: q}}}}", "measurement.source.sql.url"),
        ("sli: {name: s, measurement: {source: {plugin: {name: tides}}}}", "measurement.source.plugin.name"),
    ],
)  # fmt: skip
def test_hosts_named_over_the_network_must_be_in_the_list(shop: App, resource: str, named: str) -> None:
    """Somebody with an editor's token cannot make the server ask around in its network; the owner can."""
    editor = Actor(name="ed", role=Role.EDITOR, via="token")
    with shop.reading() as s, pytest.raises(Faults) as refused:
        s.resources.diff([SourceFile("x.yaml", resource)], editor)

    assert [
        (one.field.partition(".")[2], "WATCHBILL_SOURCE_HOSTS" in one.hint)
        for one in refused.value.faults
        if one.severity == "error"
    ] == [(named, True)]
    with shop.reading() as s:
        s.resources.diff([SourceFile("x.yaml", resource)], OWNER)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{prometheus: {url: 'http://p', total: t}}", "give exactly one of good and bad"),
        (
            "{prometheus: {url: 'http://p', total: t, histogram: h, threshold: 1}}",
            "exactly one of total, histogram and value",
        ),
        ("{prometheus: {url: 'http://p', histogram: h}}", "histogram and threshold belong together"),
        ("{prometheus: {url: 'http://p', value: v}}", "value and good_if belong together"),
        ("{otlp: {metric: m}}", "give exactly one of good_where, bad_where and threshold"),
    ],
)
def test_a_source_whose_parts_do_not_go_together_is_a_fault(shop: App, source: str, said: str) -> None:
    """It is told when the file is checked, not when nothing is measured."""
    with shop.reading() as s:
        report = s.resources.validate(
            [SourceFile("x.yaml", f"sli: {{name: s, measurement: {{source: {source}}}}}")], OWNER
        )

    assert any(said in fault.reason for fault in report.faults if fault.severity == "error")
