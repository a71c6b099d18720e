"""Webhooks: Alertmanager's, Grafana's, CloudEvents, GoAlert's generic one, and any JSON through a mapping."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.entrypoint.intake.conftest import HOUSE, OWNER, House

from watchbill.adapters.resources.files import SourceFile
from watchbill.alerts.model import AlertStatus, Severity
from watchbill.alerts.model.replay import Difference
from watchbill.bootstrap import App
from watchbill.config import Config
from watchbill.entrypoints.api import create_api
from watchbill.kernel.clock import ManualClock
from watchbill.operations import replay
from watchbill.people.model import Role


def group(*alerts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A notification of Alertmanager."""
    return {"version": "4", "groupKey": "{}:{}", "status": "firing", "receiver": "wb", "alerts": list(alerts)} | fields


def alert(status: str = "firing", **labels: str) -> dict[str, Any]:
    """One alert of it."""
    ends = "2026-11-24T02:59:00Z" if status == "resolved" else "0001-01-01T00:00:00Z"
    return {
        "status": status,
        "labels": {"alertname": "Down", "severity": "critical"} | labels,
        "annotations": {"summary": "It is down"},
        "startsAt": "2026-11-24T02:50:00.123456789Z",
        "endsAt": ends,
        "generatorURL": "http://prometheus.test/graph",
        "fingerprint": "0" * 16,
    }


def test_alertmanager_in_place(house: House) -> None:
    """Each alert of the group is one here; the group's resolve ends it, and one cut off the list stays as it is."""
    house.post("/hooks/alertmanager/anykey", group(alert(service="checkout"), alert(service="other")))
    assert len(house.alerts()) == 2

    answer = house.post(
        "/hooks/alertmanager/anykey", group(alert("resolved", service="checkout"), truncatedAlerts=1, status="resolved")
    )
    by_service = {one.service: one.status for one in house.alerts()}

    assert answer.status_code == 200
    assert by_service == {"checkout": AlertStatus.RESOLVED, "other": AlertStatus.FIRING}


def test_the_webhook_and_the_api_mean_the_same_alert(house: House) -> None:
    """Identity is the labels, whichever way it came."""
    house.post("/hooks/alertmanager", group(alert()))
    house.post("/api/v2/alerts", [{"labels": {"alertname": "Down", "severity": "critical"}}])

    assert len(house.alerts()) == 1


def test_grafana_brings_its_links(house: House) -> None:
    """What Grafana adds is kept beside the alert; a signature that does not fit is refused."""
    body = group(alert() | {"dashboardURL": "http://grafana.test/d/1", "valueString": "[ A=1 ]", "values": None})
    text = json.dumps(body).encode()
    good = hmac.new(b"anykey", text, hashlib.sha256).hexdigest()
    headers = {"content-type": "application/json", "x-grafana-alerting-signature": good}
    answer = house.client.post("/hooks/grafana/anykey", content=text, headers=headers)
    forged = house.client.post(
        "/hooks/grafana/anykey", content=text, headers=headers | {"x-grafana-alerting-signature": "0" * 64}
    )
    [found] = house.alerts()

    assert (answer.status_code, forged.status_code) == (200, 401)
    assert found.annotations["dashboard_url"] == "http://grafana.test/d/1"


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"alerts": "no"},
        {"alerts": [{}]},
        {"alerts": [{"labels": {}}]},
        {"alerts": [alert() | {"startsAt": "x"}]},
    ],
    ids=["list", "empty", "text", "no labels", "empty labels", "time"],
)
def test_a_wrong_notification_is_refused(house: House, body: Any) -> None:
    """400 with what is wrong; nothing of it is kept."""
    answer = house.post("/hooks/alertmanager", body)

    assert (answer.status_code, answer.json()["status"]) == (400, "refused")
    assert house.alerts() == []


def test_a_mapping_reads_any_json(house: House) -> None:
    """Each event of the list becomes an alert by the integration's templates, and its end ends it."""
    key = house.key("zabbix")
    events = [
        {"trigger": "Disk", "value": "1", "eventid": 7, "nseverity": 5, "name": "Disk is full", "tags": {"service": "checkout"}},
        {"trigger": "CPU", "value": "1", "eventid": 8, "nseverity": 2, "name": "CPU is busy", "tags": {}},
    ]  # fmt: skip
    answer = house.post(f"/hooks/generic/{key}", {"events": events})
    disk, cpu = sorted(house.alerts(), key=lambda one: one.severity)

    assert answer.json() == {"status": "accepted", "alerts": 2}
    assert (disk.name, disk.title, disk.service, disk.severity) == ("Disk", "Disk is full", "checkout", Severity.P0)
    assert (cpu.severity, "service" in cpu.annotations["mapping_fault"]) == (Severity.P2, True)

    house.post(f"/hooks/generic/{key}", {"events": [events[0] | {"value": "0"}]})
    assert {one.name: one.status for one in house.alerts()} == {
        "Disk": AlertStatus.RESOLVED,
        "CPU": AlertStatus.FIRING,
    }


def test_without_a_mapping_the_usual_names_are_read(house: House) -> None:
    """What most tools send makes an alert at once; a state of "ok" ends it."""
    house.post("/hooks/generic/k", {"title": "Backup failed", "state": "alerting", "id": 5, "priority": "high"})
    [found] = house.alerts()
    house.post("/hooks/generic/k", {"title": "Backup failed", "state": "OK", "id": 5})
    [after] = house.alerts()

    assert (found.title, found.severity) == ("Backup failed", Severity.P1)
    assert after.status is AlertStatus.RESOLVED


def test_a_cloud_event_in_either_mode(house: House) -> None:
    """Structured and binary mode say the same."""
    attributes = {"id": "1", "source": "/disk", "type": "disk.full", "specversion": "1.0", "subject": "web-1"}
    house.client.post(
        "/hooks/cloudevents/k",
        content=json.dumps(attributes | {"data": {"severity": "critical"}}),
        headers={"content-type": "application/cloudevents+json"},
    )
    headers = {f"ce-{name}": value for name, value in attributes.items()}
    house.client.post("/hooks/cloudevents/k", json={"severity": "critical"}, headers=headers)
    [found] = house.alerts()
    missing = house.client.post("/hooks/cloudevents/k", json={}, headers={"ce-id": "1"})

    assert (found.name, found.title, found.severity) == ("disk.full", "web-1", Severity.P0)
    assert missing.status_code == 400


def test_goalert_scripts_go_on_working(house: House) -> None:
    """A form with summary and dedup opens, action=close ends; 204 unless JSON is asked for."""
    opened = house.client.post("/api/v2/generic/incoming?token=t", data={"summary": "Tape is stuck", "dedup": "tape"})
    [found] = house.alerts()
    closed = house.client.post(
        "/api/v2/generic/incoming?token=t&summary=x&dedup=tape&action=close", headers={"accept": "application/json"}
    )

    assert (opened.status_code, found.title) == (204, "Tape is stuck")
    assert (closed.status_code, sorted(closed.json())) == (200, ["AlertID", "IsNew", "ServiceID"])
    assert house.alerts()[0].status is AlertStatus.RESOLVED


def test_beyond_loopback_a_key_is_demanded(config: Config) -> None:
    """Without a known key 401; with an intake key the door opens, and that key opens nothing else."""
    public = Config.load({}, data=config.data, listen="0.0.0.0:0")
    app = App.open(public, clock=ManualClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)))
    try:
        house = House(app, TestClient(create_api(app), raise_server_exceptions=False), None, None)  # type: ignore[arg-type]  # only the doors are used
        key = house.key("shop-pd")
        body = group(alert())

        assert house.post("/hooks/alertmanager", body).status_code == 401
        assert house.post("/hooks/alertmanager/wrong", body).status_code == 401
        assert house.post(f"/hooks/alertmanager/{key}", body).status_code == 200
        assert house.client.get("/api/v1/alerts", headers={"authorization": f"Bearer {key}"}).status_code == 401
        assert house.client.get("/v2/alerts", headers={"authorization": f"GenieKey {key}"}).status_code == 401
    finally:
        app.close()


def test_a_key_pressed_on_the_phone_acknowledges(house: House) -> None:
    """1 takes the page by its signed token, anything else asks again, and a forged token does nothing."""
    house.post("/v2/enqueue", {"routing_key": "k", "event_action": "trigger", "dedup_key": "co",
               "payload": {"summary": "Down", "source": "web", "severity": "critical"}})  # fmt: skip
    [found] = house.alerts()
    token = house.world.ledger[0].link.rpartition("/p/")[2]
    asked = house.client.post(f"/hooks/voice/{token}", data={"Digits": "9"})
    forged = house.client.post("/hooks/voice/forged", data={"Digits": "1"})
    assert house.escalation(found).acknowledged_by is None

    taken = house.client.post(f"/hooks/voice/{token}", data={"Digits": "1"})

    assert house.escalation(found).acknowledged_by == "ann"
    assert "Acknowledged" in taken.text
    assert "neither 1 nor 2" in asked.text
    assert forged.headers["content-type"].startswith("application/xml")


def test_a_mapping_is_tried_on_the_last_payloads(house: House) -> None:
    """What the present mapping made of it stands beside what the one that is tried makes of it; nothing changes."""
    key = house.key("zabbix")
    with house.app.transaction() as s:
        _, secret = s.people.create_token("reader", Role.RESPONDER, OWNER)
    events = [{"trigger": "Disk", "value": "1", "eventid": "7", "nseverity": "4", "name": "Disk full", "tags": {}}]
    house.post(f"/hooks/generic/{key}", {"events": events})
    house.settle()
    tried = "mapping: {each: events, alertname: '{{ item.name }}', severity: P0}"

    headers = {"Authorization": f"Bearer {secret}"}
    answer = house.post("/api/v1/integrations/zabbix/preview", {"yaml": tried}, **headers).json()
    wrong = house.post("/api/v1/integrations/zabbix/preview", {"mapping": {"sumary": "x"}}, **headers)

    assert [one["was"][0]["labels"]["alertname"] for one in answer] == ["Disk"]
    assert [one["now"][0]["labels"]["alertname"] for one in answer] == ["Disk full"]
    assert answer[0]["payload"] == {"events": events}
    assert (wrong.status_code, "did you mean 'summary'" in wrong.text) == (422, True)


def test_a_replay_reads_payloads_by_the_present_mapping(house: House) -> None:
    """The mapping says P0 now where it said P1: the replay shows the other severity, and the alert stays as it is."""
    key = house.key("zabbix")
    events = [{"trigger": "Disk", "value": "1", "eventid": "7", "nseverity": "4", "name": "Disk full", "tags": {"service": "checkout"}}]  # fmt: skip
    house.post(f"/hooks/generic/{key}", {"events": events})
    house.settle()
    with house.app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE.replace('"4": P1', '"4": P0'))], OWNER)
    with house.app.reading() as s:
        found = replay.replay(s, OWNER, replay.ReplayAlerts(protocol="generic", integration="zabbix", until=s.now + timedelta(seconds=1)))  # fmt: skip

    assert [one.differences for one in found.outcomes] == [[Difference.SEVERITY]]
    assert [alert.severity for alert in house.alerts()] == [Severity.P1]


@pytest.mark.parametrize("structured", [True, False])
def test_a_replay_maps_a_cloud_event_anew(house: House, *, structured: bool) -> None:
    """In either mode: what came in headers was kept as well. By the mapping of now it is somebody else's, and named otherwise."""
    key = house.key("events")
    attributes = {"id": "1", "source": "/disk", "type": "disk.full", "specversion": "1.0", "subject": "web-1"}
    data = {"severity": "error"}
    headers = (
        {"content-type": "application/cloudevents+json"}
        if structured
        else {f"ce-{one}": attributes[one] for one in attributes}
    )
    body: object = {**attributes, "data": data} if structured else data
    house.client.post(f"/hooks/cloudevents/{key}", content=json.dumps(body), headers=headers)
    house.settle()
    mapping = 'alertname: "{{ payload.type }} on {{ payload.subject }}", severity: "{{ payload.data.severity }}", severities: {error: P0}'
    with house.app.transaction() as s:
        written = f"{HOUSE}---\nintegration: {{name: events, mapping: {{{mapping}}}}}\n"
        s.resources.apply([SourceFile("house.yaml", written)], OWNER)
    with house.app.reading() as s:
        until = s.now + timedelta(seconds=1)
        found = replay.replay(s, OWNER, replay.ReplayAlerts(protocol="cloudevents", until=until, all=True))

    [fault] = [[one.fault for one in found.faults]]
    names = [one.would.name for one in found.outcomes if one.would]
    assert (fault, names) == ([], ["disk.full on web-1"])
