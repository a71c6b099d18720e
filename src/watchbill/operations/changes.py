"""Operations on change events: what was deployed, configured, flagged or scaled, and when."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.catalog.model import Change, ChangeKind, Risk
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
    at: datetime | None = None


class ListChanges(BaseModel):
    """Input of `change.list`: since <= at < until, newest first."""

    model_config = ConfigDict(extra="forbid")

    service: str | None = None
    since: datetime | None = None
    until: datetime | None = None
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


def add(s: Services, who: Actor, given: AddChange) -> ChangeEventView: ...
def list_all(s: Services, who: Actor, given: ListChanges) -> Page[ChangeEventView]: ...
def change_view(change: Change) -> ChangeEventView: ...
