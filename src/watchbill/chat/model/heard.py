"""What is heard in a chat, in words that are the same for every provider."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.chat.model.rooms import Provider

__all__ = ["Command", "Heard", "Invited", "Line", "Pressed", "Reacted", "Sign", "Spoken"]


class Sign(StrEnum):
    """What a reaction means."""

    TAKE = "take"  # eyes: I have it
    DONE = "done"  # a check mark: it is over
    MARK = "mark"  # a pin: to the timeline


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that a user did. `id` is the provider's own, the same when it is told again.

    `inline`: the provider takes the reply as the answer to its request; else it is posted.
    """

    id: str
    provider: Provider
    room: str
    user: str
    at: datetime
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Command(Heard):
    """Words after `/wb` or `!wb`. `mentions` are ids of users who are named in it; `message` is where it was said."""

    text: str = ""
    mentions: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Pressed(Heard):
    """A button of a page's message: `ack`, `resolve` or `escalate`."""

    delivery: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it was found; `name` is what the provider calls its author."""

    message: str
    user: str
    name: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Reacted(Heard):
    """A sign under a message. For a mark `lines` holds the message and, where it began a thread, what was said below it."""

    sign: Sign = Sign.MARK
    message: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken(Heard):
    """A message within a thread; it matters where the thread's first message is on a timeline."""

    thread: str = ""
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Invited(Heard):
    """Somebody asks the bot into a room."""
