"""What watchbill wants done in a chat: saved first, in order within its line, and done by whoever speaks the provider's protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from watchbill.chat.model.rooms import Provider

__all__ = ["Act", "Button", "Post", "Said"]


class Act(StrEnum):
    """One thing to be done."""

    OPEN = "open"  # make the room
    TOPIC = "topic"
    INVITE = "invite"
    SUMMARY = "summary"  # say it, or change what was said
    PIN = "pin"
    SAY = "say"
    PAGE = "page"  # change the message of a page to how it stands
    SIGNS = "signs"  # put signs below a page, so that a tap is enough
    REPLY = "reply"  # to one user where the provider can
    JOIN = "join"


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the outbox. `line` and `sequence` say when its turn is; `content` is what the act needs."""

    line: str
    sequence: int
    provider: Provider
    act: Act
    content: Mapping[str, Any]  # Any: each act has its own fields
    created_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press below a page: what it answers, and what it says."""

    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """One act with everything that it needs; `id` is the same at every attempt. What does not concern the act is empty."""

    id: str
    post: Post
    at: datetime
    name: str = ""
    room: str = ""
    text: str = ""
    users: tuple[str, ...] = ()
    message: str = ""
    incident: str = ""
    delivery: str = ""
    buttons: tuple[Button, ...] = field(default=())
