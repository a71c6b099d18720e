"""Hand-overs and the question after a shift, over one connection."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from watchbill.adapters.store.dialects import insert_into
from watchbill.adapters.store.tables.oncall_health import handoffs, satisfaction, surveys
from watchbill.kernel.ids import HandoffId, ShiftId, SurveyId
from watchbill.oncall.model.handoffs import Handoff, Heading, Survey

__all__ = ["HandoffRecords", "SurveyRecords"]


class HandoffRecords:
    """What oncall.health_ports.Handoffs asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, handoff: Handoff) -> None:
        """Save one, new or changed."""
        values = {column.name: getattr(handoff, column.name) for column in handoffs.c}
        values["texts"] = {str(heading): text for heading, text in handoff.texts.items()}
        statement = insert_into(self._connection, handoffs).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def get(self, handoff: HandoffId, *, lock: bool = False) -> Handoff | None:
        """One by id."""
        query = select(handoffs).where(handoffs.c.id == handoff)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return _handoff(row) if row else None

    def find(
        self, *, schedule: str | None = None, person: str | None = None, before: str | None = None, limit: int = 50
    ) -> Sequence[Handoff]:
        """Newest first."""
        query = select(handoffs).order_by(handoffs.c.id.desc()).limit(limit)
        if schedule is not None:
            query = query.where(handoffs.c.schedule == schedule)
        if person is not None:
            query = query.where(or_(handoffs.c.outgoing == person, handoffs.c.incoming == person))
        if before is not None:
            query = query.where(handoffs.c.id < before)
        return [_handoff(row) for row in self._connection.execute(query)]


class SurveyRecords:
    """What oncall.health_ports.Surveys asks for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, survey: Survey) -> None:
        """Save the question."""
        values = {column.name: getattr(survey, column.name) for column in surveys.c}
        self._connection.execute(insert(surveys).values(values))

    def get(self, survey: SurveyId, *, lock: bool = False) -> Survey | None:
        """One by id."""
        query = select(surveys).where(surveys.c.id == survey)
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return _survey(row) if row else None

    def unanswered(self, person: str, since: datetime) -> Sequence[Survey]:
        """Questions to this person that wait, newest first."""
        query = select(surveys).where(
            surveys.c.person == person, surveys.c.answered.is_(False), surveys.c.asked_at >= since
        )
        return [_survey(row) for row in self._connection.execute(query.order_by(surveys.c.id.desc()))]

    def answer(self, survey: Survey, month: date, score: int) -> None:
        """Count the score, and mark the question answered."""
        self._connection.execute(update(surveys).where(surveys.c.id == survey.id).values(answered=True))
        key = {"schedule": survey.schedule, "month": month, "score": score}
        counted = insert_into(self._connection, satisfaction).values(**key, answers=1)
        self._connection.execute(
            counted.on_conflict_do_update(index_elements=list(key), set_={"answers": satisfaction.c.answers + 1})
        )

    def scores(self, since: date, until: date) -> Mapping[str, Mapping[int, int]]:
        """Per schedule: how many answered each score."""
        query = select(satisfaction).where(satisfaction.c.month >= since, satisfaction.c.month <= until)
        found: dict[str, dict[int, int]] = {}
        for row in self._connection.execute(query):
            mine = found.setdefault(row.schedule, {})
            mine[row.score] = mine.get(row.score, 0) + row.answers
        return found


def _handoff(row: Row[Any]) -> Handoff:  # Any: the columns of the table
    return Handoff(
        id=HandoffId(row.id),
        schedule=row.schedule,
        shift=ShiftId(row.shift) if row.shift else None,
        outgoing=row.outgoing,
        incoming=row.incoming,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_at=row.created_at,
        texts={heading: row.texts[heading] for heading in Heading if heading in row.texts},  # jsonb keeps no order
        note=row.note,
        edited_at=row.edited_at,
        signed_at=row.signed_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        reminders=row.reminders,
    )


def _survey(row: Row[Any]) -> Survey:  # Any: the columns of the table
    return Survey(SurveyId(row.id), row.schedule, row.person, row.ends_at, row.asked_at, answered=row.answered)
