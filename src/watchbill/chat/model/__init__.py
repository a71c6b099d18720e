"""The facts of chat."""

from watchbill.chat.model.events import ChatFailed, ChatLinked, ChatUnlinked, RoomOpened
from watchbill.chat.model.heard import Command, Heard, Invited, Line, Pressed, Reacted, Sign, Spoken
from watchbill.chat.model.posts import Act, Button, Post, Said
from watchbill.chat.model.rooms import Code, Link, Mark, PageMessage, Provider, Room, RoomStatus

__all__ = [
    "Act", "Button", "ChatFailed", "ChatLinked", "ChatUnlinked", "Code", "Command", "Heard", "Invited", "Line", "Link",
    "Mark", "PageMessage", "Post", "Pressed", "Provider", "Reacted", "Room", "RoomOpened", "RoomStatus", "Said", "Sign",
    "Spoken",
]  # fmt: skip
