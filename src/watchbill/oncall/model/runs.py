"""Walking through a runbook: the run, what was said about its steps, and how fresh the runbook is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.execution.model import Execution
from watchbill.kernel.events import Event
from watchbill.kernel.ids import RunbookRunId
from watchbill.oncall.model.runbooks import Runbook

__all__ = [
    "Confirmed",
    "Emergency",
    "Freshness",
    "RunOutcome",
    "RunStep",
    "RunbookAdvanced",
    "RunbookRun",
    "StepState",
    "StepVerdict",
]


class RunOutcome(StrEnum):
    """How a walk ended, in the words of whoever walked."""

    HELPED = "helped"
    DID_NOT_HELP = "did_not_help"
    ABANDONED = "abandoned"


class StepVerdict(StrEnum):
    """Where a step stands."""

    OPEN = "open"
    WAITING = "waiting"  # for another person's approval
    RUNNING = "running"
    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    UNKNOWN = "unknown"  # it was run and nobody can say what came of it


@dataclass(frozen=True, slots=True)
class RunStep:
    """A step by its key: `1` is the first thing to look at, `m2.1` the first step of the second way to mitigate."""

    key: str
    text: str
    option: str = ""  # the way to mitigate that it belongs to
    command: str | None = None
    expected: str = ""
    if_unexpected: str = ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person said about a step that they did themselves."""

    step: str
    at: datetime
    by: str
    as_expected: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookRun:
    """One walk. `runbook` is the text as it stood when it began: what is edited meanwhile changes no walk under way.

    `rehearsal`: commands are dry runs and nobody is called.
    """

    id: RunbookRunId
    runbook: Runbook
    started_at: datetime
    started_by: str
    incident: str | None = None
    incident_number: int | None = None
    service: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    rehearsal: bool = False
    confirmed: tuple[Confirmed, ...] = ()
    escalate_at: datetime | None = None
    escalated_at: datetime | None = None
    escalation: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    outcome: RunOutcome | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepState:
    """A step with what was done about it."""

    step: RunStep
    verdict: StepVerdict
    execution: Execution | None = None  # the newest
    confirmed: Confirmed | None = None  # the newest


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a runbook was last used, tested by an experiment, and edited. `stale`: none of them within 90 days."""

    last_used: datetime | None
    last_tested: datetime | None
    last_edited: datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Emergency:
    """What a walk needs to know of the incident that it is for."""

    id: str
    number: int
    title: str
    severity: str
    service: str | None
    drill: bool
    is_open: bool
    alert_names: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # of its newest firing alert


@dataclass(frozen=True)
class RunbookAdvanced(Event):
    """A walk began, a step was confirmed, somebody was called, or it ended. Subject: the run; cause: the incident."""

    kind: ClassVar[str] = "runbook.advanced"
    run: RunbookRunId
    runbook: str
    incident: str | None
    what: str  # started, confirmed, escalated, ended
    text: str
    by: str
