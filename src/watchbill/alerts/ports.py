"""What alerts need from outside: definitions of routes and policies, compiled matchers, and places for alerts and silences."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from watchbill.alerts.model import (
    Alert,
    AlertStatus,
    Closing,
    Integration,
    MaintenanceWindow,
    Matcher,
    Observation,
    Route,
    Severity,
    Silence,
)
from watchbill.alerts.model.history import Calling, Occurred
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.model.tickets import Ticket, TicketStatus
from watchbill.alerts.rules.merging import Standing
from watchbill.kernel.ids import AlertId, TicketId

__all__ = [
    "AlertQuery",
    "Alerts",
    "FoldStore",
    "History",
    "Holidays",
    "Intake",
    "IntegrationDefinitions",
    "MaintenanceWindows",
    "Matchers",
    "PolicyNames",
    "RouteDefinitions",
    "RunbookNames",
    "Silences",
    "TicketSearch",
    "Tickets",
]


class RouteDefinitions(Protocol):
    """The routing tree of the resources, as one consistent state."""

    def list(self) -> Sequence[Route]:
        """The roots in the order in which they are asked: as written, file by file."""

    @property
    def version(self) -> object:
        """Differs whenever anything that routing reads (routes, services, policies, runbooks) has changed."""


class IntegrationDefinitions(Protocol):
    """The integrations of the resources."""

    def get(self, name: str) -> Integration | None:
        """One by name."""


class MaintenanceWindows(Protocol):
    """The maintenance windows of the resources."""

    def list(self) -> Sequence[MaintenanceWindow]:
        """All of them."""


class PolicyNames(Protocol):
    """The escalation policies of the resources, as far as routing has to know them."""

    def names(self) -> Collection[str]:
        """Every policy's name."""

    def for_schedule(self, schedule: str) -> str | None:
        """The first policy (by name) that notifies this schedule."""


class RunbookNames(Protocol):
    """The runbooks of the resources, as far as alerts have to know them."""

    def for_alert(self, alert_name: str) -> str | None:
        """The name of the runbook written for this alert."""


class Matchers(Protocol):
    """Makes matchers ready. Patterns are RE2 and match whole values."""

    def compile(self, matcher: Matcher) -> Compiled:
        """The matcher as a predicate; raises Invalid where its pattern is none."""


@dataclass(frozen=True, slots=True)
class AlertQuery:
    """Which alerts to list, newest first. `before` is the id of the last row of the page before."""

    status: AlertStatus | None = None
    severity: Severity | None = None
    service: str | None = None
    name: str | None = None
    fingerprint: str | None = None
    source: str | None = None  # the protocol: what stands before the colon
    limit: int = 50
    before: AlertId | None = None


class Alerts(Protocol):
    """Alerts as saved, in the running transaction; how long a sender's word holds may be known to the fold only, and is laid over."""

    def get(self, alert: AlertId) -> Alert | None:
        """One occurrence by id."""

    def latest(self, fingerprint: str) -> Alert | None:
        """The newest occurrence of a fingerprint."""

    def find(self, query: AlertQuery) -> Sequence[Alert]:
        """Those that the query asks for."""

    def firing(self) -> Iterable[Alert]:
        """All that fire, by fingerprint."""

    def counts(self) -> Mapping[Severity, int]:
        """How many fire, by severity; a severity without any is absent."""

    def rate(self, alert: AlertId, *, actionable: bool, by: str) -> None:
        """Note a person's word on whether there was anything to do."""


class FoldStore(Protocol):
    """Alert state as the fold reads it; what the fold plans, its runner writes. One runs at a time over one installation."""

    def standing(self, fingerprints: Collection[str]) -> Mapping[str, Standing]:
        """The newest occurrence of each fingerprint that has one."""

    def load(self, alerts: Collection[AlertId]) -> Mapping[AlertId, Alert]:
        """These occurrences, whole."""

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Fingerprints of firing ones whose `ends_at` has come, earliest first."""

    def firing_labels(self) -> Iterable[tuple[AlertId, Mapping[str, str], str | None, tuple[str, ...]]]:
        """Of all that fire: id, labels, service, and the silences that cover it."""


class Silences(Protocol):
    """Silences in the running transaction."""

    def get(self, silence: str) -> Silence | None:
        """One by id, expired ones included."""

    def list(self) -> Sequence[Silence]:
        """All that are kept, by id."""

    def save(self, silence: Silence) -> None:
        """Write it, new or changed, and let the fold know."""


class Intake(Protocol):
    """The durable inbox, as seen from inside a transaction: what is put here is folded after the commit."""

    def claim(self, observations: Sequence[Observation]) -> None:
        """Take watchbill's own claims in; they become alerts as anybody else's do."""

    def close(self, closing: Closing) -> None:
        """Take a person's "this is over" in."""


@dataclass(frozen=True, slots=True)
class TicketSearch:
    """Which tickets to list, newest first. `before` is the number of the last row of the page before."""

    status: TicketStatus | None = None
    service: str | None = None
    before: int | None = None
    limit: int = 50


class Tickets(Protocol):
    """Tickets in the running transaction."""

    def next_number(self) -> int:
        """The next number of the installation, from 1, without gaps."""

    def add(self, ticket: Ticket) -> None:
        """Save a new one."""

    def save(self, ticket: Ticket) -> None:
        """Write the new state over the old."""

    def get(self, ticket: TicketId) -> Ticket | None:
        """One by id."""

    def numbered(self, number: int) -> Ticket | None:
        """One by number."""

    def open_of(self, group_key: str) -> Ticket | None:
        """The open one of a notification group, locked."""

    def attach(self, ticket: TicketId, alert: AlertId, at: datetime) -> bool:
        """Note that an alert belongs to it; False where that is known."""

    def end(self, alert: AlertId, at: datetime) -> Sequence[Ticket]:
        """Note that an alert ended; the tickets in which it still fired."""

    def find(self, search: TicketSearch) -> Sequence[Ticket]:
        """Those that are searched for, newest first."""


class History(Protocol):
    """What happened to alerts, and who was called for them."""

    def occurred(self, since: datetime, until: datetime) -> Sequence[Occurred]:
        """Occurrences that began in [since, until), by id."""

    def callings(self, since: datetime, until: datetime) -> Sequence[Calling]:
        """Pages for alerts that left in [since, until), by id."""


class Holidays(Protocol):
    """Public holidays by country."""

    def between(self, region: str | None, start: date, end: date) -> Collection[date]:
        """Those within [start, end]; none where no region is named."""
