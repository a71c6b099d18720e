"""The chat service: everything that can be done with chat, within one transaction."""

from collections.abc import Mapping

from watchbill.chat.model import Act, Command, Heard, PageMessage, Provider
from watchbill.chat.ports import Chat
from watchbill.chat.service.desk import Desk
from watchbill.chat.service.linking import Linking
from watchbill.chat.service.marking import Marking
from watchbill.chat.service.outbox import Outbox
from watchbill.chat.service.pages import Pages
from watchbill.chat.service.rooms import Rooms
from watchbill.kernel.ids import DeliveryId

__all__ = ["ChatService"]


class ChatService:
    """Verbs of the classes beside this one, gathered under one name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.linking = Linking(desk)
        rooms, pages, marking = Rooms(desk, self.linking), Pages(desk), Marking(desk, self.linking)
        outbox = Outbox(desk, rooms)

        # Rows of reactions.py
        self.declared = rooms.declared
        self.told = rooms.told
        self.page_told = pages.told
        self.page_changed = pages.changed
        self.begin = outbox.begin
        self.finish = outbox.finish
        self.parked = outbox.parked
        # What was heard
        self.mark = marking.mark
        self.follow = marking.follow
        self.room = marking.room

    @property
    def chats(self) -> Mapping[Provider, Chat]:
        """What is set up."""
        return self._desk.chats

    def is_new(self, heard: Heard) -> bool:
        """Note that it was heard; False where it was before."""
        return self._desk.records.is_new(heard.provider, heard.id, self._desk.now)

    def page_at(self, heard: Heard, message: str) -> PageMessage | None:
        """The page that stands in that message."""
        return self._desk.records.message(heard.provider, heard.room, message)

    def page_of(self, delivery: DeliveryId) -> PageMessage | None:
        """Where a delivery stands."""
        return self._desk.records.message_of(delivery)

    def reply(self, heard: Heard, text: str) -> None:
        """Answer whoever was heard, where the provider does not take the answer inline."""
        if text and not heard.inline:
            below = heard.message if isinstance(heard, Command) else ""
            line = f"{heard.provider}/{heard.room}"
            self._desk.put(
                line, heard.provider, Act.REPLY, room=heard.room, users=[heard.user], text=text, message=below
            )

    def join(self, heard: Heard) -> None:
        """Come into the room."""
        self._desk.put(f"{heard.provider}/{heard.room}", heard.provider, Act.JOIN, room=heard.room)

    def cursor(self, provider: Provider) -> str | None:
        """How far the provider's events were read."""
        return self._desk.records.cursor(provider)

    def save_cursor(self, provider: Provider, value: str) -> None:
        """Write how far."""
        self._desk.records.save_cursor(provider, value, self._desk.now)
