"""Operations on walks through runbooks: begin, do a step, say what was seen, call in help, end."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from watchbill.bootstrap import Services
from watchbill.execution.rules.arguments import placeholders
from watchbill.oncall.model import RunbookRun, RunOutcome, StepState, StepVerdict
from watchbill.operations.execution import ExecutionView, view_of
from watchbill.people.model import Actor

__all__ = [
    "ConfirmStep",
    "EndRun",
    "ExecuteStep",
    "ListRuns",
    "NamedRun",
    "RunRow",
    "RunView",
    "StartRun",
    "StepView",
    "confirm",
    "end",
    "escalate",
    "execute",
    "list_all",
    "show",
    "start",
]

Values = Annotated[dict[str, str], Field(default_factory=dict, max_length=50)]


class StartRun(BaseModel):
    """Input of `runbook.run`: which runbook (or the alert it answers), for which incident. `dry_run` makes it a rehearsal."""

    model_config = ConfigDict(extra="forbid")

    name: str
    incident: str | None = None
    values: Values
    dry_run: bool = False


class ListRuns(BaseModel):
    """Input of `runbook.runs`."""

    model_config = ConfigDict(extra="forbid")

    incident: str | None = None
    runbook: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


class NamedRun(BaseModel):
    """Which walk, by its id."""

    model_config = ConfigDict(extra="forbid")

    id: str


class ExecuteStep(NamedRun):
    """Input of `runbook.execute`."""

    step: str
    values: Values
    dry_run: bool = False


class ConfirmStep(NamedRun):
    """Input of `runbook.confirm`."""

    step: str
    as_expected: bool = True
    note: str = Field(default="", max_length=2_000)


class EndRun(NamedRun):
    """Input of `runbook.end`."""

    outcome: RunOutcome
    note: str = Field(default="", max_length=2_000)


class StepView(BaseModel):
    """One step: what to do, what was done about it, and (where it went otherwise than expected) what to do then."""

    key: str
    option: str
    text: str
    command: str | None
    needs: list[str]  # placeholders that have no value yet
    expected: str
    if_unexpected: str
    verdict: StepVerdict
    then: str
    confirmed_by: str | None
    confirmed_at: datetime | None
    note: str
    execution: ExecutionView | None


class RunRow(BaseModel):
    """One walk in a list."""

    id: str
    runbook: str
    title: str
    incident: str | None
    incident_number: int | None
    started_at: datetime
    started_by: str
    rehearsal: bool
    escalate_at: datetime | None
    escalated_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    outcome: RunOutcome | None


class RunView(RunRow):
    """One walk, whole."""

    service: str | None
    values: dict[str, str]
    steps: list[StepView]
    options: dict[str, str]  # ways to mitigate, and when each is the right one
    contact: str
    escalation: str | None
    note: str


def start(s: Services, who: Actor, given: StartRun) -> RunView:
    """Begin a walk, or take up the one that goes on for this incident."""
    run = s.acting.runs.start(given.name, who, incident=given.incident, values=given.values, rehearsal=given.dry_run)
    return _view(s, run)


def list_all(s: Services, who: Actor, given: ListRuns) -> list[RunRow]:
    """Walks, newest first."""
    incident = s.incidents.find(given.incident).id if given.incident else None
    found = s.acting.runs.list(incident=incident, runbook=given.runbook, limit=given.limit)
    return [RunRow.model_validate(_row(run)) for run in found]


def show(s: Services, who: Actor, given: NamedRun) -> RunView:
    """One walk with all its steps."""
    return _view(s, s.acting.runs.find(given.id))


def execute(s: Services, who: Actor, given: ExecuteStep) -> ExecutionView:
    """Run the command of a step, or show what would be run."""
    done = s.acting.runs.execute(given.id, given.step, who, dry_run=given.dry_run, values=given.values)
    return view_of(done)


def confirm(s: Services, who: Actor, given: ConfirmStep) -> RunView:
    """Say that a step was done, and whether it was as expected."""
    run = s.acting.runs.confirm(given.id, given.step, who, as_expected=given.as_expected, note=given.note)
    return _view(s, run)


def escalate(s: Services, who: Actor, given: NamedRun) -> RunView:
    """Call the runbook's contact now, with what they need to know."""
    return _view(s, s.acting.runs.escalate(given.id, who))


def end(s: Services, who: Actor, given: EndRun) -> RunView:
    """Say how it ended."""
    return _view(s, s.acting.runs.end(given.id, who, given.outcome, given.note))


def _view(s: Services, run: RunbookRun) -> RunView:
    return RunView.model_validate(
        _row(run)
        | {
            "service": run.service,
            "values": dict(run.values),
            "steps": [_step(run, one) for one in s.acting.runs.states(run)],
            "options": {way.option: way.when for way in run.runbook.mitigation},
            "contact": run.runbook.escalation.contact,
            "escalation": run.escalation,
            "note": run.note,
        }
    )


def _row(run: RunbookRun) -> dict[str, object]:
    return {
        "id": run.id,
        "runbook": run.runbook.name,
        "title": run.runbook.title,
        "incident": run.incident,
        "incident_number": run.incident_number,
        "started_at": run.started_at,
        "started_by": run.started_by,
        "rehearsal": run.rehearsal,
        "escalate_at": run.escalate_at,
        "escalated_at": run.escalated_at,
        "ended_at": run.ended_at,
        "ended_by": run.ended_by,
        "outcome": run.outcome,
    }


def _step(run: RunbookRun, state: StepState) -> StepView:
    step, said = state.step, state.confirmed
    return StepView(
        key=step.key,
        option=step.option,
        text=step.text,
        command=step.command,
        needs=[name for name in placeholders(step.command or "") if name not in run.values],
        expected=step.expected,
        if_unexpected=step.if_unexpected,
        verdict=state.verdict,
        then=step.if_unexpected if state.verdict is StepVerdict.UNEXPECTED else "",
        confirmed_by=said.by if said else None,
        confirmed_at=said.at if said else None,
        note=said.note if said else "",
        execution=view_of(state.execution) if state.execution else None,
    )
