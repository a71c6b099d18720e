"""What happened, as facts in the past tense. Saved with the change itself; reactions read them afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from watchbill.kernel.ids import EventId

__all__ = ["Event", "EventSink", "Recorded", "event_kinds"]


class Event:
    """Base of all events. A subclass is a frozen dataclass of JSON-able fields with its own `kind` (`alert.opened`).

    Fields may be str, int, bool, float, None, NewType ids, StrEnum, datetime, and tuples or dicts of those.
    """

    kind: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it was saved: what happened to which record (`subject`), when, and because of which record or event."""

    id: EventId
    at: datetime
    subject: str
    cause: str | None
    event: Event


class EventSink(Protocol):
    """Takes events into the running transaction; they become visible, and reactions run, only after its commit."""

    def publish(self, event: Event, *, subject: str, cause: str | None) -> Recorded:
        """Save the event about record `subject`, caused by record or event `cause` (None: a person or the clock)."""


def event_kinds() -> dict[str, type[Event]]:
    """Every event class by its kind; classes register by being imported."""

    def walk(parent: type[Event]) -> Iterator[type[Event]]:
        for child in parent.__subclasses__():
            yield child
            yield from walk(child)

    return {found.kind: found for found in walk(Event) if found.kind}
