"""One request to a page, as facts, and what a page function answers: something to show, or somewhere to go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watchbill.bootstrap import Services
from watchbill.entrypoints.web.words.times import Local
from watchbill.kernel.errors import Invalid, Unauthorized
from watchbill.people.model import Actor, Role

__all__ = ["THEMES", "Download", "Go", "PageFunction", "Plain", "Prefs", "Shown", "Visit", "moment_of", "zone_of"]

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Prefs:
    """What a person set for this browser; None means: as the system, the person's own zone."""

    theme: str = "auto"
    zone: str | None = None
    keys: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what. `actor` is None on pages that need no login."""

    path: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    prefs: Prefs
    local: Local
    actor: Actor | None = None
    partial: bool = False  # asked for by a script that swaps a part of the page
    address: str = ""  # where the request came from, for the audit log
    secret: str = ""  # the session's, for logging out
    wanted: str | None = None  # the page that was asked for before logging in
    known_tag: str = ""  # what the browser has of this document
    host: str = ""  # under which this server is reached, for examples that can be copied
    faults: Mapping[str, str] = field(default_factory=dict)  # what keeps watchbill itself from being well
    names: Mapping[str, str] = field(default_factory=dict)  # what people are called, by handle

    @property
    def who(self) -> Actor:
        """The actor; raises Unauthorized where nobody is logged in."""
        if self.actor is None:
            raise Unauthorized("you are not logged in", hint="open a new login link")
        return self.actor

    def name(self, handle: str | None) -> str:
        """What a person is called; whoever is not on a rota goes by the handle."""
        return self.names.get(handle or "", handle or "nobody")

    def may(self, least: str) -> bool:
        """Whether the actor has at least this role: decides which actions are shown."""
        return self.actor is not None and self.actor.role.covers(Role(least))

    def need(self, name: str) -> str:
        """A field of the form that must be there."""
        value = self.form.get(name, "").strip()
        if not value:
            raise Invalid(name, "is required")
        return value

    def maybe(self, name: str) -> str | None:
        """A field of the form, None where it is empty."""
        return self.form.get(name, "").strip() or None

    def ask(self, name: str) -> str | None:
        """A parameter of the query, None where it is empty."""
        return self.query.get(name, "").strip() or None


@dataclass(frozen=True, slots=True)
class Shown:
    """A template with its facts."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)  # Any: each template has its own facts
    status: int = 200


@dataclass(frozen=True, slots=True)
class Go:
    """Somewhere else, by GET; `said` names a row of the table of confirmations, `cookies` are set (None: dropped)."""

    path: str
    said: str = ""
    cookies: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    """A file to keep."""

    name: str
    media_type: str
    content: str | bytes


@dataclass(frozen=True, slots=True)
class Plain:
    """A document that stands for itself and may be kept by caches for `seconds` (`shared`: by those of many people, too)."""

    content: str
    media_type: str = "text/html"
    seconds: int = 15
    shared: bool = True
    status: int = 200


PageFunction: TypeAlias = Callable[[Services, Visit], Shown | Go | Download | Plain]


def moment_of(visit: Visit, field: str) -> datetime:
    """What `<input type=datetime-local>` sends, read on the viewer's clock; the earlier one where the clock is set back."""
    text = visit.need(field)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=visit.local.zone).astimezone(UTC)
    except ValueError as wrong:
        raise Invalid(field, f"{text!r} is not a time", hint="write 2026-11-24T09:00") from wrong


def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name; None where there is none of that name."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
