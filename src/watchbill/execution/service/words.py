"""Executions in sentences, for timelines and answers."""

import shlex

from watchbill.execution.model import Execution, ExecutionKind, ExecutionStatus

__all__ = ["asked_words", "ended_words", "shown_command"]


def shown_command(execution: Execution) -> str:
    """What is run, as one could type it; of a webhook its name, because an address may hold a key."""
    if execution.kind is ExecutionKind.WEBHOOK:
        return f"webhook {execution.name}"
    return shlex.join((execution.name, *execution.argv[1:]))


def asked_words(execution: Execution) -> str:
    """`Rollback: kubectl rollout undo deployment/checkout, waits for approval`."""
    rehearsal = "dry run of " if execution.dry_run else ""
    waits = ", waits for another person's approval" if execution.status is ExecutionStatus.PROPOSED else ""
    return f"{execution.title}: {rehearsal}`{shown_command(execution)}`{waits}"


def ended_words(execution: Execution) -> str:
    """`Check health: `curl ...` exit 0, not as expected`."""
    rehearsal = "dry run of " if execution.dry_run else ""
    verdict = {True: ", as expected" if execution.expected else "", False: ", not as expected", None: ""}
    said = execution.answer or str(execution.status)
    return f"{execution.title}: {rehearsal}`{shown_command(execution)}` {said}{verdict[execution.matched]}"
