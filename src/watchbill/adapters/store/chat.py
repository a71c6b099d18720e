"""Everything that is kept of chat, over one connection."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, update

from watchbill.adapters.store.dialects import insert_into, was_inserted
from watchbill.adapters.store.tables.chat import (
    chat_codes,
    chat_cursors,
    chat_heard,
    chat_lines,
    chat_links,
    chat_marks,
    chat_messages,
    chat_posts,
    chat_rooms,
)
from watchbill.chat.model import Act, Code, Link, Mark, PageMessage, Post, Provider, Room, RoomStatus
from watchbill.kernel.ids import DeliveryId, EscalationId, IncidentId

__all__ = ["ChatStore"]

_REMEMBERED = timedelta(days=3)  # providers tell again within hours


class ChatStore:
    """chat.ports.ChatRecords."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- what was heard

    def is_new(self, provider: Provider, event: str, at: datetime) -> bool:
        """Note that it was heard; False where it was before."""
        statement = insert_into(self._connection, chat_heard).values(provider=provider, event=event, at=at)
        return was_inserted(self._connection, statement.on_conflict_do_nothing(), chat_heard.c.event)

    def cursor(self, provider: Provider) -> str | None:
        """How far the provider's events were read."""
        found = select(chat_cursors.c.value).where(chat_cursors.c.provider == provider)
        return self._connection.execute(found).scalar_one_or_none()

    def save_cursor(self, provider: Provider, value: str, at: datetime) -> None:
        """Write how far they were read; forgets what was heard days before."""
        self._put(chat_cursors, ["provider"], provider=provider, value=value, at=at)
        self._connection.execute(delete(chat_heard).where(chat_heard.c.at < at - _REMEMBERED))

    # --- who is who

    def link(self, provider: Provider, user: str) -> Link | None:
        """Who the chat user is."""
        found = select(chat_links).where(chat_links.c.provider == provider, chat_links.c.user == user)
        row = self._connection.execute(found).mappings().one_or_none()
        return _link(row) if row else None

    def links(self, person: str | None = None) -> Sequence[Link]:
        """All links, of one person where one is named."""
        found = select(chat_links).order_by(chat_links.c.person, chat_links.c.provider, chat_links.c.user)
        if person is not None:
            found = found.where(chat_links.c.person == person)
        return [_link(row) for row in self._connection.execute(found).mappings()]

    def save_link(self, link: Link) -> None:
        """Write it over an older one of that user."""
        self._put(chat_links, ["provider", "user"], **asdict(link))

    def drop_link(self, provider: Provider, user: str) -> None:
        """Delete it."""
        self._connection.execute(delete(chat_links).where(chat_links.c.provider == provider, chat_links.c.user == user))

    def add_code(self, code: Code, hashed: str) -> None:
        """Keep a code; an earlier one of the person is no longer good."""
        self._put(chat_codes, ["person"], **asdict(code), hash=hashed)

    def use_code(self, hashed: str, now: datetime) -> Code | None:
        """The code of that hash if it is good; it is not good again."""
        used = delete(chat_codes).where(chat_codes.c.hash == hashed, chat_codes.c.expires_at > now)
        row = self._connection.execute(
            used.returning(chat_codes.c.person, chat_codes.c.made_by, chat_codes.c.expires_at)
        ).one_or_none()
        return Code(row.person, row.made_by, row.expires_at) if row else None

    # --- rooms

    def add_room(self, room: Room) -> None:
        """Save a new one."""
        self._connection.execute(insert_into(self._connection, chat_rooms).values(asdict(room)))

    def save_room(self, room: Room) -> None:
        """Write its new state."""
        self._put(chat_rooms, ["incident", "provider"], **asdict(room))

    def room_of(self, incident: IncidentId, provider: Provider) -> Room | None:
        """The incident's room at that provider."""
        return self._room(chat_rooms.c.incident == incident, chat_rooms.c.provider == provider)

    def rooms_of(self, incident: IncidentId) -> Sequence[Room]:
        """All rooms of an incident."""
        found = select(chat_rooms).where(chat_rooms.c.incident == incident).order_by(chat_rooms.c.provider)
        return [_room(row) for row in self._connection.execute(found).mappings()]

    def room_named(self, provider: Provider, name: str) -> Room | None:
        """The room that has that name."""
        return self._room(chat_rooms.c.provider == provider, chat_rooms.c.name == name)

    def room_known_as(self, provider: Provider, room: str) -> Room | None:
        """The room of the provider's id."""
        return self._room(chat_rooms.c.provider == provider, chat_rooms.c.room == room)

    # --- where pages stand, and what is on timelines

    def add_message(self, message: PageMessage) -> None:
        """Keep where a page stands."""
        self._put(chat_messages, ["delivery"], **asdict(message))

    def message(self, provider: Provider, room: str, message: str) -> PageMessage | None:
        """The page that stands there."""
        c = chat_messages.c
        found = select(chat_messages).where(c.provider == provider, c.room == room, c.message == message)
        row = self._connection.execute(found).mappings().first()
        return _message(row) if row else None

    def message_of(self, delivery: DeliveryId) -> PageMessage | None:
        """Where a delivery stands."""
        found = select(chat_messages).where(chat_messages.c.delivery == delivery)
        row = self._connection.execute(found).mappings().one_or_none()
        return _message(row) if row else None

    def messages_of(self, escalation: EscalationId) -> Sequence[PageMessage]:
        """Everywhere its pages stand."""
        found = select(chat_messages).where(chat_messages.c.escalation == escalation)
        return [_message(row) for row in self._connection.execute(found.order_by(chat_messages.c.delivery)).mappings()]

    def mark(self, provider: Provider, room: str, message: str) -> Mark | None:
        """Whether that message is on a timeline."""
        c = chat_marks.c
        found = select(chat_marks).where(c.provider == provider, c.room == room, c.message == message)
        row = self._connection.execute(found).mappings().one_or_none()
        return Mark(**{**row, "provider": Provider(row["provider"])}) if row else None

    def add_mark(self, mark: Mark) -> None:
        """Note that it is."""
        self._put(chat_marks, ["provider", "room", "message"], **asdict(mark))

    # --- what waits to be said

    def append(self, line: str, provider: Provider, act: str, content: Mapping[str, object], at: datetime) -> bool:
        """Add a post at the end of its line, locked; True where it is the only one."""
        self._connection.execute(
            insert_into(self._connection, chat_lines).values(line=line, last=0).on_conflict_do_nothing()
        )
        raised = update(chat_lines).where(chat_lines.c.line == line).values(last=chat_lines.c.last + 1)
        sequence = self._connection.execute(raised.returning(chat_lines.c.last)).scalar_one()
        alone = self._waiting(line) == 0
        row = {"line": line, "sequence": sequence, "provider": provider, "act": act, "content": dict(content)}
        self._connection.execute(
            insert_into(self._connection, chat_posts).values({**row, "created_at": at, "attempts": 0})
        )
        return alone

    def is_waiting(self, line: str, act: str) -> bool:
        """Whether such a post waits in the line behind the one whose turn it is."""
        c = chat_posts.c
        first = select(func.min(c.sequence)).where(c.line == line).scalar_subquery()
        found = select(func.count()).where(c.line == line, c.act == act, c.sequence > first)
        return self._connection.execute(found).scalar_one() > 0

    def head(self, line: str) -> Post | None:
        """The post whose turn it is, its line locked."""
        self._connection.execute(select(chat_lines.c.last).where(chat_lines.c.line == line).with_for_update())
        found = select(chat_posts).where(chat_posts.c.line == line).order_by(chat_posts.c.sequence).limit(1)
        row = self._connection.execute(found).mappings().one_or_none()
        if row is None:
            return None
        return Post(**{**row, "provider": Provider(row["provider"]), "act": Act(row["act"])})

    def save_attempts(self, post: Post) -> None:
        """Write how often it was tried."""
        c = chat_posts.c
        this = (c.line == post.line) & (c.sequence == post.sequence)
        self._connection.execute(update(chat_posts).where(this).values(attempts=post.attempts))

    def done(self, post: Post) -> bool:
        """Take it out of the line; whether more wait there."""
        c = chat_posts.c
        self._connection.execute(select(chat_lines.c.last).where(chat_lines.c.line == post.line).with_for_update())
        self._connection.execute(delete(chat_posts).where(c.line == post.line, c.sequence == post.sequence))
        return self._waiting(post.line) > 0

    def _waiting(self, line: str) -> int:
        return self._connection.execute(select(func.count()).where(chat_posts.c.line == line)).scalar_one()

    def _room(self, *where: Any) -> Room | None:  # Any: SQLAlchemy's conditions
        row = self._connection.execute(select(chat_rooms).where(*where)).mappings().first()
        return _room(row) if row else None

    def _put(self, table: Table, key: list[str], **values: object) -> None:
        statement = insert_into(self._connection, table).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values))


def _room(row: Any) -> Room:  # Any: a row
    return Room(
        IncidentId(row["incident"]),
        Provider(row["provider"]),
        row["name"],
        RoomStatus(row["status"]),
        row["created_at"],
        row["room"],
        row["summary"],
    )


def _link(row: Any) -> Link:  # Any: a row
    return Link(Provider(row["provider"]), row["user"], row["person"], row["linked_at"], row["linked_by"])


def _message(row: Any) -> PageMessage:  # Any: a row
    return PageMessage(**{**row, "provider": Provider(row["provider"])})
