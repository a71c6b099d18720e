"""PagerDuty's Events API v2: what senders get back, and what becomes of their events."""

from datetime import timedelta
from typing import Any

import pytest
from tests.entrypoint.intake.conftest import House

from watchbill.alerts.model import AlertStatus, Severity
from watchbill.kernel.clock import ManualClock
from watchbill.oncall.model import EscalationStatus

KEY = "0123456789abcdef0123456789abcdef"


def event(action: str = "trigger", **fields: Any) -> dict[str, Any]:
    """An event as the documents show it."""
    payload = {"summary": "Checkout is down", "source": "web-1", "severity": "critical", "class": "CheckoutDown"}
    base: dict[str, Any] = {"routing_key": KEY, "event_action": action, "dedup_key": "checkout"}
    return (base | {"payload": payload} if action == "trigger" else base) | fields


def test_a_trigger_pages_and_a_resolve_ends_it(house: House) -> None:
    """202 with the key; the alert fires until it is resolved, however long that takes; then nobody is called any more."""
    answer = house.post("/v2/enqueue", event())
    [alert] = house.alerts()

    assert (answer.status_code, answer.json()) == (
        202,
        {"status": "success", "message": "Event processed", "dedup_key": "checkout"},
    )
    assert (alert.status, alert.severity, alert.name, alert.title) == (
        AlertStatus.FIRING,
        Severity.P0,
        "CheckoutDown",
        "Checkout is down",
    )
    assert house.escalation(alert).status is EscalationStatus.OPEN

    clock = house.app.clock
    assert isinstance(clock, ManualClock)
    clock.forward(timedelta(hours=30))
    house.settle()
    assert house.alerts()[0].status is AlertStatus.FIRING

    assert house.post("/v2/enqueue", event("resolve")).status_code == 202
    assert house.alerts()[0].status is AlertStatus.RESOLVED
    assert house.escalation(alert).status is EscalationStatus.RESOLVED


def test_the_same_key_is_the_same_alert_until_it_is_resolved(house: House) -> None:
    """Triggers of an open alert change it; after its end the next one opens a new occurrence."""
    house.post("/v2/enqueue", event())
    changed = event()
    changed["payload"]["severity"] = "warning"
    changed["payload"]["summary"] = "Checkout is slow"
    house.post("/v2/enqueue", changed)
    [alert] = house.alerts()

    assert (alert.severity, alert.title) == (Severity.P2, "Checkout is slow")

    house.post("/v2/enqueue", event("resolve"))
    house.post("/v2/enqueue", event())
    newest, oldest = house.alerts()

    assert (newest.status, oldest.status) == (AlertStatus.FIRING, AlertStatus.RESOLVED)
    assert newest.fingerprint == oldest.fingerprint


def test_an_acknowledge_stops_the_calling(house: House) -> None:
    """The sender's word that somebody has it is an acknowledgement."""
    house.post("/v2/enqueue", event())
    [alert] = house.alerts()
    house.post("/v2/enqueue", event("acknowledge"))
    house.settle()

    assert house.escalation(alert).status is EscalationStatus.ACKNOWLEDGED


@pytest.mark.parametrize("action", ["acknowledge", "resolve"])
def test_words_about_an_alert_that_is_not_open_are_dropped(house: House, action: str) -> None:
    """202, as the original says, and nothing comes of it."""
    answer = house.post("/v2/enqueue", event(action))

    assert (answer.status_code, house.alerts()) == (202, [])


def test_a_missing_dedup_key_is_made(house: House) -> None:
    """Two triggers without a key are two alerts, each with a key that the sender is told."""
    first, second = (
        house.post("/v2/enqueue", {k: v for k, v in event().items() if k != "dedup_key"}).json()["dedup_key"]
        for _ in range(2)
    )

    assert first != second
    assert len(house.alerts()) == 2


def test_keys_of_two_senders_do_not_meet(house: House) -> None:
    """A dedup_key is unique within its routing key only."""
    house.post("/v2/enqueue", event())
    house.post("/v2/enqueue", event(routing_key="f" * 32))

    assert len(house.alerts()) == 2


def test_a_known_key_brings_its_service(house: House) -> None:
    """The integration's service is the alert's, and the integration has its name."""
    house.post("/v2/enqueue", event(routing_key=house.key("shop-pd")))
    [alert] = house.alerts()

    assert (alert.service, alert.labels["integration"], alert.source) == ("checkout", "shop-pd", "pagerduty:shop-pd")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"routing_key": ""}, "'routing_key' is missing or blank"),
        ({"event_action": "explode"}, "'event_action' is not one of"),
        ({"dedup_key": "x" * 256}, "'dedup_key' is not a text of at most 255"),
        ({"payload": None}, "'payload' is missing or blank"),
        ({"payload": {"source": "a", "severity": "critical"}}, "'payload.summary' is missing"),
        ({"payload": {"summary": "a", "source": "a", "severity": "fatal"}}, "'payload.severity' is not one of"),
        (
            {"payload": {"summary": "a", "source": "a", "severity": "info", "timestamp": "yesterday"}},
            "'payload.timestamp' is not",
        ),
        ({"event_action": "resolve", "dedup_key": None}, "'dedup_key' is missing or blank"),
    ],
    ids=["no key", "action", "long key", "no payload", "no summary", "severity", "timestamp", "resolve what"],
)
def test_a_wrong_event_is_refused_in_the_original_shape(house: House, wrong: dict[str, Any], says: str) -> None:
    """400 with every error, and nothing is kept."""
    answer = house.post("/v2/enqueue", event() | wrong)

    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"
    assert any(says in error for error in answer.json()["errors"])
    assert house.alerts() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"[" * 100_000, b'{"a": NaN}', b"\xff"], ids=list("abcdef"))
def test_what_is_no_json_object_is_refused(house: House, body: bytes) -> None:
    """400, whatever it is."""
    answer = house.client.post("/v2/enqueue", content=body)

    assert answer.status_code == 400


def test_a_body_past_the_limit_is_refused(house: House) -> None:
    """413 before it is parsed."""
    answer = house.client.post("/v2/enqueue", content=b" " * ((1 << 20) + 1))

    assert answer.status_code == 413


def test_the_routing_key_is_not_kept(house: House) -> None:
    """The body is kept for replay without the secret."""
    house.post("/v2/enqueue", event())
    with house.app.reading() as s:
        kept = s.connection.exec_driver_sql("SELECT payload FROM inbox").scalar_one()

    assert KEY.encode() not in bytes(kept)
    assert b"Checkout is down" in bytes(kept)


def test_a_change_event_is_a_change_of_the_service(house: House) -> None:
    """202 without a dedup_key, and the change is recorded; without a service it is refused with what to do."""
    change = {"routing_key": house.key("shop-pd"), "payload": {"summary": "Deploy 842", "source": "ci"}}
    answer = house.post("/v2/change/enqueue", change)
    refused = house.post("/v2/change/enqueue", change | {"routing_key": KEY})
    with house.app.reading() as s:
        [found] = s.catalog.changes("checkout", limit=10)

    assert (answer.status_code, "dedup_key" in answer.json()) == (202, False)
    assert (found.summary, found.author) == ("Deploy 842", "ci")
    assert refused.status_code == 400
    assert "custom_details.service" in refused.json()["errors"][0]
