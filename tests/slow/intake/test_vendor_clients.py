"""The vendors' own Python clients, unchanged but for the address."""

import warnings
from typing import Any

import pytest
from tests.slow.intake.conftest import House, TlsFront

from watchbill.alerts.model import AlertStatus, Severity

pytestmark = pytest.mark.slow


def _statuses(house: House) -> list[AlertStatus]:
    return [one.status for one in house.alerts()]


def test_the_pagerduty_client_over_tls(house: House, tls: TlsFront) -> None:
    """The official client refuses plain http, so it comes through TLS: trigger, acknowledge, resolve, change event."""
    import pagerduty

    client = pagerduty.EventsApiV2Client(house.key, base_url=tls.url, verify=tls.trust)

    key = client.trigger("Checkout is down", "web-1", severity="critical", custom_details={"service": "checkout"})
    [alert] = house.alerts()
    assert (alert.status, alert.severity, alert.service) == (AlertStatus.FIRING, Severity.P0, "checkout")

    client.acknowledge(key)
    house.until(lambda: _acknowledged(house, alert.id))
    client.resolve(key)
    assert _statuses(house) == [AlertStatus.RESOLVED]


def test_pdpyras_over_plain_http(house: House) -> None:
    """The older client takes an http address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pdpyras says on import that it has a successor
        import pdpyras

        session = pdpyras.EventsAPISession(house.key)
    session.url = house.url
    key = session.trigger("Disk is full", "db-1", severity="warning")
    assert [(one.severity, one.title) for one in house.alerts()] == [(Severity.P2, "Disk is full")]

    session.resolve(key)
    assert _statuses(house) == [AlertStatus.RESOLVED]


def test_the_opsgenie_sdk(house: House) -> None:
    """The official SDK creates, finds by the request's id, acknowledges, notes and closes by alias."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an old SDK on a new Python
        import opsgenie_sdk as sdk

        api = _opsgenie(sdk, house)
        body = sdk.CreateAlertPayload(message="Checkout is down", alias="co", priority="P1", details={"shard": "7"})
        request = api.create_alert(create_alert_payload=body).request_id
        told = api.get_request_status(request_id=request)
        [alert] = house.alerts()

        assert (told.data.is_success, told.data.alert_id, told.data.alias) == (True, alert.id, "co")
        assert (alert.severity, alert.annotations["detail_shard"]) == (Severity.P0, "7")
        assert api.get_alert(identifier="co", identifier_type="alias").data.message == "Checkout is down"

        api.acknowledge_alert(
            identifier="co", identifier_type="alias", acknowledge_alert_payload=sdk.AcknowledgeAlertPayload(user="ann")
        )
        house.until(lambda: _acknowledged(house, alert.id))
        api.add_note(
            identifier="co",
            identifier_type="alias",
            add_note_to_alert_payload=sdk.AddNoteToAlertPayload(note="looking"),
        )
        api.close_alert(
            identifier="co", identifier_type="alias", close_alert_payload=sdk.CloseAlertPayload(note="done")
        )
        assert _statuses(house) == [AlertStatus.RESOLVED]


def _opsgenie(sdk: Any, house: House) -> Any:  # Any: the SDK has no types
    configuration = sdk.configuration.Configuration()
    configuration.host = house.url
    configuration.api_key["Authorization"] = house.key
    configuration.api_key_prefix["Authorization"] = "GenieKey"
    return sdk.AlertApi(api_client=sdk.ApiClient(configuration))


def _acknowledged(house: House, alert: str) -> bool:
    with house.server.app.reading() as s:
        found = s.paging.escalation_of(alert)
    return found is not None and found.acknowledged_by is not None
