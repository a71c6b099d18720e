"""What happened to alerts, joined with who was called, on both databases."""

from datetime import datetime, timedelta

from sqlalchemy import insert

from watchbill.adapters.store.alert_history import AlertHistory
from watchbill.adapters.store.alert_rows import row_of
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.payload_history import PayloadHistory
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.adapters.store.tables.oncall import escalation_alerts, escalations, pages
from watchbill.alerts.model import Alert, AlertStatus, Severity
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.ids import AlertId

MINUTE = timedelta(minutes=1)


def _alert(now: datetime) -> Alert:
    return Alert(
        id=AlertId("alr_1"), fingerprint="f", status=AlertStatus.FIRING, severity=Severity.P0, name="Down", title="Down",
        labels={"alertname": "Down"}, annotations={}, starts_at=now, ends_at=now + MINUTE, opened_at=now, updated_at=now,
        service="db", source="generic:zabbix",
    )  # fmt: skip


def test_an_alert_is_found_with_its_pages_and_its_answer(database: Database, clock: ManualClock) -> None:
    """One walk that was acknowledged after two pages, in the window and not outside of it."""
    now = clock.now()
    walk = {
        "id": "esc_1", "kind": "alert", "status": "acknowledged", "group_key": "g", "title": "Down", "sentence": "Down",
        "severity": "P0", "service": "db", "policy": {}, "started_at": now, "first_alert": "alr_1", "alerts": 1, "firing": 1,
        "slos": [], "round": 0, "step": 0, "timers": 0, "started_by": "", "every_contact": False, "acknowledged_at": now + MINUTE,
    }  # fmt: skip
    with database.begin() as connection:
        connection.execute(insert(alerts).values(row_of(_alert(now))))
        connection.execute(insert(escalations).values(walk))
        connection.execute(insert(escalation_alerts).values(escalation="esc_1", alert="alr_1", joined_at=now))
        for number, person in enumerate(("ann", "bob")):
            row = {"id": f"pag_{number}", "escalation": "esc_1", "person": person, "reason": "", "status": "delivered", "round": 0, "step": 0, "created_at": now + number * MINUTE}  # fmt: skip
            connection.execute(insert(pages).values(row))
    with database.read() as connection:
        history = AlertHistory(connection)
        [one] = history.occurred(now, now + MINUTE)
        calls = history.callings(now, now + MINUTE)
        [was] = history.happened(now, now + MINUTE)
        outside = history.occurred(now + MINUTE, now + 2 * MINUTE)

    assert (one.acknowledged_at, one.service, outside) == (now + MINUTE, "db", [])
    assert [(call.person, call.alert) for call in calls] == [("ann", "alr_1")]
    assert (was.called, was.people, was.source) == (True, ("ann", "bob"), "generic:zabbix")


def test_an_empty_inbox_holds_no_payload(database: Database, clock: ManualClock) -> None:
    """Nothing was taken in: nothing to replay and nothing to preview."""
    with database.read() as connection:
        history = PayloadHistory(connection)

        assert list(history.taken(clock.now() - MINUTE, clock.now())) == []
        assert history.newest("zabbix", 5) == []
