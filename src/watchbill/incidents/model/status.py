"""What outsiders are told: status pages, their components, what was published on them, and who asked to hear of it.

Nothing here holds a name of a person, a host or a label of an alert: a page shows these facts and nothing else.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.ids import BulletinId, IncidentId, StatusReportId, SubscriberId

__all__ = [
    "Bulletin",
    "BulletinPublished",
    "Component",
    "Condition",
    "Mailing",
    "PageAudience",
    "Stage",
    "StatusPage",
    "StatusReport",
    "Subscriber",
    "SubscriberEnded",
    "Via",
]


class PageAudience(StrEnum):
    """Who may see a page."""

    PUBLIC = "public"  # everybody
    TOKEN = "token"  # noqa: S105 - whoever has its secret address
    TEAM = "team"  # whoever may log in here


class Condition(StrEnum):
    """How a component is, the worst last."""

    OPERATIONAL = "operational"
    MAINTENANCE = "maintenance"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial_outage"
    MAJOR_OUTAGE = "major_outage"

    @property
    def rank(self) -> int:
        """0 is well."""
        return list(Condition).index(self)


class Stage(StrEnum):
    """How far the work on a problem has come, in the words that status pages have in common."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Component:
    """A line of a page: a service by the name that outsiders know. `slo` measures its uptime; None: the service's own ones."""

    service: str
    title: str
    group: str = ""
    slo: str | None = None


@dataclass(frozen=True, slots=True)
class StatusPage:
    """A page. `edition` changes the secret address of a token page."""

    name: str
    title: str
    components: tuple[Component, ...]
    audience: PageAudience = PageAudience.TEAM
    reports: bool = True
    edition: int = 1
    contact: str = ""

    def shows(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the services that are on the page, in its order."""
        return tuple(dict.fromkeys(one.service for one in self.components if one.service in services))

    def titles(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """What outsiders call them."""
        return tuple(dict.fromkeys(one.title for one in self.components if one.service in services))


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One message on one page; those of the same incident are one thread. `condition` is of all its `services`."""

    id: BulletinId
    page: str
    incident: IncidentId
    stage: Stage
    condition: Condition
    title: str
    text: str
    services: tuple[str, ...]
    at: datetime
    by: str


class Via(StrEnum):
    """How a subscriber hears of bulletins."""

    EMAIL = "email"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who wants to hear of a page's bulletins. Nothing is sent before `confirmed_at`, or after `ended_at`."""

    id: SubscriberId
    page: str
    via: Via
    address: str
    created_at: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str = ""
    failures: int = 0  # in a row, for good

    @property
    def is_active(self) -> bool:
        """Whether bulletins are sent."""
        return self.confirmed_at is not None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """What a visitor of a page says is wrong. `service` None: they could not tell which."""

    id: StatusReportId
    page: str
    service: str | None
    text: str
    contact: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mailing:
    """One message to one subscriber, ready to be sent. `document` goes to webhooks, `subject` and `text` into mails."""

    delivery: str
    via: Via
    address: str
    subject: str
    text: str
    leave_url: str
    document: dict[str, object]
    at: datetime


@dataclass(frozen=True)
class BulletinPublished(Event):
    """Something was published on a status page. The subject is the incident."""

    kind: ClassVar[str] = "status.published"
    bulletin: BulletinId
    page: str
    incident: IncidentId
    stage: Stage
    condition: Condition
    title: str
    text: str
    by: str


@dataclass(frozen=True)
class SubscriberEnded(Event):
    """A subscriber hears no more: they left, or their address refused every message."""

    kind: ClassVar[str] = "status.subscriber-ended"
    page: str
    subscriber: SubscriberId
    why: str
