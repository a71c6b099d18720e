"""What is kept of chat: rooms of incidents, who is who there, messages of pages, messages that went to a timeline."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.ids import DeliveryId, EscalationId, IncidentId

__all__ = ["Code", "Link", "Mark", "PageMessage", "Provider", "Room", "RoomStatus"]


class Provider(StrEnum):
    """The systems in which rooms are made and commands are heard."""

    SLACK = "slack"
    MATTERMOST = "mattermost"
    MATRIX = "matrix"

    @property
    def label(self) -> str:
        """As people write it."""
        return self.value.capitalize()


class RoomStatus(StrEnum):
    """How far the room has come."""

    OPENING = "opening"  # saved here, not yet known to be there
    OPEN = "open"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Room:
    """The room of one incident at one provider; `name` is saved before it is made, so that it is made once.

    `room` is the provider's own id, `summary` that of the pinned message; None until they are there.
    """

    incident: IncidentId
    provider: Provider
    name: str
    status: RoomStatus
    created_at: datetime
    room: str | None = None
    summary: str | None = None

    @property
    def line(self) -> str:
        """What keeps its posts in order."""
        return f"{self.incident}/{self.provider}"


@dataclass(frozen=True, slots=True)
class Link:
    """A chat user who is this person; `linked_by` is the code's maker, or `file` for one of the channels file."""

    provider: Provider
    user: str
    person: str
    linked_at: datetime | None
    linked_by: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code that links whoever says it to the person, once and within its time. Only its hash is kept."""

    person: str
    made_by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PageMessage:
    """A page as it stands in a chat: where, and which."""

    delivery: DeliveryId
    escalation: EscalationId
    provider: Provider
    room: str
    message: str
    person: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A message that is on a timeline; `thread`: what is said below it follows."""

    provider: Provider
    room: str
    message: str
    incident: IncidentId
    sequence: int
    thread: bool
