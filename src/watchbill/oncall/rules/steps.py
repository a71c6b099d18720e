"""The steps of a runbook, and where each of them stands in a walk."""

from collections.abc import Mapping, Sequence

from watchbill.execution.model import Execution, ExecutionStatus
from watchbill.oncall.model import (
    Confirmed,
    DiagnosisStep,
    Emergency,
    Runbook,
    RunbookRun,
    RunStep,
    StepState,
    StepVerdict,
)

__all__ = ["states", "steps", "tried", "values_of"]

_WORDS: Mapping[StepVerdict, str] = {
    StepVerdict.EXPECTED: "as expected",
    StepVerdict.UNEXPECTED: "not as expected",
    StepVerdict.UNKNOWN: "result unknown",
    StepVerdict.RUNNING: "still running",
    StepVerdict.WAITING: "waits for approval",
}


def steps(runbook: Runbook) -> tuple[RunStep, ...]:
    """Everything to look at, then every way to mitigate, in the order of the runbook."""
    found = [_step(str(number), one) for number, one in enumerate(runbook.diagnosis, start=1)]
    for way_number, way in enumerate(runbook.mitigation, start=1):
        found += [_step(f"m{way_number}.{number}", one, way.option) for number, one in enumerate(way.steps, start=1)]
    return tuple(found)


def states(run: RunbookRun, executions: Sequence[Execution]) -> tuple[StepState, ...]:
    """Every step with the newest of what was run and what was said; `executions` come newest first."""
    return tuple(_state(step, run.confirmed, executions) for step in steps(run.runbook))


def tried(found: Sequence[StepState]) -> list[str]:
    """What was done so far, for whoever is called in: `1. Check health: not as expected`."""
    return [
        f"{one.step.key}. {one.step.text}: {_WORDS[one.verdict]}"
        for one in found
        if one.verdict is not StepVerdict.OPEN
    ]


def values_of(runbook: Runbook, emergency: Emergency | None, known: Sequence[str]) -> dict[str, str]:
    """What placeholders hold unless somebody says otherwise: the incident's facts, then labels of its newest alert."""
    if emergency is None:
        return {
            name: value for name, value in (("service", runbook.service), ("alert_name", runbook.alert_name)) if value
        }
    alert = runbook.alert_name or next(iter(emergency.alert_names), "")
    facts = {
        "service": emergency.service or runbook.service,
        "incident": f"INC-{emergency.number}",
        "severity": emergency.severity,
        "alert_name": alert,
    }
    labels = {name: value for name, value in emergency.labels.items() if name in known}
    return labels | {name: value for name, value in facts.items() if value}


def _step(key: str, one: DiagnosisStep, option: str = "") -> RunStep:
    return RunStep(key, one.step, option, one.command, one.expected, one.if_unexpected)


def _state(step: RunStep, confirmed: Sequence[Confirmed], executions: Sequence[Execution]) -> StepState:
    run = next((one for one in executions if one.step == step.key), None)
    said = next((one for one in reversed(confirmed) if one.step == step.key), None)
    if said is not None and (run is None or said.at >= (run.ended_at or run.asked_at)):
        return StepState(step, StepVerdict.EXPECTED if said.as_expected else StepVerdict.UNEXPECTED, run, said)
    return StepState(step, _verdict(run) if run is not None else StepVerdict.OPEN, run, said)


def _verdict(run: Execution) -> StepVerdict:
    match run.status:
        case ExecutionStatus.PROPOSED:
            return StepVerdict.WAITING
        case ExecutionStatus.QUEUED | ExecutionStatus.STARTED:
            return StepVerdict.RUNNING
        case ExecutionStatus.REJECTED:
            return StepVerdict.OPEN
        case ExecutionStatus.FAILED | ExecutionStatus.TIMED_OUT:
            return StepVerdict.UNEXPECTED
        case ExecutionStatus.UNKNOWN | ExecutionStatus.STOPPED:
            return StepVerdict.UNKNOWN
        case _:
            if run.dry_run or run.matched is None:
                return StepVerdict.OPEN if run.dry_run else StepVerdict.UNKNOWN
            return StepVerdict.EXPECTED if run.matched else StepVerdict.UNEXPECTED
