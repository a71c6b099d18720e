"""Facts of the hand-over: the document of the playbook's five headings, and the one question after a shift."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.ids import HandoffId, ShiftId, SurveyId

__all__ = [
    "Handoff",
    "HandoffAcknowledged",
    "HandoffDrafted",
    "HandoffSigned",
    "Heading",
    "ShiftEnded",
    "Survey",
]


class Heading(StrEnum):
    """The playbook's five headings, in its order."""

    OPEN = "open_issues"
    CHANGES = "recent_changes"
    RISKS = "known_risks"
    MAINTENANCE = "scheduled_maintenance"
    RUNBOOKS = "runbook_updates"

    @property
    def printed(self) -> str:
        """As the playbook prints it."""
        return _TITLES[self]


_TITLES = {
    Heading.OPEN: "Open Issues",
    Heading.CHANGES: "Recent Changes (last 7 days)",
    Heading.RISKS: "Known Risks",
    Heading.MAINTENANCE: "Scheduled Maintenance",
    Heading.RUNBOOKS: "Runbook Updates",
}


@dataclass(frozen=True, slots=True)
class Handoff:
    """What one person tells the next. Texts are Markdown lists; the outgoing person may change them until they sign.

    `incoming` is None where nobody follows; then whoever stands watch may acknowledge.
    """

    id: HandoffId
    schedule: str
    shift: ShiftId | None
    outgoing: str
    incoming: str | None
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    texts: Mapping[Heading, str] = field(default_factory=dict)
    note: str = ""
    edited_at: datetime | None = None
    signed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    reminders: int = 0


@dataclass(frozen=True, slots=True)
class Survey:
    """The question to one person after one shift. Whether it was answered is known; what was answered is not."""

    id: SurveyId
    schedule: str
    person: str
    ends_at: datetime
    asked_at: datetime
    answered: bool = False


@dataclass(frozen=True)
class ShiftEnded(Event):
    """Somebody's watch is over and somebody else (or nobody) follows. Subject: the shift; cause: the clock (None)."""

    kind: ClassVar[str] = "shift.ended"
    shift: ShiftId
    schedule: str
    person: str
    start: datetime
    end: datetime
    following: str | None


@dataclass(frozen=True)
class HandoffDrafted(Event):
    """A hand-over was written from data. Subject: the hand-over; cause: the shift."""

    kind: ClassVar[str] = "handoff.drafted"
    handoff: HandoffId
    schedule: str
    outgoing: str
    incoming: str | None


@dataclass(frozen=True)
class HandoffSigned(Event):
    """The outgoing person signed. Subject: the hand-over."""

    kind: ClassVar[str] = "handoff.signed"
    handoff: HandoffId
    schedule: str
    by: str
    incoming: str | None


@dataclass(frozen=True)
class HandoffAcknowledged(Event):
    """The incoming person has read it. Subject: the hand-over."""

    kind: ClassVar[str] = "handoff.acknowledged"
    handoff: HandoffId
    schedule: str
    by: str
    outgoing: str
