"""What postmortems need from outside: a store for them and their action items, and the days on which nobody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from watchbill.kernel.ids import ActionItemId, IncidentId, PostmortemId
from watchbill.postmortems.model import ActionItem, ActionStatus, Postmortem, PostmortemStatus, Version

__all__ = ["ActionItems", "ActionSearch", "Holidays", "PostmortemSearch", "Postmortems"]


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


class Holidays(Protocol):
    """Public holidays by country."""

    def between(self, region: str | None, start: date, end: date) -> frozenset[date]:
        """Holidays of the region (`FR`, `DE-BY`; None: none) in [start, end); raises Invalid for an unknown region."""
