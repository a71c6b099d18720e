"""What status pages need from outside: their definitions, a store, uptime, maintenance, seals for links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Protocol

from watchbill.incidents.model.status import Bulletin, StatusPage, StatusReport, Subscriber, Via
from watchbill.kernel.ids import BulletinId, IncidentId, SubscriberId

__all__ = ["PlannedWork", "Roads", "Seals", "StatusPages", "StatusRecords", "Surroundings"]


class StatusPages(Protocol):
    """The pages of the resources."""

    def get(self, name: str) -> StatusPage | None:
        """The page of that name."""

    def list(self) -> Sequence[StatusPage]:
        """All, by name."""


class StatusRecords(Protocol):
    """Bulletins, subscribers and reports, in the running transaction."""

    def add_bulletin(self, bulletin: Bulletin) -> None:
        """Save one; it is never changed."""

    def bulletin(self, bulletin: BulletinId) -> Bulletin | None:
        """One by id."""

    def of_incident(self, incident: IncidentId, page: str | None = None) -> Sequence[Bulletin]:
        """What was published about an incident, newest first; on one page, or on all."""

    def on_page(self, page: str, *, since: datetime, until: datetime) -> Sequence[Bulletin]:
        """What was published within [since, until), newest first."""

    def still_open(self, page: str) -> Sequence[Bulletin]:
        """All bulletins of those threads whose newest is not `resolved`."""

    def move(self, incident: IncidentId, into: IncidentId) -> None:
        """Let the bulletins of an incident belong to another: the two were one."""

    def add_subscriber(self, subscriber: Subscriber) -> None:
        """Save a new one."""

    def save_subscriber(self, subscriber: Subscriber) -> None:
        """Write the new state over the old."""

    def subscriber(self, subscriber: SubscriberId) -> Subscriber | None:
        """One by id."""

    def subscribed(self, page: str, via: Via, address: str) -> Subscriber | None:
        """The one of that address that has not ended."""

    def subscribers(
        self, page: str, *, after: str = "", limit: int = 500, active: bool = False
    ) -> Sequence[Subscriber]:
        """By id, those after the given id; those who ended are left out, with `active` the unconfirmed as well."""

    def count_subscribers(self, page: str) -> int:
        """How many are confirmed and have not ended."""

    def asked_since(self, page: str, since: datetime) -> int:
        """How many subscribed since a moment, confirmed or not."""

    def add_report(self, report: StatusReport) -> None:
        """Save one."""

    def reports(self, page: str | None = None, *, since: datetime, limit: int = 200) -> Sequence[StatusReport]:
        """Reports since a moment, newest first."""


@dataclass(frozen=True, slots=True)
class PlannedWork:
    """One time that a maintenance window is open."""

    title: str
    services: tuple[str, ...]
    start: datetime
    end: datetime


class Surroundings(Protocol):
    """What other parts know that a page shows."""

    def uptime(
        self, service: str, slo: str | None, moments: Sequence[datetime]
    ) -> "Sequence[tuple[Fraction | None, Fraction]]":
        """For each [moment, next moment): the share of good events (None: nothing was measured) and what may fail by promise.

        Of several SLOs of the service the one that lost most of its promise over the whole span.
        """

    def planned(self, services: frozenset[str], since: datetime, until: datetime) -> Sequence[PlannedWork]:
        """Maintenance of these services, earliest first."""


class Seals(Protocol):
    """Makes texts that only this installation could have made."""

    def seal(self, purpose: str, text: str) -> str:
        """The text with its seal, fit for an address."""

    def opened(self, purpose: str, sealed: str) -> str | None:
        """The text, where the seal is right for that purpose."""


class Roads(Protocol):
    """How subscribers are reached."""

    def refusal(self, via: Via, address: str) -> str | None:
        """Why an address cannot be written to; None where it can."""

    def lane(self, via: Via, address: str) -> str:
        """Which lane of deliveries it belongs to."""
