"""Overrides, escalations and pages, over one connection."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, insert, select, update

from watchbill.adapters.store.bulk import insert_many, update_many
from watchbill.adapters.store.dialects import insert_into, is_postgresql, was_inserted
from watchbill.adapters.store.jobs import OPEN
from watchbill.adapters.store.tables.oncall import escalation_alerts, escalations, overrides, pages
from watchbill.adapters.store.tables.spine import events, jobs
from watchbill.alerts.model import Severity
from watchbill.kernel.ids import AlertId, EscalationId, OverrideId, PageId
from watchbill.oncall.model import (
    Escalation,
    EscalationKind,
    EscalationPolicy,
    EscalationStatus,
    Override,
    Page,
    PageStatus,
)
from watchbill.oncall.ports import CALLS_FOR_ALERTS

__all__ = ["EscalationRecords", "OverrideRecords"]

_UNANSWERED = (EscalationStatus.OPEN, EscalationStatus.EXHAUSTED)
_TAKEN = (EscalationStatus.ACKNOWLEDGED, EscalationStatus.SNOOZED)
_TAKEN_LIMIT = 20
_FIRING_LIMIT = 500
_BEGUN_LIMIT = 1_000  # more than a flood can begin before it is told together
_ALERT_LOCK = 0x616C72  # "alr": the class of the advisory locks under which calls for one alert begin and end
_OVERRIDE_COLUMNS = {"starts_at": "start", "ends_at": "end"}

Values = dict[str, Any]  # Any: columns of their own types


class OverrideRecords:
    """What oncall.ports.Overrides asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, override: Override) -> None:
        """Save one."""
        values = {name: getattr(override, _OVERRIDE_COLUMNS.get(name, name)) for name in _override_names()}
        self._connection.execute(insert(overrides).values(values))

    def get(self, override: OverrideId) -> Override | None:
        """One that has not been removed."""
        query = select(overrides).where(overrides.c.id == override, overrides.c.removed_at.is_(None))
        row = self._connection.execute(query).mappings().one_or_none()
        return _override(row) if row else None

    def remove(self, override: OverrideId, *, at: datetime, by: str) -> None:
        """Mark it removed."""
        self._connection.execute(
            update(overrides).where(overrides.c.id == override).values(removed_at=at, removed_by=by)
        )

    def between(self, schedules: Sequence[str] | None, start: datetime, end: datetime) -> Sequence[Override]:
        """Those that overlap [start, end), oldest made first."""
        query = select(overrides).where(
            overrides.c.ends_at > start, overrides.c.starts_at < end, overrides.c.removed_at.is_(None)
        )
        if schedules is not None:
            query = query.where(overrides.c.schedule.in_(schedules))
        return [_override(row) for row in self._connection.execute(query.order_by(overrides.c.id)).mappings()]


class EscalationRecords:
    """What oncall.ports.Escalations asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, escalation: Escalation) -> bool:
        """Save a new one unless its group has an unanswered one: the partial unique index decides."""
        statement = insert_into(self._connection, escalations).values(_values(escalation)).on_conflict_do_nothing()
        return was_inserted(self._connection, statement, escalations.c.id)

    def save(self, escalation: Escalation) -> None:
        """Write the new state over the old."""
        update_many(self._connection, escalations, [_values(escalation)], key="id")

    def get(self, escalation: EscalationId, *, lock: bool = False) -> Escalation | None:
        """One by id."""
        query = select(escalations).where(escalations.c.id == escalation)
        found = self._escalations(query.with_for_update() if lock else query)
        return found[0] if found else None

    def unanswered(self, group_key: str) -> Escalation | None:
        """The group's escalation that is still looking for somebody, locked."""
        found = self._escalations(_of_group(group_key, _UNANSWERED).with_for_update())
        return found[0] if found else None

    def taken(self, group_key: str) -> Sequence[Escalation]:
        """The group's acknowledged and snoozed ones, newest first, locked; the newest twenty."""
        query = _of_group(group_key, _TAKEN).order_by(escalations.c.id.desc()).limit(_TAKEN_LIMIT)
        return self._escalations(query.with_for_update())

    def holding(self, subject: str) -> Sequence[Escalation]:
        """Those that hold an alert or an incident of that id, newest first."""
        held = select(escalation_alerts.c.escalation).where(escalation_alerts.c.alert == subject)
        of_incident = select(escalations.c.id).where(escalations.c.incident == subject)
        query = select(escalations).where(escalations.c.id.in_(held.union(of_incident)))
        return self._escalations(query.order_by(escalations.c.id.desc()))

    def alerts(self, escalation: EscalationId, *, limit: int | None = None) -> Sequence[AlertId]:
        """The alerts it has held, in the order in which they joined."""
        query = (
            select(escalation_alerts.c.alert)
            .where(escalation_alerts.c.escalation == escalation)
            .order_by(escalation_alerts.c.joined_at, escalation_alerts.c.alert)
            .limit(limit)
        )
        return [AlertId(alert) for alert in self._connection.execute(query).scalars()]

    def firing_alerts(self, escalation: EscalationId) -> Sequence[AlertId]:
        """Those of them that have not ended, in the order in which they joined."""
        query = (
            select(escalation_alerts.c.alert)
            .where(escalation_alerts.c.escalation == escalation, _still_firing())
            .order_by(escalation_alerts.c.joined_at, escalation_alerts.c.alert)
            .limit(_FIRING_LIMIT)
        )
        return [AlertId(alert) for alert in self._connection.execute(query).scalars()]

    def begun(self, since: datetime, *, group_key: str | None = None, policy: str | None = None) -> int:
        """How many walks for alerts began after a moment: of a group, of a policy."""
        query = select(escalations.c.id).where(escalations.c.kind == "alert", escalations.c.started_at > since)
        if group_key is not None:
            query = query.where(escalations.c.group_key == group_key)
        if policy is not None:
            query = query.where(escalations.c.policy["name"].as_string() == policy)
        return len(self._connection.execute(query.limit(_BEGUN_LIMIT)).all())

    def one_at_a_time(self, alert: AlertId) -> None:
        """Let other transactions that begin or end calls for the alert wait; SQLite has one writer anyway."""
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_ALERT_LOCK, func.hashtext(alert))))

    def is_awaited(self, alert: AlertId) -> bool:
        """Whether a job that may begin a walk for the alert is still open."""
        query = (
            select(jobs.c.id)
            .join(events, events.c.id == jobs.c.key)
            .where(events.c.subject == alert, jobs.c.kind.in_(CALLS_FOR_ALERTS), OPEN)
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def is_firing(self, escalation: EscalationId, alert: AlertId) -> bool:
        """Whether it holds that alert, and the alert has not ended."""
        query = select(escalation_alerts.c.alert).where(_membership(escalation, alert), _still_firing())
        return self._connection.execute(query).first() is not None

    def has_held(self, escalation: EscalationId, alert: AlertId) -> bool:
        """Whether the alert was ever in it."""
        return (
            self._connection.execute(select(escalation_alerts.c.alert).where(_membership(escalation, alert))).first()
            is not None
        )

    def add_alert(self, escalation: EscalationId, alert: AlertId, at: datetime) -> bool:
        """Note that the alert joined, or fires again."""
        statement = (
            insert_into(self._connection, escalation_alerts)
            .values(escalation=escalation, alert=alert, joined_at=at)
            .on_conflict_do_update(
                index_elements=["escalation", "alert"],
                set_={"ended_at": None},
                where=escalation_alerts.c.ended_at.is_not(None),
            )
            .returning(escalation_alerts.c.alert)
        )
        return self._connection.execute(statement).first() is not None

    def end_alert(self, escalation: EscalationId, alert: AlertId, at: datetime) -> bool:
        """Note that the alert ended."""
        statement = update(escalation_alerts).where(_membership(escalation, alert), _still_firing())
        return self._connection.execute(statement.values(ended_at=at)).rowcount == 1

    def page(self, page: PageId) -> Page | None:
        """One page by id."""
        row = self._connection.execute(select(pages).where(pages.c.id == page)).mappings().one_or_none()
        return _page(row) if row else None

    def pages(self, escalation: EscalationId) -> Sequence[Page]:
        """All pages of an escalation, oldest first."""
        query = select(pages).where(pages.c.escalation == escalation).order_by(pages.c.id)
        return [_page(row) for row in self._connection.execute(query).mappings()]

    def save_page(self, page: Page) -> None:
        """Save a page, new or changed."""
        insert_many(self._connection, pages, [_fields(page)], replace=("status", "closed_at"))

    def find(
        self,
        *,
        unresolved: bool | None = None,
        person: str | None = None,
        service: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> Sequence[Escalation]:
        """Escalations, newest first."""
        query = select(escalations).order_by(escalations.c.id.desc()).limit(limit)
        if unresolved is not None:
            over = escalations.c.resolved_at
            query = query.where(over.is_(None) if unresolved else over.is_not(None))
        if person is not None:
            query = query.where(escalations.c.id.in_(select(pages.c.escalation).where(pages.c.person == person)))
        if service is not None:
            query = query.where(escalations.c.service == service)
        if before is not None:
            query = query.where(escalations.c.id < before)
        return self._escalations(query)

    def find_pages(
        self, *, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[tuple[Page, Escalation]]:
        """Pages, newest first, each with its escalation."""
        query = select(pages).order_by(pages.c.id.desc()).limit(limit)
        if person is not None:
            query = query.where(pages.c.person == person)
        if before is not None:
            query = query.where(pages.c.id < before)
        found = [_page(row) for row in self._connection.execute(query).mappings()]
        wanted = {page.escalation for page in found}
        by_id = {one.id: one for one in self._escalations(select(escalations).where(escalations.c.id.in_(wanted)))}
        return [(page, by_id[page.escalation]) for page in found]

    def people_of(self, escalations: Sequence[EscalationId]) -> Mapping[EscalationId, Sequence[str]]:
        """Whom each of these has paged, in that order, each once."""
        query = select(pages.c.escalation, pages.c.person).where(pages.c.escalation.in_(escalations))
        found: dict[EscalationId, dict[str, None]] = {}
        for escalation, person in self._connection.execute(query.order_by(pages.c.id)):
            found.setdefault(escalation, {})[person] = None
        return {escalation: list(people) for escalation, people in found.items()}

    def _escalations(self, query: Select[Any]) -> list[Escalation]:  # Any: the columns of the table
        return [_escalation(row) for row in self._connection.execute(query).mappings()]


def _of_group(group_key: str, statuses: tuple[EscalationStatus, ...]) -> Select[Any]:  # Any: the columns of the table
    return select(escalations).where(
        escalations.c.group_key == group_key, escalations.c.status.in_(statuses), escalations.c.resolved_at.is_(None)
    )


def _membership(escalation: EscalationId, alert: AlertId) -> Any:  # Any: a condition, as SQLAlchemy types it
    return and_(escalation_alerts.c.escalation == escalation, escalation_alerts.c.alert == alert)


def _still_firing() -> Any:  # Any: a condition, as SQLAlchemy types it
    return escalation_alerts.c.ended_at.is_(None)


def _override_names() -> list[str]:
    return [column.name for column in overrides.c if not column.name.startswith("removed")]


def _override(row: RowMapping) -> Override:
    return Override(**{_OVERRIDE_COLUMNS.get(name, name): row[name] for name in _override_names()})


def _fields(record: Escalation | Page) -> Values:
    return {name: getattr(record, name) for name in record.__slots__}


def _values(escalation: Escalation) -> Values:
    return _fields(escalation) | {"policy": escalation.policy.as_json(), "slos": list(escalation.slos)}


def _escalation(row: RowMapping) -> Escalation:
    typed = {
        "kind": EscalationKind(row["kind"]),
        "status": EscalationStatus(row["status"]),
        "severity": Severity(row["severity"]),
        "policy": EscalationPolicy.from_json(row["policy"]),
        "slos": tuple(row["slos"]),
    }
    return Escalation(**(dict(row) | typed))


def _page(row: RowMapping) -> Page:
    return Page(**(dict(row) | {"status": PageStatus(row["status"])}))
