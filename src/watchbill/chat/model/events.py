"""What happens in chat, as events."""

from dataclasses import dataclass
from typing import ClassVar

from watchbill.chat.model.rooms import Provider
from watchbill.kernel.events import Event
from watchbill.kernel.ids import IncidentId

__all__ = ["ChatFailed", "ChatLinked", "ChatUnlinked", "RoomOpened"]


@dataclass(frozen=True)
class RoomOpened(Event):
    """The room of an incident is there. Subject: the incident."""

    kind: ClassVar[str] = "chat.room-opened"
    incident: IncidentId
    provider: Provider
    room: str
    name: str


@dataclass(frozen=True)
class ChatFailed(Event):
    """Something could not be done in a chat and was given up; what followed went on. Subject: the line."""

    kind: ClassVar[str] = "chat.failed"
    provider: Provider
    act: str
    error: str


@dataclass(frozen=True)
class ChatLinked(Event):
    """A chat user proved to be a person. Subject: the person."""

    kind: ClassVar[str] = "chat.linked"
    provider: Provider
    user: str
    person: str


@dataclass(frozen=True)
class ChatUnlinked(Event):
    """A chat user no longer speaks for a person. Subject: the person."""

    kind: ClassVar[str] = "chat.unlinked"
    provider: Provider
    user: str
    person: str
    by: str
