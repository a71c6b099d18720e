"""How the phases meet: when this happens, then that is done, because of this reason. Read it top to bottom.

Each row runs in its own transaction, after the one that published the event; the job that stands for it is finished in that
same transaction, so that its effect happens exactly once. Failures are tried again with a growing pause and parked after
five attempts; neighbours go on. `name` is stored with the job: rename a row only together with a migration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from watchbill.kernel.events import Event, Recorded
from watchbill.kernel.jobs import Job
from watchbill.oncall.model.delivery import Outgoing, Receipt

__all__ = ["REACTIONS", "SENDINGS", "TIMERS", "Domains", "Reaction", "Sending", "Timer", "jobs_by_event", "urgency"]


class Domains(Protocol):
    """What rows may call: the services of the running transaction. Add a read-only property for your service."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """When an event of this class was published, then call this, because of that."""

    name: str
    when: type[Event]
    then: Callable[[Domains, Recorded], object]
    because: str

    @property
    def job_kind(self) -> str:
        """The kind of the job that stands for one event of this row; the job's key is the event's id."""
        return f"reaction:{self.name}"


@dataclass(frozen=True, slots=True)
class Timer:
    """When a job of this kind comes due, then call this, because of that."""

    kind: str
    then: Callable[[Domains, Job], object]
    because: str


@dataclass(frozen=True, slots=True)
class Sending:
    """A job of this kind, in a lane of `kernel.jobs.sending_lane`, talks to the outside world, in three steps.

    `prepare` (a transaction) says what to send, or None where nothing is to be sent any more; then the channel sends it
    outside of any transaction; `record` (a transaction, valid only while the lease holds) says what came of it, and sets
    the job again where it is to be tried again.
    """

    kind: str
    prepare: Callable[[Domains, Job], Outgoing | None]
    record: Callable[[Domains, Job, Outgoing, Receipt], object]
    because: str


REACTIONS: tuple[Reaction, ...] = ()

TIMERS: tuple[Timer, ...] = ()

SENDINGS: tuple[Sending, ...] = ()

_URGENCY: Mapping[str, int] = {"P0": 0, "P1": 2, "P2": 4, "P3": 6}


def jobs_by_event(rows: tuple[Reaction, ...] = REACTIONS) -> dict[str, tuple[str, ...]]:
    """The job kinds that each kind of event sets off, in table order."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.when.kind] = (*found.get(row.when.kind, ()), row.job_kind)
    return found


def urgency(event: Event) -> int:
    """Priority of the jobs of its reactions: after a backlog the most severe events are worked first (0 first, 5 without severity)."""
    return _URGENCY.get(str(getattr(event, "severity", "")), 5)
