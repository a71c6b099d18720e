"""Shifts as they were stood, and pages as they were felt, over one connection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.alerts import alerts
from watchbill.adapters.store.tables.incidents import incidents
from watchbill.adapters.store.tables.oncall import deliveries, escalation_alerts, escalations, pages
from watchbill.adapters.store.tables.oncall_health import kept_shifts
from watchbill.adapters.store.tables.spine import events
from watchbill.kernel.ids import EscalationId, PageId, ShiftId
from watchbill.oncall.model.health import KeptShift, SentPage

__all__ = ["KeptShiftRecords", "MitigationHistory", "PageHistory"]

# Pages that ask for an answer: no tests, and no notices, which nobody has to answer.
_ASKING = ("alert", "incident", "manual", "alarm")
_LATEST_SEND = timedelta(days=2)  # how long after it was made the first notification of a page may leave
_MINUTE_US = 60_000_000
_NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = attrgetter("at", "id")


class KeptShiftRecords:
    """What oncall.health_ports.KeptShifts asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> Mapping[str, KeptShift]:
        """The newest of each schedule."""
        newest = (
            select(kept_shifts.c.schedule, func.max(kept_shifts.c.starts_at).label("at"))
            .group_by(kept_shifts.c.schedule)
            .subquery()
        )
        query = select(kept_shifts).join(
            newest, and_(kept_shifts.c.schedule == newest.c.schedule, kept_shifts.c.starts_at == newest.c.at)
        )
        return {row.schedule: _shift(row) for row in self._connection.execute(query)}

    def between(self, since: datetime, until: datetime) -> Sequence[KeptShift]:
        """Those that overlap [since, until), by start."""
        ends = kept_shifts.c.ends_at
        query = select(kept_shifts).where(kept_shifts.c.starts_at < until, or_(ends.is_(None), ends > since))
        ordered = query.order_by(kept_shifts.c.starts_at, kept_shifts.c.schedule)
        return [_shift(row) for row in self._connection.execute(ordered)]

    def begin(self, shift: KeptShift) -> bool:
        """Save a new one."""
        statement = (
            insert_into(self._connection, kept_shifts)
            .values(
                id=shift.id,
                schedule=shift.schedule,
                person=shift.person,
                starts_at=shift.start,
                ends_at=shift.end,
            )
            .on_conflict_do_nothing()
        )
        return self._connection.execute(statement.returning(kept_shifts.c.id)).first() is not None

    def finish(self, shift: ShiftId, end: datetime) -> bool:
        """Note its end."""
        running = and_(kept_shifts.c.id == shift, kept_shifts.c.ends_at.is_(None))
        return self._connection.execute(update(kept_shifts).where(running).values(ends_at=end)).rowcount == 1


class MitigationHistory:
    """What oncall.health_ports.Mitigations asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def minutes(self, since: datetime, until: datetime) -> Sequence[tuple[str | None, Fraction]]:
        """From the start of the trouble (its detection where that is not known) to the mitigation; no drills, none merged."""
        query = select(
            incidents.c.service, incidents.c.started_at, incidents.c.detected_at, incidents.c.mitigated_at
        ).where(
            incidents.c.mitigated_at >= since,
            incidents.c.mitigated_at < until,
            incidents.c.drill.is_(False),
            incidents.c.merged_into.is_(None),
        )
        found = self._connection.execute(query.order_by(incidents.c.number))
        spans = [(row.service, row.mitigated_at - (row.started_at or row.detected_at)) for row in found]
        return [(service, _minutes(span)) for service, span in spans if span >= timedelta(0)]


class PageHistory:
    """What oncall.health_ports.PageHistory asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sent(self, since: datetime, until: datetime, now: datetime) -> Sequence[SentPage]:
        """Those whose first notification left in [since, until)."""
        felt = [row for row in self._connection.execute(_felt(since)) if since <= row.at < until]
        answers, handed = self._answers(since)
        labels = self._labels(since)
        siblings = self._siblings(since)
        found = []
        for row in felt:
            call = row.escalation
            steps, answered, passed = siblings.get(call, ()), answers.get(call, ()), handed.get(call, ())
            found.append(
                SentPage(
                    id=PageId(row.id),
                    escalation=EscalationId(call),
                    person=row.person,
                    at=row.at,
                    service=row.service,
                    acknowledged_at=_first_after(answered, row),
                    waited_until=max(row.at, min(_cut(row, steps, answered, passed), now)),
                    left=_left(row, steps, passed),
                    actionable=False if row.not_actionable_by else labels.get(call),
                    title=row.title,
                )
            )
        return sorted(found, key=_ORDER)

    def _answers(self, since: datetime) -> tuple[dict[str, list[tuple[datetime, str]]], dict[str, list[datetime]]]:
        """Per call: (when, who) of its acknowledgements, and when it was handed on by name; in order."""
        query = (
            select(events.c.kind, events.c.subject, events.c.at, events.c.payload)
            .where(events.c.kind.in_(("escalation.acknowledged", "escalation.reassigned")))
            .where(events.c.subject.in_(_calls(since)))
            .order_by(events.c.position)
        )
        answers: dict[str, list[tuple[datetime, str]]] = {}
        handed: dict[str, list[datetime]] = {}
        for row in self._connection.execute(query):
            if row.kind == "escalation.reassigned":
                handed.setdefault(row.subject, []).append(row.at)
            else:
                answers.setdefault(row.subject, []).append((row.at, row.payload["by"]))
        return answers, handed

    def _labels(self, since: datetime) -> dict[str, bool]:
        """Per call: whether people said of any of its alerts that there was something to do, or only that there was not."""
        query = (
            select(escalation_alerts.c.escalation, alerts.c.actionable)
            .join(alerts, alerts.c.id == escalation_alerts.c.alert)
            .where(alerts.c.actionable.is_not(None), escalation_alerts.c.escalation.in_(_calls(since)))
        )
        found: dict[str, bool] = {}
        for call, actionable in self._connection.execute(query):
            found[call] = found.get(call, False) or bool(actionable)
        return found

    def _siblings(self, since: datetime) -> dict[str, list[Any]]:  # Any: rows of the query
        """All pages of each call that has several, oldest first: most calls are answered at their first."""
        other = pages.alias("other")
        more = exists().where(other.c.escalation == pages.c.escalation, other.c.id != pages.c.id)
        query = (
            select(pages.c.id, pages.c.escalation, pages.c.round, pages.c.step, pages.c.created_at)
            .where(pages.c.escalation.in_(_calls(since)), more)
            .order_by(pages.c.id)
        )
        found: dict[str, list[Any]] = {}  # Any: rows, as above
        for row in self._connection.execute(query):
            found.setdefault(row.escalation, []).append(row)
        return found


def _felt(since: datetime) -> Select[Any]:  # Any: the columns of the query
    """Pages to people that asked for an answer, with when the first notification left. Told in another's message counts."""
    first = func.min(func.coalesce(deliveries.c.first_tried_at, _told_at()))
    return (
        select(
            pages.c.id, pages.c.escalation, pages.c.person, pages.c.round, pages.c.step, pages.c.status,
            pages.c.created_at, pages.c.closed_at, escalations.c.service, escalations.c.title,
            escalations.c.resolved_at, escalations.c.not_actionable_by, first.label("at"),
        )
        .join(escalations, escalations.c.id == pages.c.escalation)
        .join(deliveries, deliveries.c.page == pages.c.id)
        .where(escalations.c.kind.in_(_ASKING), pages.c.created_at >= since - _LATEST_SEND)
        .where(pages.c.person.not_like("channel:%"))
        .group_by(pages.c.id, escalations.c.id)
        .having(first.is_not(None))
        .order_by(pages.c.id)
    )  # fmt: skip


def _told_at() -> ColumnElement[datetime]:
    """When a delivery that was never tried itself arrived in the message of another."""
    return case((deliveries.c.status == "delivered", deliveries.c.closed_at))


def _calls(since: datetime) -> Select[Any]:  # Any: the columns of the query
    return select(pages.c.escalation).where(pages.c.created_at >= since - _LATEST_SEND)


def _first_after(answers: Sequence[tuple[datetime, str]], row: Row[Any]) -> datetime | None:  # Any: columns
    """The person's own answer, after the page was made."""
    for at, by in answers:
        if by == row.person and at >= row.created_at:
            return at
    return None


def _cut(
    row: Row[Any],  # Any: the columns of the query
    steps: Sequence[Row[Any]],
    answers: Sequence[tuple[datetime, str]],
    handed: Sequence[datetime],
) -> datetime:
    """When this person's answer was no longer waited for: the next step, an answer, a hand-over, a "no", or the end of it."""
    made, cut = row.created_at, _NEVER
    for step in steps:
        if step.id > row.id and (step.round, step.step) != (row.round, row.step):
            if step.created_at >= made:
                cut = step.created_at
            break
    for at, _by in answers:
        if made <= at < cut:
            cut = at
    for at in handed:
        if made <= at < cut:
            cut = at
    if row.status == "declined" and row.closed_at is not None:
        cut = min(cut, row.closed_at)
    if row.resolved_at is not None and made <= row.resolved_at < cut:
        cut = row.resolved_at
    return cut


def _left(row: Row[Any], steps: Sequence[Row[Any]], handed: Sequence[datetime]) -> bool | None:  # Any: columns
    """Whether the call went on from this page of its first level to another, by timeout or by hand; None further up."""
    if steps and (row.round, row.step) != (steps[0].round, steps[0].step):
        return None
    higher = any((one.round, one.step) > (row.round, row.step) and one.id > row.id for one in steps)
    return higher or row.status == "declined" or any(at >= row.created_at for at in handed)


def _shift(row: Row[Any]) -> KeptShift:  # Any: the columns of the table
    return KeptShift(row.schedule, row.person, row.starts_at, row.ends_at, ShiftId(row.id))


def _minutes(span: timedelta) -> Fraction:
    return Fraction(span // timedelta(microseconds=1), _MINUTE_US)
