"""What postmortems need from outside: a store for them and their action items, and the days on which nobody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from watchbill.kernel.ids import ActionItemId, CommentId, IncidentId, PostmortemId
from watchbill.postmortems.model import (
    ActionItem,
    ActionLink,
    ActionPriority,
    ActionStatus,
    Comment,
    Meeting,
    Postmortem,
    PostmortemStatus,
    Version,
)

__all__ = [
    "ActionItems",
    "ActionLinks",
    "ActionSearch",
    "Hit",
    "Holidays",
    "PostmortemSearch",
    "Postmortems",
    "Talk",
    "Texts",
    "Trackers",
    "Words",
]


@dataclass(frozen=True, slots=True)
class PostmortemSearch:
    """Which postmortems to list, newest first; `before` is the last id of the page before."""

    statuses: tuple[PostmortemStatus, ...] = ()
    incident: IncidentId | None = None
    before: PostmortemId | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ActionSearch:
    """Which action items to list, newest number first; `before` is the last number of the page before."""

    statuses: tuple[ActionStatus, ...] = ()
    owner: str | None = None
    postmortem: PostmortemId | None = None
    due_before: date | None = None
    priorities: tuple[ActionPriority, ...] = ()
    before: int | None = None
    limit: int = 50


class Postmortems(Protocol):
    """Postmortems and their versions, in the running transaction."""

    def add(self, postmortem: Postmortem) -> bool:
        """Save a new one; False, and nothing saved, where its incident has one."""

    def save(self, postmortem: Postmortem) -> None:
        """Write the new state over the old."""

    def get(self, postmortem: PostmortemId, *, lock: bool = False) -> Postmortem | None:
        """One by id. `lock`: other transactions that lock it wait until this one ends."""

    def of_incident(self, incident: IncidentId) -> Postmortem | None:
        """The one of that incident."""

    def demanded_for(self, slo: str) -> Postmortem | None:
        """The newest that a spent budget of that SLO demanded and that is not final."""

    def find(self, search: PostmortemSearch) -> Sequence[Postmortem]:
        """Postmortems, newest first."""

    def add_version(self, version: Version) -> None:
        """Keep a state."""

    def versions(self, postmortem: PostmortemId) -> Sequence[Version]:
        """All states, oldest first."""


class ActionItems(Protocol):
    """Action items, in the running transaction."""

    def next_number(self) -> int:
        """The next number of the installation, from 1, without gaps."""

    def save(self, item: ActionItem) -> None:
        """Save an item, new or changed."""

    def get(self, item: ActionItemId) -> ActionItem | None:
        """One by id."""

    def numbered(self, number: int) -> ActionItem | None:
        """One by number."""

    def newest_number(self) -> int | None:
        """The number of the newest item."""

    def of_postmortem(self, postmortem: PostmortemId) -> Sequence[ActionItem]:
        """All of a postmortem, by number."""

    def find(self, search: ActionSearch) -> Sequence[ActionItem]:
        """Items, newest first."""


class Talk(Protocol):
    """What is said about postmortems, in the running transaction."""

    def save_comment(self, comment: Comment) -> None:
        """Save a comment, new or settled."""

    def comment(self, comment: CommentId) -> Comment | None:
        """One by id."""

    def comments(self, postmortem: PostmortemId) -> Sequence[Comment]:
        """All of a postmortem, oldest first."""

    def save_meeting(self, meeting: Meeting) -> None:
        """Write the meeting's state over the old."""

    def meeting(self, postmortem: PostmortemId) -> Meeting | None:
        """The meeting of a postmortem; None before it was held."""


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one postmortem, as they are searched and compared."""

    postmortem: PostmortemId
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A postmortem that was found, and where: the excerpt in pieces, each with whether it is what was looked for."""

    postmortem: PostmortemId
    excerpt: tuple[tuple[str, bool], ...]


class Texts(Protocol):
    """The words of all postmortems, in the running transaction."""

    def put(self, words: Words) -> None:
        """Write the words of a postmortem over the old ones."""

    def find(self, terms: Sequence[str], limit: int) -> Sequence[Hit]:
        """Postmortems that hold every term (a word or a phrase), best first; without terms none."""

    def newest(self, limit: int) -> Sequence[Words]:
        """The words of the newest postmortems."""

    def of(self, postmortem: PostmortemId) -> Words | None:
        """The words of one."""


class ActionLinks(Protocol):
    """Action items and the issues that mirror them, in the running transaction."""

    def get(self, action: ActionItemId) -> ActionLink | None:
        """The link of an item."""

    def save(self, link: ActionLink) -> None:
        """Write it over the old one."""

    def remove(self, action: ActionItemId) -> None:
        """Forget it."""


class Trackers(Protocol):
    """The issue trackers that are set up here."""

    def names(self) -> Sequence[str]:
        """Every tracker, by name."""

    def taking(self, service: str | None) -> str | None:
        """The tracker that takes every item of this service, or of all."""


class Holidays(Protocol):
    """Public holidays by country."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays of the region (`FR`, `DE-BY`; None: none) in [start, end); raises Invalid for an unknown region."""
