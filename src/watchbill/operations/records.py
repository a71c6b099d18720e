"""Operations on records of any kind: the chain of causes that led from an alert to an action item."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.kernel.ids import kind_of
from watchbill.people.model import Actor

__all__ = ["LinkView", "Trace", "trace"]


class Trace(BaseModel):
    """Input of `trace`: any id of the chain; `INC-12`, `12`, `AI-7` and `slo/NAME` as well."""

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
    return [
        LinkView(id=link.id, kind=link.kind, at=link.at, cause=link.cause, event=link.event)
        for link in s.records.trace(_identifier(s, given.id.strip()))
    ]


def _identifier(s: Services, reference: str) -> str:
    """The id behind a number; ids themselves, and names of what has none (`slo/checkout-availability`), stay as they are."""
    if kind_of(reference) is not None or "/" in reference:
        return reference
    if reference.upper().startswith("AI-"):
        return s.postmortems.actions.find(reference).id
    return s.incidents.find(reference).id
