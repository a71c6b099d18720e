"""Facts of executions: what may be run, what was asked for, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from watchbill.kernel.events import Event
from watchbill.kernel.ids import ExecutionId

__all__ = [
    "AllowedCommand",
    "AllowedWebhook",
    "Execution",
    "ExecutionApproved",
    "ExecutionAsked",
    "ExecutionEnded",
    "ExecutionKind",
    "ExecutionStatus",
    "Outcome",
    "Wanted",
]


class ExecutionKind(StrEnum):
    """How it acts."""

    COMMAND = "command"
    WEBHOOK = "webhook"


class ExecutionStatus(StrEnum):
    """Where it stands. `unknown`: watchbill died while it ran; nobody but a person runs it again."""

    PROPOSED = "proposed"  # waits for another person's approval
    QUEUED = "queued"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    UNKNOWN = "unknown"
    REJECTED = "rejected"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self not in {ExecutionStatus.PROPOSED, ExecutionStatus.QUEUED, ExecutionStatus.STARTED}


@dataclass(frozen=True, slots=True)
class AllowedCommand:
    """One program of the allow-list. `accepts` tells whether its arguments fit one of the patterns."""

    name: str
    program: str  # absolute path
    accepts: Callable[[Sequence[str]], bool]
    timeout_s: int = 60
    output_bytes: int = 64 << 10
    approval: bool = False  # another person has to say yes first
    dry_run: tuple[str, ...] | None = None  # arguments that make it a rehearsal; None: it has none, so it is only shown
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: str = "/"
    user: str | None = None
    sha256: str | None = None
    patterns: tuple[str, ...] = ()  # as written, for people


@dataclass(frozen=True, slots=True)
class AllowedWebhook:
    """One address of the allow-list that takes a signed POST."""

    name: str
    url: str
    timeout_s: int = 10
    approval: bool = False
    rehearses: bool = False  # whether it understands `"dry_run": true`; else a dry run sends nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants done. `command` is text that is split as a shell would, with placeholders; or `webhook` names one."""

    title: str
    command: str | None = None
    webhook: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    incident: str | None = None
    run: str | None = None  # the walk through a runbook that it belongs to, and its step
    step: str | None = None
    mitigation: str | None = None  # the resource that asked for it
    expected: str = ""
    if_unexpected: str = ""
    approval: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One command or webhook, from the asking to the end. `matched`: whether what came out is what was expected."""

    id: ExecutionId
    kind: ExecutionKind
    title: str
    status: ExecutionStatus
    name: str  # in the allow-list
    argv: tuple[str, ...]  # the program by its path, then its arguments; a webhook has none
    asked_by: str
    asked_at: datetime
    dry_run: bool = False
    acts: bool = True  # False: a dry run that only shows what would be done
    values: Mapping[str, str] = field(default_factory=dict)
    incident: str | None = None
    run: str | None = None
    step: str | None = None
    mitigation: str | None = None
    expected: str = ""
    if_unexpected: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    worker: str | None = None
    lease_until: datetime | None = None
    started_at: datetime | None = None
    pid: int | None = None
    ended_at: datetime | None = None
    exit_code: int | None = None
    output: str = ""
    output_bytes: int = 0
    answer: str = ""  # one sentence of what came of it
    matched: bool | None = None
    stop_asked_by: str | None = None

    @property
    def went_well(self) -> bool:
        """Whether it ended and did what was expected of it."""
        return self.status is ExecutionStatus.DONE and self.matched is not False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running it."""

    status: ExecutionStatus
    answer: str
    exit_code: int | None = None
    output: str = ""
    output_bytes: int = 0  # how much came; `output` holds at most the allowed part of it


@dataclass(frozen=True)
class ExecutionAsked(Event):
    """Somebody asked for something to be run. Subject: the execution; cause: the run of a runbook or the incident."""

    kind: ClassVar[str] = "execution.asked"
    execution: ExecutionId
    incident: str | None
    title: str
    words: str
    status: ExecutionStatus
    by: str


@dataclass(frozen=True)
class ExecutionApproved(Event):
    """Another person said yes, so that it is run now."""

    kind: ClassVar[str] = "execution.approved"
    execution: ExecutionId
    incident: str | None
    title: str
    words: str
    by: str


@dataclass(frozen=True)
class ExecutionEnded(Event):
    """It came to an end, or was not let begin."""

    kind: ClassVar[str] = "execution.ended"
    execution: ExecutionId
    incident: str | None
    title: str
    words: str
    status: ExecutionStatus
    matched: bool | None
    by: str
