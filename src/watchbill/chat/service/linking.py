"""Who is who: codes that prove it, links, and users whom the operator's file names."""

import hashlib
from datetime import timedelta

from watchbill.chat.model import ChatLinked, ChatUnlinked, Code, Heard, Link, Provider
from watchbill.chat.rules.identity import actor_of, person_of
from watchbill.chat.service.desk import Desk
from watchbill.kernel.errors import Forbidden, NotFound, Unauthorized
from watchbill.people.model import Actor, Role
from watchbill.people.secrets import hash_of

__all__ = ["CODE_LIFE", "Linking"]

CODE_LIFE = timedelta(minutes=15)
_CODE_DIGITS = 16  # 64 bits, good for a quarter of an hour: nobody guesses it by typing


class Linking:
    """Codes and links within one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def code(self, person: str | None, who: Actor) -> tuple[Code, str]:
        """A fresh code and its text, for oneself, or by an admin for another person; raises NotFound, Forbidden."""
        name = self._desk.people.person(person or who.name).name
        if name != who.name and not who.role.covers(Role.ADMIN):
            raise Forbidden(f"{who.name} cannot make a code for {name}", hint="an admin can")
        text = hashlib.sha256(self._desk.noise().encode()).hexdigest()[:_CODE_DIGITS]
        made = Code(name, who.name, self._desk.now + CODE_LIFE)
        self._desk.records.add_code(made, hash_of(text))
        self._desk.audit.record(who.name, "chat.code", name, {"via": who.via, "expires_at": made.expires_at})
        return made, text

    def link(self, heard: Heard, code: str) -> Link:
        """Whoever says a good code is its person from now on; raises Unauthorized."""
        used = self._desk.records.use_code(hash_of(code.strip().lower()), self._desk.now)
        if used is None:
            raise Unauthorized("this code is not (or no longer) good", hint="`watchbill chat code` prints a new one")
        link = Link(heard.provider, heard.user, used.person, self._desk.now, used.made_by)
        self._desk.records.save_link(link)
        self._desk.audit.record(used.person, "chat.link", used.person, {"via": heard.provider, "user": heard.user})
        self._desk.events.publish(ChatLinked(heard.provider, heard.user, used.person), subject=used.person, cause=None)
        return link

    def unlink(self, provider: Provider, user: str, by: Actor) -> Link:
        """The user speaks for nobody any more; raises NotFound, and Forbidden for somebody else's."""
        link = self._desk.records.link(provider, user)
        if link is None:
            raise NotFound("chat link", f"{provider}/{user}", known=[one.user for one in self._desk.records.links()])
        if link.person != by.name and not by.role.covers(Role.ADMIN):
            raise Forbidden(f"{by.name} cannot take away a link of {link.person}", hint="an admin can")
        self._desk.records.drop_link(provider, user)
        self._desk.audit.record(
            by.name, "chat.unlink", link.person, {"via": by.via, "user": user, "provider": provider}
        )
        event = ChatUnlinked(provider, user, link.person, by.name)
        self._desk.events.publish(event, subject=link.person, cause=None)
        return link

    def person(self, provider: Provider, user: str) -> str | None:
        """Who the user is; None where nobody has said so, or the person is no more."""
        chat = self._desk.chats.get(provider)
        link = self._desk.records.link(provider, user)
        name = person_of(user, chat.people if chat else {}, link.person if link else None)
        known = {one.name for one in self._desk.people.persons()}
        return name if name in known else None

    def actor(self, provider: Provider, user: str) -> Actor:
        """The user with the person's rights; raises Unauthorized for a stranger, Forbidden for a person without an account."""
        person = self.person(provider, user)
        if person is None:
            raise Unauthorized(
                "I do not know who you are", hint="`watchbill chat code` prints a code; say it here: link CODE"
            )
        actor = actor_of(person, self._desk.people.account(person), str(provider))
        if actor is None:
            raise Forbidden(f"{person} has no account here", hint=f"an admin can run: watchbill user add {person}")
        return actor

    def users(self, person: str, provider: Provider) -> tuple[str, ...]:
        """The users who are this person there: to be invited, to be named."""
        chat = self._desk.chats.get(provider)
        named = [user for user, name in (chat.people if chat else {}).items() if name == person]
        linked = [one.user for one in self._desk.records.links(person) if one.provider is provider]
        return tuple(dict.fromkeys([*named, *linked]))

    def all(self) -> list[Link]:
        """Every link, those of the file included."""
        named = [
            Link(chat.provider, user, person, None, "file")
            for chat in self._desk.chats.values()
            for user, person in chat.people.items()
        ]
        return [*named, *self._desk.records.links()]
