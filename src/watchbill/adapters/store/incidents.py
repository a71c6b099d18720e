"""Incidents over one connection: saved, found by number, state, service and words, with their alerts and relations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    RowMapping,
    Select,
    TextClause,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from watchbill.adapters.store.dialects import insert_into, is_postgresql, was_inserted
from watchbill.adapters.store.incident_parts import IncidentParts
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.adapters.store.tables.incidents import (
    OPEN_NOW,
    incident_alerts,
    incident_relations,
    incident_services,
    incidents,
)
from watchbill.adapters.store.tables.oncall import escalation_alerts, escalations
from watchbill.adapters.store.types import from_builtins, to_builtins
from watchbill.incidents.model import DetectedBy, Impact, Incident, Milestones, Phase, Severity, Status
from watchbill.incidents.ports import Attached, Search
from watchbill.kernel.ids import AlertId, IncidentId

__all__ = ["IncidentRecords"]

_LOCK = 0x696E63  # "inc": the advisory lock under which incidents are declared one after the other
_OPEN = (Status.OPEN, Status.MITIGATED)
_CHUNK = 500
_FIRING = "firing"
_WITH_ALERTS = incident_alerts.join(alerts, alerts.c.id == incident_alerts.c.alert)


class IncidentRecords(IncidentParts):
    """What incidents.ports.Incidents asks for."""

    def one_declaration_at_a_time(self) -> None:
        """Let other transactions that declare wait; SQLite has one writer anyway."""
        if is_postgresql(self._connection):
            self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def next_number(self) -> int:
        """One more than the newest; call it only after `one_declaration_at_a_time`."""
        return (self.newest_number() or 0) + 1

    def newest_number(self) -> int | None:
        """The number of the newest incident."""
        found: int | None = self._connection.execute(select(func.max(incidents.c.number))).scalar()
        return found

    def add(self, incident: Incident) -> None:
        """Save a new one."""
        self._connection.execute(insert(incidents).values(_row(incident)))
        self._index_services(incident)

    def save(self, incident: Incident) -> None:
        """Write the new state over the old."""
        self._connection.execute(update(incidents).where(incidents.c.id == incident.id).values(_row(incident)))
        self._index_services(incident)

    def get(self, incident: IncidentId, *, lock: bool = False) -> Incident | None:
        """One by id, locked against other transactions where asked."""
        found = select(incidents).where(incidents.c.id == incident)
        return self._one(found.with_for_update() if lock else found)

    def numbered(self, number: int) -> Incident | None:
        """One by number."""
        return self._one(select(incidents).where(incidents.c.number == number))

    def find(self, search: Search) -> Sequence[Incident]:
        """Incidents, newest first; never more than the limit."""
        found, number = select(incidents), incidents.c.number
        if search.service is not None:
            number = incident_services.c.number
            found = found.join(incident_services, incident_services.c.incident == incidents.c.id)
            found = found.where(incident_services.c.service == search.service)
        found = found.where(*self._wanted(search), *([number < search.before] if search.before is not None else []))
        return self._all(found.order_by(number.desc()).limit(search.limit))

    def milestones(
        self, start: datetime, end: datetime, service: str | None, *, since: datetime
    ) -> Sequence[tuple[Milestones, bool]]:
        """Of real incidents declared in [start, end): whatever reached something since then, or could come back."""
        columns = [incidents.c[one.name] for one in fields(Milestones)]
        alerted = exists().where(incident_alerts.c.incident == incidents.c.id)
        told = or_(*(incidents.c[name] >= since for name in _REACHED), incidents.c.root_cause.is_not(None), alerted)
        found = select(*columns, alerted).where(incidents.c.declared_at >= start, incidents.c.declared_at < end, told)
        found = found.where(incidents.c.drill.is_(False)).order_by(incidents.c.declared_at, incidents.c.number)
        if service is not None:
            of_service = incident_services.c.incident == incidents.c.id
            found = found.join(incident_services, of_service).where(incident_services.c.service == service)
        return [_milestones(tuple(row)) for row in self._connection.execute(found)]

    def open(self, service: str | None = None) -> Sequence[Incident]:
        """All whose emergency goes on, newest first; few, so that the service is looked up among them."""
        found = self._all(select(incidents).where(OPEN_NOW).order_by(incidents.c.number.desc()))
        return found if service is None else [one for one in found if service in one.services]

    def holding(self, alerts: Sequence[AlertId]) -> Sequence[Incident]:
        """Incidents to which one of these alerts is attached now, newest first."""
        known: set[str] = set()
        for chunk in _chunks(alerts):
            held = select(incident_alerts.c.incident).where(incident_alerts.c.alert.in_(chunk))
            known |= set(self._connection.execute(held.where(incident_alerts.c.moved_to.is_(None))).scalars())
        found = self._all(select(incidents).where(incidents.c.id.in_(known))) if known else []
        return sorted(found, key=lambda one: -one.number)

    # --- alerts

    def attach(self, attached: Attached) -> bool:
        """Attach an alert; False where it is attached already."""
        row = {name: getattr(attached, name) for name in incident_alerts.columns.keys()}  # noqa: SIM118 - SQLAlchemy's collection iterates over columns
        statement = insert_into(self._connection, incident_alerts).values(row).on_conflict_do_nothing()
        return was_inserted(self._connection, statement, incident_alerts.c.alert)

    def alerts(self, incident: IncidentId, *, limit: int) -> Sequence[AlertId]:
        """Its alerts: those that fire first, the most severe before the others, the newest first among equals."""
        order = case((alerts.c.status == _FIRING, 0), else_=1), alerts.c.severity, alerts.c.id.desc()
        found = select(alerts.c.id).select_from(_WITH_ALERTS).where(*_held(incident)).order_by(*order).limit(limit)
        return [AlertId(one) for one in self._connection.execute(found).scalars()]

    def count_alerts(self, incident: IncidentId) -> tuple[int, int]:
        """How many alerts it holds, and how many of them fire."""
        fires = func.coalesce(func.sum(case((alerts.c.status == _FIRING, 1), else_=0)), 0)
        counted = select(func.count(), fires).select_from(_WITH_ALERTS).where(*_held(incident))
        total, firing = self._connection.execute(counted).one()
        return int(total), int(firing)

    def is_firing(self, incident: IncidentId) -> bool:
        """Whether any of its alerts fires."""
        found = select(alerts.c.id).select_from(_WITH_ALERTS).where(*_held(incident), alerts.c.status == _FIRING)
        return self._connection.execute(found.limit(1)).first() is not None

    def called_for(self, incident: IncidentId) -> Sequence[AlertId]:
        """One of its alerts for each call that is not over yet."""
        calls = incident_alerts.join(escalation_alerts, escalation_alerts.c.alert == incident_alerts.c.alert)
        calls = calls.join(escalations, escalations.c.id == escalation_alerts.c.escalation)
        found = select(func.min(incident_alerts.c.alert)).select_from(calls)
        found = found.where(*_held(incident), escalations.c.resolved_at.is_(None)).group_by(escalations.c.id)
        return [AlertId(one) for one in self._connection.execute(found).scalars()]

    def alert_names(self, incidents: Sequence[IncidentId]) -> Mapping[IncidentId, frozenset[str]]:
        """The names of the alerts of these incidents; one without alerts is absent."""
        names: dict[IncidentId, set[str]] = {}
        for chunk in _chunks(incidents):
            found = select(incident_alerts.c.incident, incident_alerts.c.name).distinct()
            for row in self._connection.execute(found.where(incident_alerts.c.incident.in_(chunk))):
                names.setdefault(IncidentId(row.incident), set()).add(row.name)
        return {incident: frozenset(found) for incident, found in names.items()}

    def move_alerts(self, source: IncidentId, target: IncidentId, at: datetime) -> Sequence[AlertId]:
        """Attach all alerts of one incident to another, leaving a trace; those that moved."""
        here = select(incident_alerts.c.alert, incident_alerts.c.name).where(*_held(source))
        return self._hand_over(source, target, list(self._connection.execute(here)), at)

    def return_alerts(self, source: IncidentId, target: IncidentId, at: datetime) -> Sequence[AlertId]:
        """Attach what one incident gave to another to the first again, where the other still has it; those that moved."""
        mine, theirs = incident_alerts.alias("mine"), incident_alerts.alias("theirs")
        both = mine.join(theirs, and_(theirs.c.alert == mine.c.alert, theirs.c.incident == target))
        where = mine.c.incident == source, mine.c.moved_to == target, theirs.c.moved_to.is_(None)
        given = select(mine.c.alert, mine.c.name).select_from(both).where(*where)
        return self._hand_over(target, source, list(self._connection.execute(given)), at)

    def _hand_over(
        self, source: IncidentId, target: IncidentId, rows: Sequence[Row[Any]], at: datetime
    ) -> Sequence[AlertId]:  # Any: alert and name
        for chunk in (rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)):
            new = [{"incident": target, "alert": row.alert, "name": row.name, "attached_at": at} for row in chunk]
            statement = insert_into(self._connection, incident_alerts)
            again = statement.on_conflict_do_update(index_elements=["incident", "alert"], set_={"moved_to": None})
            self._connection.execute(again, new)
            left = incident_alerts.c.incident == source, incident_alerts.c.alert.in_([row.alert for row in chunk])
            self._connection.execute(update(incident_alerts).where(*left).values(moved_to=target))
        return [AlertId(row.alert) for row in rows]

    # --- relations

    def relate(self, one: IncidentId, other: IncidentId, at: datetime, by: str) -> bool:
        """Note that two incidents belong together; False where that is known."""
        first, second = sorted((one, other))
        row = {"one": first, "other": second, "at": at, "by": by}
        statement = insert_into(self._connection, incident_relations).values(row).on_conflict_do_nothing()
        return was_inserted(self._connection, statement, incident_relations.c.one)

    def related(self, incident: IncidentId) -> Sequence[Incident]:
        """Incidents that belong to it, merged ones included, newest first."""
        pairs = select(incident_relations).where(
            or_(incident_relations.c.one == incident, incident_relations.c.other == incident)
        )
        known = {end for row in self._connection.execute(pairs) for end in (row.one, row.other)} - {incident}
        belongs = incidents.c.merged_into == incident
        if known:  # an empty IN would keep SQLite from its indexes
            belongs = or_(belongs, incidents.c.id.in_(known))
        # Sorted here: asked for an order, SQLite would rather walk all numbers than look into the small index.
        return sorted(self._all(select(incidents).where(belongs)), key=lambda one: -one.number)

    # --- inside

    def _one(self, found: Select[Any]) -> Incident | None:  # Any: the columns of the table
        row = self._connection.execute(found).mappings().one_or_none()
        return _incident(row) if row else None

    def _all(self, found: Select[Any]) -> list[Incident]:  # Any: the columns of the table
        return [_incident(row) for row in self._connection.execute(found).mappings()]

    def _index_services(self, incident: Incident) -> None:
        gone = incident_services.c.number == incident.number, incident_services.c.service.not_in(incident.services)
        self._connection.execute(delete(incident_services).where(incident_services.c.incident == incident.id, *gone))
        rows = [{"service": name, "number": incident.number, "incident": incident.id} for name in incident.services]
        if rows:
            statement = insert_into(self._connection, incident_services).on_conflict_do_nothing()
            self._connection.execute(statement, rows)

    def _wanted(self, search: Search) -> Iterable[ColumnElement[bool] | TextClause]:
        if set(search.statuses) == set(_OPEN):
            yield OPEN_NOW
        elif search.statuses and set(search.statuses) != set(Status):
            yield incidents.c.status.in_(search.statuses)
        if search.severities:
            yield incidents.c.severity.in_(search.severities)
        if search.drill is not None:
            yield incidents.c.drill.is_(search.drill)
        if search.text:
            yield incidents.c.title.icontains(search.text, autoescape=True)
            bottom = search.bottom(self.newest_number() or 0)
            if bottom is not None:
                yield incidents.c.number >= bottom
        if search.since is not None:
            # Numbers rise with the time of declaration, so that the bound is one look into the index.
            order = incidents.c.declared_at, incidents.c.number
            first = select(incidents.c.number).where(incidents.c.declared_at >= search.since).order_by(*order).limit(1)
            yield incidents.c.number >= func.coalesce(first.scalar_subquery(), _PAST_ALL)


def _held(incident: IncidentId) -> tuple[ColumnElement[bool], ...]:
    """The alerts that it holds now."""
    return incident_alerts.c.incident == incident, incident_alerts.c.moved_to.is_(None)


_REACHED = "declared_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"
_SEVERITY, _STATUS = {one.value: one for one in Severity}, {one.value: one for one in Status}
_PAST_ALL = 2**31 - 1  # where nothing was declared since


def _chunks(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _row(incident: Incident) -> dict[str, Any]:  # Any: columns of their own types
    row = {name: getattr(incident, name) for name in incidents.columns.keys()}  # noqa: SIM118 - SQLAlchemy's collection iterates over columns
    return row | {"services": list(incident.services), "impact": to_builtins(incident.impact)}


def _milestones(row: Sequence[Any]) -> tuple[Milestones, bool]:  # Any: columns of their own types
    number_id, number, title, severity, status, services, *rest, alerted = row
    named = IncidentId(number_id), number, title, _SEVERITY[severity], _STATUS[status], tuple(services)
    return Milestones(*named, *rest), bool(alerted)


def _incident(row: RowMapping) -> Incident:
    typed = {
        "severity": Severity(row["severity"]),
        "phase": Phase(row["phase"]),
        "status": Status(row["status"]),
        "detected_by": DetectedBy(row["detected_by"]),
        "services": tuple(row["services"]),
        "impact": from_builtins(row["impact"], Impact),
    }
    return Incident(**{**row, **typed})
