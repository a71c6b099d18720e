"""Operations on executions: what may be run, what was, approve, reject, stop."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.execution.model import Execution, ExecutionKind, ExecutionStatus
from watchbill.execution.service.words import shown_command
from watchbill.operations.page import Page
from watchbill.people.model import Actor

__all__ = [
    "Allowed",
    "AllowedView",
    "ExecutionView",
    "ListExecutions",
    "NamedExecution",
    "RejectExecution",
    "allowed",
    "approve",
    "list_all",
    "reject",
    "show",
    "stop",
    "view_of",
]


class Allowed(BaseModel):
    """Input of `execution.allowed`: nothing."""

    model_config = ConfigDict(extra="forbid")


class AllowedView(BaseModel):
    """One row of the allow-list. Addresses and environments of the settings are not shown."""

    name: str
    kind: ExecutionKind
    program: str | None
    patterns: list[str]
    timeout_s: int
    approval: bool
    rehearses: bool


class ListExecutions(BaseModel):
    """Input of `execution.list`."""

    model_config = ConfigDict(extra="forbid")

    incident: str | None = None
    open: bool = False
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class NamedExecution(BaseModel):
    """Which one, by its id."""

    model_config = ConfigDict(extra="forbid")

    id: str


class RejectExecution(NamedExecution):
    """Input of `execution.reject`."""

    reason: str = Field(default="", max_length=2_000)


class ExecutionView(BaseModel):
    """One command or webhook with what came of it."""

    id: str
    kind: ExecutionKind
    title: str
    status: ExecutionStatus
    command: str
    argv: list[str]
    dry_run: bool
    acts: bool
    values: dict[str, str]
    incident: str | None
    run: str | None
    step: str | None
    mitigation: str | None
    expected: str
    if_unexpected: str
    matched: bool | None
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    exit_code: int | None
    output: str
    output_bytes: int
    answer: str


def allowed(s: Services, who: Actor, given: Allowed) -> list[AllowedView]:
    """What the server's settings let people run."""
    rows = s.acting.executions.allowed
    commands = [
        AllowedView(
            name=one.name, kind=ExecutionKind.COMMAND, program=one.program, patterns=list(one.patterns),
            timeout_s=one.timeout_s, approval=one.approval, rehearses=one.dry_run is not None,
        )
        for one in rows.commands()
    ]  # fmt: skip
    hooks = [
        AllowedView(
            name=one.name, kind=ExecutionKind.WEBHOOK, program=None, patterns=[], timeout_s=one.timeout_s,
            approval=one.approval, rehearses=one.rehearses,
        )
        for one in rows.webhooks()
    ]  # fmt: skip
    return commands + hooks


def list_all(s: Services, who: Actor, given: ListExecutions) -> Page[ExecutionView]:
    """Executions, newest first."""
    incident = s.incidents.find(given.incident).id if given.incident else None
    found = s.acting.executions.store.find(
        incident=incident, open_only=given.open, limit=given.limit + 1, before=given.cursor
    )
    rows = [view_of(one) for one in found[: given.limit]]
    return Page(items=rows, next=rows[-1].id if len(found) > given.limit else None)


def show(s: Services, who: Actor, given: NamedExecution) -> ExecutionView:
    """One execution."""
    return view_of(s.acting.executions.find(given.id))


def approve(s: Services, who: Actor, given: NamedExecution) -> ExecutionView:
    """Say yes to what another person asked for: it is run at once."""
    return view_of(s.acting.executions.approve(given.id, who))


def reject(s: Services, who: Actor, given: RejectExecution) -> ExecutionView:
    """Say no; it is not run."""
    return view_of(s.acting.executions.reject(given.id, who, given.reason))


def stop(s: Services, who: Actor, given: NamedExecution) -> ExecutionView:
    """End it, with everything that it started."""
    return view_of(s.acting.executions.stop(given.id, who))


def view_of(one: Execution) -> ExecutionView:
    """As people see it."""
    return ExecutionView(
        id=one.id, kind=one.kind, title=one.title, status=one.status, command=shown_command(one), argv=list(one.argv),
        dry_run=one.dry_run, acts=one.acts, values=dict(one.values), incident=one.incident, run=one.run, step=one.step,
        mitigation=one.mitigation, expected=one.expected, if_unexpected=one.if_unexpected, matched=one.matched,
        asked_by=one.asked_by, asked_at=one.asked_at, decided_by=one.decided_by, decided_at=one.decided_at,
        started_at=one.started_at, ended_at=one.ended_at, exit_code=one.exit_code, output=one.output,
        output_bytes=one.output_bytes, answer=one.answer,
    )  # fmt: skip
