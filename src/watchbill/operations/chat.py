"""Operations on chat: who is who there, and how each provider stands."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.chat.model import Link, Provider
from watchbill.people.model import Actor

__all__ = ["ChatView", "CodeView", "LinkView", "MakeCode", "Nothing", "Unlink", "code", "links", "show", "unlink"]


class Nothing(BaseModel):
    """No input."""

    model_config = ConfigDict(extra="forbid")


class MakeCode(BaseModel):
    """Input of `chat.code`: whom the code links; oneself where nobody is named, others by an admin."""

    model_config = ConfigDict(extra="forbid")

    person: str | None = Field(default=None, max_length=64)


class Unlink(BaseModel):
    """Input of `chat.unlink`: which chat user."""

    model_config = ConfigDict(extra="forbid")

    provider: Provider
    user: str = Field(min_length=1, max_length=255)


class ChatView(BaseModel):
    """One provider that is set up: who we are there, from which severity on incidents get a room, whether it is listened to."""

    provider: Provider
    ok: bool
    detail: str
    hint: str
    rooms: str | None
    listens: bool


class CodeView(BaseModel):
    """A code, told this once: said in a chat as `link CODE` it proves who one is there."""

    person: str
    code: str
    expires_at: datetime


class LinkView(BaseModel):
    """Who a chat user is. `linked_by`: who made the code, or `file` for one whom the channels file names."""

    provider: Provider
    user: str
    person: str
    linked_at: datetime | None
    linked_by: str


def show(s: Services, who: Actor, given: Nothing) -> list[ChatView]:
    """Ask each provider that is set up who we are there."""
    parts = s.app.chat
    return [
        ChatView(
            provider=one.provider,
            ok=one.ok,
            detail=one.detail,
            hint=one.hint,
            rooms=parts.chats[one.provider].rooms,
            listens=one.provider in parts.ears or bool(parts.secret(one.provider)[1]),
        )
        for one in parts.standings()
    ]


def code(s: Services, who: Actor, given: MakeCode) -> CodeView:
    """A fresh code; an earlier one of the person is no longer good."""
    made, text = s.chat.linking.code(given.person, who)
    return CodeView(person=made.person, code=text, expires_at=made.expires_at)


def links(s: Services, who: Actor, given: Nothing) -> list[LinkView]:
    """Who is who in chats."""
    return [_view(link) for link in s.chat.linking.all()]


def unlink(s: Services, who: Actor, given: Unlink) -> LinkView:
    """A chat user no longer speaks for a person."""
    return _view(s.chat.linking.unlink(given.provider, given.user, who))


def _view(link: Link) -> LinkView:
    return LinkView(
        provider=link.provider, user=link.user, person=link.person, linked_at=link.linked_at, linked_by=link.linked_by
    )
