"""What people arrange among themselves: swaps that both agreed to, leave, and calendars that are read from outside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.kernel.errors import Invalid
from watchbill.kernel.events import Event
from watchbill.kernel.ids import FeedId, LeaveId, SwapId

__all__ = [
    "Feed", "FeedAbout", "Leave", "LeaveAdded", "LeaveRemoved", "Swap", "SwapAsked", "SwapEnded", "SwapStatus",
]  # fmt: skip


class SwapStatus(StrEnum):
    """Where an asked swap stands; only an accepted one changes who stands watch."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Swap:
    """`asker` gives a stretch of watch away; `taker` gives `back` in return, or nothing where it has no times.

    Without a taker anybody of the schedule may accept, and becomes the taker by it.
    """

    id: SwapId
    schedule: str
    asker: str
    taker: str | None
    start: datetime
    end: datetime
    back_start: datetime | None
    back_end: datetime | None
    status: SwapStatus
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    reason: str = ""
    answered_at: datetime | None = None
    answered_by: str | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("end", "a swap ends after it starts")
        if (self.back_start is None) is not (self.back_end is None):
            raise Invalid("back_end", "what is given back has a start and an end", hint="name both, or neither")
        if self.back_start is not None and self.back_end is not None and self.back_end <= self.back_start:
            raise Invalid("back_end", "what is given back ends after it starts")

    @property
    def moves(self) -> tuple[tuple[datetime, datetime, str, str], ...]:
        """(start, end, from, to): whose watch becomes whose, once it is accepted."""
        if self.taker is None:
            return ()
        there = (self.start, self.end, self.asker, self.taker)
        if self.back_start is None or self.back_end is None:
            return (there,)
        return there, (self.back_start, self.back_end, self.taker, self.asker)


@dataclass(frozen=True, slots=True)
class Leave:
    """From start to end (half-open) a person is away. `source` is the calendar it was read from, with the event's UID."""

    id: LeaveId
    person: str
    start: datetime
    end: datetime
    note: str
    source: str
    created_at: datetime
    created_by: str

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("end", "a leave ends after it starts")


class FeedAbout(StrEnum):
    """What a calendar feed shows."""

    SCHEDULE = "schedule"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Feed:
    """An address under which a calendar can be read by whoever knows it, until it is taken back."""

    id: FeedId
    about: FeedAbout
    name: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class SwapAsked(Event):
    """Somebody asks for a swap. Subject: the swap. `told` are those who may accept."""

    kind: ClassVar[str] = "swap.asked"
    swap: SwapId
    schedule: str
    asker: str
    told: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class SwapEnded(Event):
    """A swap was accepted, declined, withdrawn, or nobody answered in time. Subject: the swap."""

    kind: ClassVar[str] = "swap.ended"
    swap: SwapId
    schedule: str
    status: SwapStatus
    told: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class LeaveAdded(Event):
    """A person will be away. Subject: the leave."""

    kind: ClassVar[str] = "leave.added"
    leave: LeaveId
    person: str
    start: datetime
    end: datetime
    by: str


@dataclass(frozen=True)
class LeaveRemoved(Event):
    """A person will not be away after all. Subject: the leave."""

    kind: ClassVar[str] = "leave.removed"
    leave: LeaveId
    person: str
    by: str
