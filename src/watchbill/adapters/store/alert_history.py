"""What happened to alerts over a stretch of time, joined with the pages that were sent for them. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from watchbill.adapters.store.alert_rows import alert_of
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.adapters.store.tables.oncall import escalation_alerts, escalations, pages
from watchbill.alerts.model import Severity
from watchbill.alerts.model.history import Calling, Occurred
from watchbill.alerts.model.replay import Happened
from watchbill.alerts.service.replaying import policies_of
from watchbill.kernel.ids import AlertId

__all__ = ["AlertHistory"]


class AlertHistory:
    """alerts.ports.History over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def occurred(self, since: datetime, until: datetime) -> Sequence[Occurred]:
        """Occurrences that began in [since, until), by id; each with the first answer to a page that held it."""
        answered = (
            select(escalation_alerts.c.alert, func.min(escalations.c.acknowledged_at).label("at"))
            .join(escalations, escalations.c.id == escalation_alerts.c.escalation)
            .where(escalations.c.acknowledged_at.is_not(None), escalations.c.acknowledged_at >= since)
            .group_by(escalation_alerts.c.alert)
            .subquery()
        )
        query = (
            select(
                alerts.c.id, alerts.c.fingerprint, alerts.c.name, alerts.c.title, alerts.c.service, alerts.c.severity,
                alerts.c.opened_at, alerts.c.closed_at, alerts.c.closed_by, alerts.c.runbook, alerts.c.actionable,
                answered.c.at,
            )
            .outerjoin(answered, answered.c.alert == alerts.c.id)
            .where(alerts.c.opened_at >= since, alerts.c.opened_at < until, alerts.c.ever_fired)
            .order_by(alerts.c.id)
        )  # fmt: skip
        return [
            Occurred(
                alert=AlertId(row.id),
                fingerprint=row.fingerprint,
                name=row.name,
                title=row.title,
                service=row.service,
                severity=Severity(row.severity),
                opened_at=row.opened_at,
                closed_at=row.closed_at,
                closed_by=row.closed_by,
                runbook=row.runbook,
                actionable=row.actionable,
                acknowledged_at=row.at,
            )
            for row in self._connection.execute(query)
        ]

    def callings(self, since: datetime, until: datetime) -> Sequence[Calling]:
        """Pages for alerts that left in [since, until), by id; tests, alarms and pages of people are none."""
        query = (
            select(escalations.c.first_alert, pages.c.person, pages.c.created_at)
            .join(escalations, escalations.c.id == pages.c.escalation)
            .where(escalations.c.first_alert.is_not(None), escalations.c.kind == "alert")
            .where(pages.c.created_at >= since, pages.c.created_at < until)
            .order_by(pages.c.id)
        )
        return [
            Calling(AlertId(row.first_alert), row.person, row.created_at) for row in self._connection.execute(query)
        ]

    def happened(self, since: datetime, until: datetime) -> Sequence[Happened]:
        """Occurrences that stood at any time in [since, until), by id, with the people of the walks that held them."""
        people = self._people(since)
        standing = or_(alerts.c.closed_at.is_(None), alerts.c.closed_at >= since)
        query = select(alerts).where(alerts.c.opened_at < until, standing, alerts.c.ever_fired).order_by(alerts.c.id)
        found = []
        for row in self._connection.execute(query):
            alert = alert_of(row)
            found.append(
                Happened(
                    alert=alert.id,
                    fingerprint=alert.fingerprint,
                    name=alert.name,
                    title=alert.title,
                    severity=alert.severity,
                    service=alert.service,
                    policies=policies_of(alert),
                    opened_at=alert.opened_at,
                    closed_at=alert.closed_at,
                    source=alert.source,
                    called=alert.id in people,
                    people=tuple(people.get(alert.id, ())),
                )
            )
        return found

    def _people(self, since: datetime) -> dict[str, dict[str, None]]:
        """Whom the walks called that held each alert, in the order of the calls; a walk without a page called nobody yet."""
        held = (
            select(escalation_alerts.c.alert, pages.c.person)
            .join(alerts, alerts.c.id == escalation_alerts.c.alert)
            .outerjoin(pages, pages.c.escalation == escalation_alerts.c.escalation)
            .where(or_(alerts.c.closed_at.is_(None), alerts.c.closed_at >= since))
            .order_by(escalation_alerts.c.alert, pages.c.id)
        )
        found: dict[str, dict[str, None]] = {}
        for alert, person in self._connection.execute(held):
            called = found.setdefault(alert, {})
            if person is not None:
                called[person] = None
        return found
