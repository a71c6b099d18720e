"""What happened on the way from an alert to a person, as events. `watchbill trace` is made from their subject and cause."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from watchbill.alerts.model import Severity
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId, DeliveryId, DeviceId, EscalationId, IncidentId, OverrideId, PageId
from watchbill.oncall.model.escalations import EscalationKind

__all__ = [
    "ContactVerified",
    "DeliveryFailed",
    "DeviceAdded",
    "DeviceGone",
    "EscalationAcknowledged",
    "EscalationExhausted",
    "EscalationJoined",
    "EscalationReassigned",
    "EscalationResolved",
    "EscalationSnoozed",
    "EscalationStarted",
    "EscalationStepped",
    "EscalationWoken",
    "OverrideAdded",
    "OverrideRemoved",
    "PageDeclined",
    "PageDelivered",
    "PageFailed",
    "PageNotActionable",
    "PageRequested",
    "PageShown",
    "PageUnroutable",
]


@dataclass(frozen=True)
class EscalationStarted(Event):
    """A walk through a policy began. Subject: the escalation; cause: the alert, the incident, or None for a person's page."""

    kind: ClassVar[str] = "escalation.started"
    escalation: EscalationId
    about: EscalationKind
    group_key: str
    title: str
    severity: Severity
    service: str | None
    policy: str
    alert: AlertId | None = None
    incident: IncidentId | None = None
    follows: EscalationId | None = None


@dataclass(frozen=True)
class EscalationJoined(Event):
    """An alert was added to a walk that was already under way. Subject: the escalation; cause: the alert."""

    kind: ClassVar[str] = "escalation.joined"
    escalation: EscalationId
    alert: AlertId
    severity: Severity


@dataclass(frozen=True)
class EscalationStepped(Event):
    """A step came due. `people` are those it paged; none means that nobody could be found for it (`targets` were asked)."""

    kind: ClassVar[str] = "escalation.stepped"
    escalation: EscalationId
    round: int
    step: int
    targets: tuple[str, ...]
    people: tuple[str, ...]
    by: str = ""


@dataclass(frozen=True)
class EscalationAcknowledged(Event):
    """Somebody took it. Subject: the escalation; cause: the page that was answered, or None."""

    kind: ClassVar[str] = "escalation.acknowledged"
    escalation: EscalationId
    by: str
    via: str
    alert: AlertId | None = None
    incident: IncidentId | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class EscalationSnoozed(Event):
    """Somebody took it for a while; it opens again at `until`."""

    kind: ClassVar[str] = "escalation.snoozed"
    escalation: EscalationId
    by: str
    until: datetime


@dataclass(frozen=True)
class EscalationWoken(Event):
    """A snooze ended and the trouble has not: the walk begins again."""

    kind: ClassVar[str] = "escalation.woken"
    escalation: EscalationId


@dataclass(frozen=True)
class EscalationReassigned(Event):
    """It was handed to others; those who were being called no longer are."""

    kind: ClassVar[str] = "escalation.reassigned"
    escalation: EscalationId
    by: str
    to: tuple[str, ...]


@dataclass(frozen=True)
class EscalationResolved(Event):
    """All its alerts resolved (or the incident, or somebody closed it): nobody is called any more."""

    kind: ClassVar[str] = "escalation.resolved"
    escalation: EscalationId
    by: str = ""


@dataclass(frozen=True)
class EscalationExhausted(Event):
    """The policy came to its end without an answer; `fallback` are those who were called last."""

    kind: ClassVar[str] = "escalation.exhausted"
    escalation: EscalationId
    rounds: int
    fallback: tuple[str, ...]


@dataclass(frozen=True)
class PageRequested(Event):
    """A person is to be reached. Subject: the page; cause: the escalation."""

    kind: ClassVar[str] = "page.requested"
    page: PageId
    escalation: EscalationId
    person: str
    severity: Severity
    title: str
    reason: str


@dataclass(frozen=True)
class PageDelivered(Event):
    """A provider took it. Subject: the delivery; cause: the page."""

    kind: ClassVar[str] = "page.delivered"
    page: PageId
    escalation: EscalationId
    delivery: DeliveryId
    person: str
    channel: str
    attempts: int
    answer: str


@dataclass(frozen=True)
class DeliveryFailed(Event):
    """One channel failed for good (or was given up after many tries). Subject: the delivery; cause: the page."""

    kind: ClassVar[str] = "delivery.failed"
    page: PageId
    escalation: EscalationId
    delivery: DeliveryId
    person: str
    channel: str
    attempts: int
    answer: str


@dataclass(frozen=True)
class PageFailed(Event):
    """A person could be reached over none of their channels. Subject: the page; cause: the escalation."""

    kind: ClassVar[str] = "page.failed"
    page: PageId
    escalation: EscalationId
    person: str
    reason: str


@dataclass(frozen=True)
class PageDeclined(Event):
    """The person said "not me". Subject: the page; cause: the escalation."""

    kind: ClassVar[str] = "page.declined"
    page: PageId
    escalation: EscalationId
    person: str


@dataclass(frozen=True)
class PageUnroutable(Event):
    """Nobody could be reached. Subject: the escalation (or the alert, where none could begin); the alarm goes out beside it."""

    kind: ClassVar[str] = "page.unroutable"
    escalation: EscalationId | None
    title: str
    severity: Severity
    service: str | None
    reason: str


@dataclass(frozen=True)
class PageNotActionable(Event):
    """A person said that there was nothing to do about it: the false-positive label of all its alerts."""

    kind: ClassVar[str] = "page.not_actionable"
    escalation: EscalationId
    by: str


@dataclass(frozen=True)
class OverrideAdded(Event):
    """Somebody will stand watch instead of whoever the layers name. Subject: the override."""

    kind: ClassVar[str] = "override.added"
    override: OverrideId
    schedule: str
    person: str
    start: datetime
    end: datetime
    by: str


@dataclass(frozen=True)
class OverrideRemoved(Event):
    """The layers count again. Subject: the override."""

    kind: ClassVar[str] = "override.removed"
    override: OverrideId
    schedule: str
    by: str


@dataclass(frozen=True)
class ContactVerified(Event):
    """A person acted through a link that was sent to this address, which proves that it reaches them. Subject: the delivery."""

    kind: ClassVar[str] = "contact.verified"
    person: str
    channel: str
    address: str


@dataclass(frozen=True)
class PageShown(Event):
    """A device said that it showed the page to its owner. Subject: the delivery; cause: the page."""

    kind: ClassVar[str] = "page.shown"
    page: PageId
    escalation: EscalationId
    delivery: DeliveryId
    person: str
    device: DeviceId


@dataclass(frozen=True)
class DeviceAdded(Event):
    """A person let a browser take their pages. Subject: the device."""

    kind: ClassVar[str] = "device.added"
    person: str
    name: str


@dataclass(frozen=True)
class DeviceGone(Event):
    """A device takes no pages any more: its owner removed it, or its push service says that it is gone. Subject: the device."""

    kind: ClassVar[str] = "device.gone"
    person: str
    name: str
    because: str
    by: str
