"""What is told to whom: status updates, drafted from templates, sent by mail to the lists of stakeholders."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from watchbill.incidents.model.incident import Severity
from watchbill.kernel.ids import DeliveryId, IncidentId, UpdateId

__all__ = [
    "Audience",
    "CommunicationTemplate",
    "Mail",
    "MailState",
    "Rendered",
    "StakeholderList",
    "StatusUpdate",
    "UpdateKind",
]


class UpdateKind(StrEnum):
    """Which template an update follows."""

    INITIAL = "initial"
    PROGRESS = "progress"
    CUSTOMER = "customer"
    MITIGATED = "mitigated"
    RESOLUTION = "resolution"  # the all-clear
    FREE = "free"  # words of the sender's own

    @property
    def audience(self) -> "Audience":
        """Whom the template addresses."""
        return Audience.CUSTOMERS if self is UpdateKind.CUSTOMER else Audience.INTERNAL


class Audience(StrEnum):
    """Who reads an update."""

    INTERNAL = "internal"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class Rendered:
    """An update as it would read; `gaps` names what is not known and stands in it as a visible blank."""

    kind: UpdateKind
    text: str
    gaps: tuple[str, ...] = ()
    audience: Audience = Audience.INTERNAL


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """An update: a draft until `sent_at` is set, then never changed."""

    id: UpdateId
    incident: IncidentId
    kind: UpdateKind
    audience: Audience
    text: str
    gaps: tuple[str, ...]
    drafted_at: datetime
    drafted_by: str
    sent_at: datetime | None = None
    sent_by: str | None = None


@dataclass(frozen=True, slots=True)
class CommunicationTemplate:
    """A template of the house in Liquid: instead of one of ours (`replaces`), or a further one that is asked for by its name."""

    name: str
    text: str
    audience: Audience = Audience.INTERNAL
    replaces: UpdateKind | None = None


@dataclass(frozen=True, slots=True)
class StakeholderList:
    """Who wants to read the updates of which incidents. Empty services and severities mean all of them."""

    name: str
    audience: Audience = Audience.INTERNAL
    emails: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    severities: frozenset[Severity] = frozenset()


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Mail:
    """One update on its way to one address; `answer` is what the mail server said last."""

    id: DeliveryId
    update: UpdateId
    incident: IncidentId
    address: str
    list: str
    queued_at: datetime
    state: MailState = MailState.WAITING
    attempts: int = 0
    answered_at: datetime | None = None
    answer: str = ""
