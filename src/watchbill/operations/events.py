"""What happened, in order: the stream that dashboards and agents follow."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services

__all__ = ["EventView", "LastEvent", "events_after", "newest_position"]


class LastEvent(BaseModel):
    """Where a reader stands: the position of the last event it has."""

    model_config = ConfigDict(extra="forbid")

    after: int = 0
    limit: int = Field(default=100, ge=1, le=1000)


class EventView(BaseModel):
    """One event: what happened to which record, when, and because of which record or event."""

    position: int
    id: str
    kind: str
    at: datetime
    subject: str
    cause: str | None
    data: dict[str, Any]  # Any: each kind has its own fields


def events_after(s: Services, given: LastEvent) -> list[EventView]:
    """Events after the position, oldest first."""
    return [
        EventView(
            position=found.position,
            id=found.recorded.id,
            kind=found.recorded.event.kind,
            at=found.recorded.at,
            subject=found.recorded.subject,
            cause=found.recorded.cause,
            data=_fields(found.recorded.event),
        )
        for found in s.records.events(after=given.after, limit=given.limit)
    ]


def newest_position(s: Services) -> int:
    """Where the stream ends now."""
    return s.records.last_position()


def _fields(event: object) -> dict[str, Any]:  # Any: each kind has its own fields
    from dataclasses import asdict, is_dataclass

    return asdict(event) if is_dataclass(event) and not isinstance(event, type) else {}
