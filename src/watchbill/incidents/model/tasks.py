"""Tasks: the check-list of each phase, and what people add (investigation tracks, things to do)."""

from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.model.incident import Phase
from watchbill.kernel.ids import IncidentId, TaskId

__all__ = ["Task", "TaskState"]


@dataclass(frozen=True, slots=True)
class Task:
    """A task that somebody added or ticked. `key` names the row of the check-list it ticks; None: it was added by hand."""

    id: TaskId
    incident: IncidentId
    phase: Phase
    text: str
    created_at: datetime
    created_by: str
    key: str | None = None
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(frozen=True, slots=True)
class TaskState:
    """One line of the list as it is shown. `automatic`: watchbill saw by itself that it was done, nobody has to tick it."""

    phase: Phase
    text: str
    done: bool
    key: str | None = None
    id: TaskId | None = None
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    automatic: bool = False
