"""Work that is due later, as rows: the port through which domains set and drop timers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from watchbill.kernel.errors import Conflict
from watchbill.kernel.events import Event
from watchbill.kernel.ids import JobId

__all__ = [
    "LEASE_S",
    "MAX_ATTEMPTS",
    "SENDING",
    "WORK",
    "Job",
    "JobParked",
    "Jobs",
    "LeaseLost",
    "Parked",
    "sending_lane",
]

WORK = "work"  # the lane of reactions and timers
SENDING = "send:"  # what lanes of deliveries begin with
LEASE_S = 15.0  # a worker that died or was cut off loses its jobs after this
MAX_ATTEMPTS = 5  # then a job is parked


def sending_lane(channel: str) -> str:
    """The lane of deliveries over a channel (`smtp`, `webhook`): a provider that hangs delays its own lane only."""
    return SENDING + channel


class LeaseLost(Conflict):
    """The job is no longer this worker's: it was dropped, set anew, or its lease ran out and another worker took it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it was claimed; `attempts` counts this claim, `fence` is what makes its completion valid."""

    id: JobId
    kind: str
    key: str
    lane: str
    priority: int
    due_at: datetime
    payload: Mapping[str, Any]  # Any: each kind has its own fields
    fence: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Parked:
    """A job that failed too often, when it was set aside, and its last error."""

    job: Job
    parked_at: datetime
    error: str


@dataclass(frozen=True)
class JobParked(Event):
    """A job failed as often as it may and waits for a person; its neighbours go on."""

    kind: ClassVar[str] = "job.parked"
    job_kind: str
    key: str
    attempts: int
    error: str


class Jobs(Protocol):
    """Rows with a due time, claimed by one worker under a lease with a fencing number; part of the running transaction."""

    def schedule(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: Mapping[str, object] | None = None,
        *,
        priority: int = 5,
        lane: str = WORK,
    ) -> None:
        """Set the job (kind, key); where it already waits, its due time and payload are replaced. 0 is the most urgent."""

    def cancel(self, kind: str, key: str) -> None:
        """Drop the job if it has not been done; unknown keys are fine."""
