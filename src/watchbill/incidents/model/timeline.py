"""The timeline: append-only, numbered without gaps, each entry with the time of the event and the time of its recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from watchbill.kernel.ids import IncidentId, TimelineId

__all__ = ["Briefing", "NoteKind", "Source", "TimelineEntry"]


class Source(StrEnum):
    """Where an entry comes from."""

    ALERT = "alert"
    PAGE = "page"
    ACK = "ack"
    HUMAN = "human"
    CHANGE = "change"
    STATE = "state"
    SEVERITY = "severity"
    ROLE = "role"
    METRICS = "metrics"
    UPDATE = "update"  # something was told to people
    ACTION = "action"  # a runbook was walked through, a command or webhook was run
    REMINDER = "reminder"  # watchbill asked for something that is due


class NoteKind(StrEnum):
    """What a person's entry is. The first three are the commander's briefing."""

    KNOW = "know"
    DONT_KNOW = "dont_know"
    DOING = "doing"
    NOTE = "note"
    DECISION = "decision"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry. A correction is a new entry that `supersedes` the sequence number of the old; `withdrawn` takes it back."""

    id: TimelineId
    incident: IncidentId
    sequence: int
    at: datetime
    recorded_at: datetime
    source: Source
    text: str
    author: str
    kind: NoteKind | None = None
    supersedes: int | None = None
    withdrawn: bool = False
    cause: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether it was recorded more than a minute after it happened."""
        return (self.recorded_at - self.at).total_seconds() > _LATE_S


_LATE_S = 60


@dataclass(frozen=True, slots=True)
class Briefing:
    """What we know, what we do not know, what we are doing: the current entries of the three kinds, oldest first."""

    know: tuple[TimelineEntry, ...] = ()
    dont_know: tuple[TimelineEntry, ...] = ()
    doing: tuple[TimelineEntry, ...] = ()
