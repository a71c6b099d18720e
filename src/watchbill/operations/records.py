"""Operations on records of any kind: the chain of causes that led from an alert to an action item."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.kernel.ids import kind_of
from watchbill.people.model import Actor

__all__ = ["LinkView", "Trace", "trace"]


class Trace(BaseModel):
    """Input of `trace`: any id of the chain; `INC-12`, `12` and `AI-7` as well."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=100)


class LinkView(BaseModel):
    """One record of the chain: what it is, when it came to be, which record caused it, by which event."""

    id: str
    kind: str
    at: datetime
    cause: str | None
    event: str


def trace(s: Services, who: Actor, given: Trace) -> list[LinkView]:
    """The chain that a record belongs to, in order; raises NotFound."""
    identifier = given.id.strip()
    if kind_of(identifier) is None:
        is_action = identifier.upper().startswith("AI-")
        identifier = s.postmortems.actions.find(identifier).id if is_action else s.incidents.find(identifier).id
    return [
        LinkView(id=link.id, kind=link.kind, at=link.at, cause=link.cause, event=link.event)
        for link in s.records.trace(identifier)
    ]
