"""Deliveries: one page on its way over one channel, each attempt at it, and what the provider answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.ids import DeliveryId, EscalationId, PageId

__all__ = ["Attempt", "Delivery", "DeliveryStatus", "Message", "Outcome", "Outgoing", "Receipt"]


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"  # due later, or to be tried again
    SENDING = "sending"  # handed to the provider, no answer yet
    DELIVERED = "delivered"
    FAILED = "failed"  # for good
    CANCELLED = "cancelled"
    FOLDED = "folded"  # told in one message with others to the same address

    @property
    def is_pending(self) -> bool:
        """Whether anything is still going to happen to it."""
        return self in {DeliveryStatus.WAITING, DeliveryStatus.SENDING}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One page over one channel. The id is told to the provider with every attempt, so that it can drop repeats.

    `rank` orders the channels of a page: the next rank is the fail-over of this one; devices of one person that are told at
    once share a rank. `shown_at`: when the device said that it showed it.
    """

    id: DeliveryId
    page: PageId
    escalation: EscalationId
    channel: str
    address: str
    rank: int
    status: DeliveryStatus
    due_at: datetime
    created_at: datetime
    attempts: int = 0
    first_tried_at: datetime | None = None
    closed_at: datetime | None = None
    answer: str = ""
    folded_into: DeliveryId | None = None
    shown_at: datetime | None = None


class Outcome(StrEnum):
    """What an attempt came to."""

    DELIVERED = "delivered"
    TEMPORARY = "temporary"  # worth trying again
    PERMANENT = "permanent"  # no use trying again over this channel
    UNKNOWN = "unknown"  # the process ended before the answer was recorded


@dataclass(frozen=True, slots=True)
class Receipt:
    """A channel's answer: `answer` is the provider's own words (bounded, no secrets), `retry_after_s` its wish.

    `message` is where a chat shows it, `ROOM MESSAGE`, or the provider's id of what was made.
    """

    outcome: Outcome
    answer: str
    code: int | None = None
    retry_after_s: float | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a delivery, numbered from 1; without an end it is under way or its process died."""

    delivery: DeliveryId
    number: int
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome = Outcome.UNKNOWN
    code: int | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person reads: a subject without line breaks, plain text, small HTML, and one line for narrow channels."""

    subject: str
    text: str
    html: str
    short: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything that a channel needs to send one delivery; `facts` is the same content as data, for machines."""

    delivery: DeliveryId
    page: PageId
    escalation: EscalationId
    channel: str
    address: str
    person: str
    attempt: int
    at: datetime
    urgent: bool
    link: str
    message: Message
    facts: Mapping[str, object] = field(default_factory=dict)
