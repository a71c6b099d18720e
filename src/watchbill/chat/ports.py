"""What chat needs from outside: a place for its records, what is set up, and somebody who speaks each provider's protocol."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from watchbill.chat.model import Code, Heard, Link, Mark, PageMessage, Post, Provider, Room, Said
from watchbill.incidents.model import Severity
from watchbill.kernel.ids import DeliveryId, EscalationId, IncidentId
from watchbill.oncall.model import Receipt

__all__ = ["Chat", "ChatRecords", "Ear", "Mouth"]


@dataclass(frozen=True, slots=True)
class Chat:
    """One provider as it is set up. `rooms`: the least severity that gets a room (None: none does).

    `people` are chat users whom the operator named; `prefix` is how commands begin there; `buttons`: whether pages have some.
    """

    provider: Provider
    rooms: Severity | None = None
    people: Mapping[str, str] = field(default_factory=dict)
    prefix: str = "/wb"
    buttons: bool = False
    signs: bool = False


class ChatRecords(Protocol):
    """Everything that is kept of chat, in the running transaction."""

    def is_new(self, provider: Provider, event: str, at: datetime) -> bool:
        """Note that it was heard; False where it was before, so that whatever is told twice is done once."""

    def cursor(self, provider: Provider) -> str | None:
        """How far the provider's events were read."""

    def save_cursor(self, provider: Provider, value: str, at: datetime) -> None:
        """Write how far they were read; forgets what was heard days before."""

    def link(self, provider: Provider, user: str) -> Link | None:
        """Who the chat user is, by a code."""

    def links(self, person: str | None = None) -> Sequence[Link]:
        """All links, of one person where one is named."""

    def save_link(self, link: Link) -> None:
        """Write it over an older one of that user."""

    def drop_link(self, provider: Provider, user: str) -> None:
        """Delete it."""

    def add_code(self, code: Code, hashed: str) -> None:
        """Keep a code; earlier ones of the person are no longer good."""

    def use_code(self, hashed: str, now: datetime) -> Code | None:
        """The code of that hash if it is good; it is not good again."""

    def add_room(self, room: Room) -> None:
        """Save a new one."""

    def save_room(self, room: Room) -> None:
        """Write its new state."""

    def room_of(self, incident: IncidentId, provider: Provider) -> Room | None:
        """The incident's room at that provider."""

    def rooms_of(self, incident: IncidentId) -> Sequence[Room]:
        """All rooms of an incident."""

    def room_named(self, provider: Provider, name: str) -> Room | None:
        """The room that has that name."""

    def room_known_as(self, provider: Provider, room: str) -> Room | None:
        """The room of the provider's id."""

    def add_message(self, message: PageMessage) -> None:
        """Keep where a page stands."""

    def message(self, provider: Provider, room: str, message: str) -> PageMessage | None:
        """The page that stands there."""

    def message_of(self, delivery: DeliveryId) -> PageMessage | None:
        """Where a delivery stands."""

    def messages_of(self, escalation: EscalationId) -> Sequence[PageMessage]:
        """Everywhere its pages stand."""

    def mark(self, provider: Provider, room: str, message: str) -> Mark | None:
        """Whether that message is on a timeline."""

    def add_mark(self, mark: Mark) -> None:
        """Note that it is."""

    def append(self, line: str, provider: Provider, act: str, content: Mapping[str, object], at: datetime) -> bool:
        """Add a post at the end of its line, locked; True where it is the only one, and has to be set going."""

    def is_waiting(self, line: str, act: str) -> bool:
        """Whether such a post waits in the line behind the one whose turn it is, which may be under way."""

    def head(self, line: str) -> Post | None:
        """The post whose turn it is, its line locked."""

    def save_attempts(self, post: Post) -> None:
        """Write how often it was tried."""

    def done(self, post: Post) -> bool:
        """Take it out of the line; whether more wait there."""


class Mouth(Protocol):
    """Speaks one provider's protocol. Called outside of any transaction, from several threads; never raises for what it answers."""

    @property
    def name(self) -> str:
        """The provider."""

    def perform(self, said: Said) -> Receipt:
        """Do it, and say what came of it; `message` of the receipt is the id of what was made."""

    def check(self) -> str:
        """Who we are there; raises Unavailable or Invalid in words where we are nobody."""


class Ear(Protocol):
    """Hears one provider. `hear` waits for a while, and ends at once when it is interrupted."""

    @property
    def name(self) -> str:
        """The provider."""

    def hear(self, cursor: str | None) -> tuple[Sequence[Heard], str | None]:
        """What happened since, and how far that is; raises Unavailable while the provider cannot be reached."""

    def answered(self, heard: Heard, reply: str) -> None:
        """It was taken in, durably."""

    def interrupt(self) -> None:
        """Stop waiting."""

    def close(self) -> None:
        """Give the connection back."""
