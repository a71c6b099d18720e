"""Puts chat together: who speaks and hears at which provider, for one process, and the desk of one transaction."""

import importlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from watchbill.adapters.notify.providers import read_tables
from watchbill.adapters.notify.providers.chats import action_proof
from watchbill.adapters.store.chat import ChatStore
from watchbill.chat.model import Provider, Said
from watchbill.chat.ports import Chat, Ear, Mouth
from watchbill.chat.service import ChatService, Desk
from watchbill.kernel.errors import Unavailable, WatchbillError
from watchbill.oncall.model import Outcome, Receipt

if TYPE_CHECKING:
    from watchbill.adapters.notify.chat.setup import SetUp
    from watchbill.bootstrap.app import App
    from watchbill.bootstrap.services import Services

__all__ = ["ChatParts", "ChatService", "Standing", "action_proof", "chat_service"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one provider stands: who we are there, or why we are nobody."""

    provider: Provider
    ok: bool
    detail: str
    hint: str = ""


class ChatParts:
    """One for each process. Where the channels file sets up no chat, nothing is loaded and nothing here does anything."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self.mouths: dict[Provider, Mouth] = {}  # a drill puts its own in; the file's are made on first use

    @cached_property
    def _set_up(self) -> "Mapping[Provider, SetUp]":
        file = self._app.config.channels
        tables = read_tables(file) if file is not None else {}
        if file is None or not set(tables) & set(Provider):
            return {}
        home = importlib.import_module("watchbill.adapters.notify.chat.setup")
        roads = self._app.roads
        found: Mapping[Provider, SetUp] = home.set_up(
            file, tables, roads.callers, self._app.clock, lambda: self._app.public_url
        )
        return found

    @cached_property
    def chats(self) -> Mapping[Provider, Chat]:
        """What is set up."""
        return {provider: one.chat for provider, one in self._set_up.items()}

    @property
    def ears(self) -> Mapping[Provider, Ear]:
        """Who hears."""
        return {provider: one.ear for provider, one in self._set_up.items() if one.ear is not None}

    def secret(self, provider: Provider) -> tuple[str, str]:
        """The bot's token, and what the provider shows with a slash command; empty where none is set."""
        found = self._set_up.get(provider)
        return (found.token, found.command_token) if found else ("", "")

    def perform(self, said: Said) -> Receipt:
        """Let the provider do it."""
        provider = said.post.provider
        mouth = self.mouths.get(provider) or (self._set_up[provider].mouth if provider in self._set_up else None)
        if mouth is None:
            return Receipt(Outcome.PERMANENT, f"{provider} is not set up here any more")
        return mouth.perform(said)

    def standings(self) -> list[Standing]:
        """Ask each provider who we are: for the doctor."""
        return [self._standing(provider, one.mouth) for provider, one in self._set_up.items()]

    def _standing(self, provider: Provider, mouth: Mouth) -> Standing:
        try:
            return Standing(provider, ok=True, detail=f"connected as {mouth.check()}")
        except WatchbillError as wrong:
            hint = wrong.hint or ("look at its address, and whether it is up" if isinstance(wrong, Unavailable) else "")
            return Standing(provider, ok=False, detail=wrong.message, hint=hint or f"docs/how-to/{provider}.md")


def chat_service(s: "Services") -> ChatService:
    """Chat over one transaction."""
    return ChatService(
        Desk(
            records=ChatStore(s.connection),
            chats=s.app.chat.chats,
            incidents=s.incidents,
            paging=s.paging,
            schedules=s.schedules,
            people=s.people,
            events=s.events,
            audit=s.audit,
            jobs=s.jobs,
            clock=s.clock,
            noise=lambda: secrets.token_urlsafe(32),
            public_url=s.app.public_url,
        )
    )
