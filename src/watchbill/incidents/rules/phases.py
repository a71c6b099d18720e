"""The workflow: which phase follows from what, and what a person may ask for."""

from enum import Enum
from typing import assert_never

from watchbill.incidents.model import Incident, Phase, Status
from watchbill.kernel.errors import Conflict

__all__ = ["Milestone", "after", "require_open", "require_step", "step_state"]


class Milestone(Enum):
    """What moves an incident on by itself."""

    ACKNOWLEDGED = "somebody has it"
    TRIAGED = "severity is confirmed and somebody commands"
    MITIGATED = "the bleeding is stopped"
    RESOLVED = "the emergency is over"
    REOPENED = "it was not over"


def after(phase: Phase, milestone: Milestone) -> Phase:
    """The phase that is under way after a milestone; never an earlier one, but for a reopen."""
    match milestone:
        case Milestone.ACKNOWLEDGED:
            target = Phase.TRIAGE
        case Milestone.TRIAGED:
            target = Phase.RESPOND
        case Milestone.MITIGATED:
            target = Phase.RESOLVE
        case Milestone.RESOLVED:
            target = Phase.REVIEW
        case Milestone.REOPENED:
            return Phase.RESPOND
        case _:
            assert_never(milestone)
    return max(phase, target, key=lambda one: one.rank)


# What is asked for by its own verb, because it demands more than a step forward.
_BY_VERB = {Phase.RESOLVE: "mitigate", Phase.REVIEW: "resolve"}


def require_open(incident: Incident, what: str) -> None:
    """Raise Conflict unless the emergency goes on."""
    if incident.status is Status.MERGED:
        raise Conflict(
            f"{incident.name} was merged, {what} it is not possible",
            hint="work with the incident that it was merged into",
        )
    if not incident.is_open:
        raise Conflict(
            f"{incident.name} is {incident.status}, {what} it is not possible",
            hint=f"reopen it first: watchbill incident reopen {incident.number}",
        )


def require_step(incident: Incident, phase: Phase) -> None:
    """Raise Conflict unless a person may move the incident to that phase: forward only, and the last two by their verbs."""
    require_open(incident, "moving")
    if phase in _BY_VERB:
        verb = _BY_VERB[phase]
        raise Conflict(
            f"{phase} begins when {incident.name} is {verb}d", hint=f"watchbill incident {verb} {incident.number}"
        )
    if phase.rank < incident.phase.rank:
        raise Conflict(
            f"{incident.name} is in {incident.phase}; phases go forward only",
            hint="going back is a reopen, which needs a resolved incident",
        )


def step_state(incident: Incident, phase: Phase, *, reached: bool) -> str:
    """How a step of the workflow shows: done, skipped, now or ahead. A closed incident has all its phases behind it."""
    if phase is incident.phase and incident.status not in {Status.CLOSED, Status.MERGED}:
        return "now"
    if phase.rank > incident.phase.rank:
        return "ahead"
    return "done" if reached else "skipped"
