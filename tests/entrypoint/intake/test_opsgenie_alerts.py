"""The Opsgenie Alert API: requests are taken in at once, carried out in order, and can be asked about."""

from typing import Any

import pytest
from tests.entrypoint.intake.conftest import House

from watchbill.alerts.model import AlertStatus, Severity
from watchbill.oncall.model import EscalationStatus

GENIE = {"authorization": "GenieKey abc-def"}


def create(house: House, **fields: Any) -> Any:  # Any: the answer of httpx
    """Create an alert."""
    return house.post("/v2/alerts", {"message": "Checkout is down", "alias": "co", "priority": "P1"} | fields, **GENIE)


def act(house: House, action: str, body: dict[str, Any] | None = None, *, method: str = "POST") -> Any:  # Any: as above
    """Act on the alert by its alias."""
    path = f"/v2/alerts/co/{action}?identifierType=alias"
    return house.client.request(method, path, json=body or {}, headers=GENIE)


def test_an_alert_is_created_acknowledged_and_closed(house: House) -> None:
    """202 for each; the alert fires, its page is acknowledged, then it is over."""
    answer = create(house)
    [alert] = house.alerts()

    assert (answer.status_code, answer.json()["result"]) == (202, "Request will be processed")
    assert (alert.status, alert.severity, alert.title) == (AlertStatus.FIRING, Severity.P0, "Checkout is down")

    assert act(house, "acknowledge", {"user": "ann"}).status_code == 202
    house.settle()
    assert house.escalation(alert).acknowledged_by == "ann"

    assert act(house, "close").status_code == 202
    assert house.alerts()[0].status is AlertStatus.RESOLVED
    assert house.escalation(alert).status is EscalationStatus.RESOLVED


def test_the_request_tells_the_alert(house: House) -> None:
    """GET /requests/{id} knows what became of it, as the SDK waits for."""
    request = create(house).json()["requestId"]
    house.settle()
    data = house.client.get(f"/v2/alerts/requests/{request}", headers=GENIE).json()["data"]
    [alert] = house.alerts()
    shown = house.client.get(f"/v2/alerts/{data['alertId']}", headers=GENIE).json()["data"]

    assert (data["isSuccess"], data["action"], data["alias"], data["alertId"]) == (True, "Create", "co", alert.id)
    assert (shown["message"], shown["status"], shown["priority"]) == ("Checkout is down", "open", "P1")


def test_an_update_may_overtake_the_creation(house: House) -> None:
    """Alertmanager sends PUT message and description right after, or before, the creation: accepted either way."""
    early = act(house, "message", {"message": "too early"}, method="PUT")
    create(house)
    late = act(house, "message", {"message": "Checkout is slow"}, method="PUT")
    act(house, "description", {"description": "p99 is 4 s"}, method="PUT")
    act(house, "priority", {"priority": "P3"}, method="PUT")
    [alert] = house.alerts()

    assert (early.status_code, late.status_code) == (202, 202)
    assert (alert.title, alert.annotations["description"]) == ("Checkout is slow", "p99 is 4 s")
    assert alert.severity is Severity.P2


@pytest.mark.parametrize(
    ("priority", "severity"),
    [("P1", "P0"), ("P2", "P1"), ("P3", "P2"), ("P4", "P3"), ("P5", "P3"), (None, "P2")],
)
def test_each_priority_has_its_severity(house: House, priority: str | None, severity: str) -> None:
    """One table; without a priority it is P3 there, a ticket here."""
    create(house, priority=priority)

    assert house.alerts()[0].severity == severity


def test_one_alias_is_one_open_alert(house: House) -> None:
    """Reports of an open alert are joined; after its end the alias opens a new one."""
    create(house)
    create(house)
    assert len(house.alerts()) == 1

    act(house, "close")
    create(house)
    assert [one.status for one in house.alerts()] == [AlertStatus.FIRING, AlertStatus.RESOLVED]


def test_the_list_shows_open_ones(house: House) -> None:
    """`query=status:open` leaves out what is over; the count counts the same."""
    create(house)
    create(house, alias="other")
    act(house, "close")
    house.settle()
    rows = house.client.get("/v2/alerts", params={"query": "status:open"}, headers=GENIE).json()["data"]
    count = house.client.get("/v2/alerts/count", headers=GENIE).json()["data"]["count"]

    assert ([row["alias"] for row in rows], count) == (["other"], 2)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"message": ""}, 422),
        ({"message": "x", "priority": "P9"}, 422),
        ({"message": "x", "alias": "a" * 513}, 422),
        ({"message": "x", "details": ["a"]}, 422),
    ],
    ids=["empty", "blank", "priority", "alias", "details"],
)
def test_a_wrong_alert_is_refused(house: House, body: dict[str, Any], status: int) -> None:
    """422 with a message, and nothing is kept."""
    answer = house.post("/v2/alerts", body, **GENIE)

    assert (answer.status_code, sorted(answer.json())) == (status, ["message", "requestId", "took"])
    assert house.alerts() == []


def test_an_unknown_alert_id_is_not_found(house: House) -> None:
    """By id it must exist; by alias it need not."""
    answer = house.post("/v2/alerts/alr_nothere/close", {}, **GENIE)

    assert answer.status_code == 404


def test_the_jsm_address_is_the_same_door(house: House) -> None:
    """Jira Service Management kept the API under another base."""
    house.post("/jsm/ops/integration/v2/alerts", {"message": "x", "alias": "co"}, **GENIE)

    assert len(house.alerts()) == 1
