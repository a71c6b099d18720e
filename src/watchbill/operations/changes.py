"""Operations on change events: what was deployed, configured, flagged or scaled, and when."""

from dataclasses import asdict
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.catalog.model import Change, ChangeKind, Risk
from watchbill.catalog.service import NewChange
from watchbill.kernel.instants import from_text, to_text
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = ["AddChange", "ChangeEventView", "ListChanges", "add", "change_view", "list_all"]


class AddChange(BaseModel):
    """Input of `change.add`; `at` is when the change took effect (now, if left out)."""

    model_config = ConfigDict(extra="forbid")

    service: str = Field(min_length=1, max_length=64)
    kind: ChangeKind = ChangeKind.DEPLOY
    summary: str = Field(default="", max_length=500)
    version: str | None = Field(default=None, max_length=200)
    author: str | None = Field(default=None, max_length=200)
    risk: Risk = Risk.LOW
    rollback_plan: str | None = Field(default=None, max_length=4000)
    url: str | None = Field(default=None, max_length=2000)
    at: AwareDatetime | None = None


class ListChanges(BaseModel):
    """Input of `change.list`: since <= at < until, newest first."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = None


class ChangeEventView(BaseModel):
    """One change event."""

    id: str
    service: str
    kind: ChangeKind
    at: datetime
    summary: str
    version: str | None
    author: str | None
    risk: Risk
    rollback_plan: str | None
    url: str | None
    recorded_by: str
    cause: str | None


def add(s: Services, who: Actor, given: AddChange) -> ChangeEventView:
    """Record a change of a known service."""
    fields = given.model_dump()
    return change_view(s.catalog.record_change(NewChange(**fields), by=who.name))


def list_all(s: Services, who: Actor, given: ListChanges) -> Page[ChangeEventView]:
    """Change events, newest first."""
    found = s.catalog.changes(
        given.service,
        since=given.since,
        until=given.until,
        limit=given.limit + 1,
        before=_place(given.cursor) if given.cursor else None,
    )
    shown = found[: given.limit]
    following = f"{to_text(shown[-1].at)}~{shown[-1].id}" if len(found) > given.limit else None
    return Page(items=[change_view(change) for change in shown], next=following)


def change_view(change: Change) -> ChangeEventView:
    """A change as its view."""
    return ChangeEventView(**asdict(change))


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, last = cursor.partition("~")
    return from_text(at, field="cursor"), last
