"""Who does what: suggestions for free seats, and warnings about how the seats are held."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from watchbill.incidents.model import Assignment, Incident, IncidentRole, RoleWarning, Suggestion
from watchbill.incidents.ports import Watch
from watchbill.incidents.rules.cadence import triage_within

__all__ = ["Candidates", "holders", "role_after_ack", "suggestions", "warnings"]

Candidates = Sequence[tuple[str, str]]  # (person, why they), the best first


def holders(roles: Sequence[Assignment]) -> dict[IncidentRole, str]:
    """Who holds each role now (of several experts, the first)."""
    found: dict[IncidentRole, str] = {}
    for one in roles:
        found.setdefault(one.role, one.person)
    return found


def role_after_ack(roles: Sequence[Assignment], person: str) -> IncidentRole | None:
    """The seat that whoever acknowledges takes: command while nobody has accepted it, then operations, then none.

    The first to show up commands until somebody takes over; the next one works with their hands, so that the commander
    does not have to (playbook ph. 5, IC rule 1).
    """
    seats = {one.role: one for one in roles}
    ic = seats.get(IncidentRole.IC)
    if ic is None or ic.accepted_at is None:
        return IncidentRole.IC
    if ic.person == person or any(one.person == person for one in roles):
        return None
    return IncidentRole.OPERATIONS if IncidentRole.OPERATIONS not in seats else None


def suggestions(
    roles: Sequence[Assignment], watch: Watch | None, acknowledged_by: str | None, others: Candidates
) -> tuple[Suggestion, ...]:
    """One person for each free seat, nobody twice and nobody who has one: the watch first, then `others` (leads)."""
    taken = {one.person for one in roles}
    seats = {one.role for one in roles}
    pool: dict[str, str] = {}
    if acknowledged_by is not None:
        pool[acknowledged_by] = "acknowledged it"
    if watch is not None:
        for person, why in ((watch.primary, "is on call"), (watch.secondary, "is second on call")):
            if person is not None:
                pool.setdefault(person, f"{why} for {watch.schedule}")
    for person, why in others:
        pool.setdefault(person, why)
    free = {person: why for person, why in pool.items() if person not in taken}
    found = []
    for role in (IncidentRole.IC, IncidentRole.OPERATIONS, IncidentRole.COMMUNICATIONS, IncidentRole.SCRIBE):
        if role in seats or not free:
            continue
        person = next(iter(free))
        found.append(Suggestion(role, person, free.pop(person)))
    return tuple(found)


def warnings(
    incident: Incident, roles: Sequence[Assignment], watch: Watch | None, hands_on: Mapping[str, int], now: datetime
) -> tuple[RoleWarning, ...]:
    """What is wrong with the seats. `hands_on` counts the tasks and tracks that each person holds."""
    if not incident.is_open:
        return ()
    seats = {one.role: one for one in roles}
    ic, found = seats.get(IncidentRole.IC), []
    late = now >= incident.declared_at + triage_within(incident.severity)
    if ic is None or ic.accepted_at is None:
        waiting = f"{ic.person} was named and has not shown up" if ic else "nobody was named"
        found.append(RoleWarning("no-commander" if late else "commander-pending", f"Nobody commands yet: {waiting}"))
    if ic is not None and any(one.role is IncidentRole.OPERATIONS and one.person == ic.person for one in roles):
        found.append(
            RoleWarning("commander-operates", f"{ic.person} commands and holds operations: give one of them away")
        )
    elif ic is not None and hands_on.get(ic.person):
        found.append(
            RoleWarning(
                "commander-debugs", f"{ic.person} commands and has open tasks: hand over the tasks, or the command"
            )
        )
    if late and IncidentRole.OPERATIONS not in seats:
        found.append(RoleWarning("no-operations", "Nobody holds operations"))
    if ic is not None and watch is not None and _left_watch(incident, ic, watch):
        found.append(
            RoleWarning(
                "commander-off-watch", f"{ic.person}'s watch is over, {watch.primary} is on: hand over the command"
            )
        )
    if incident.provisional and late:
        found.append(
            RoleWarning("provisional", f"{incident.severity} rests on an assumption: say how many users are affected")
        )
    return tuple(found)


def _left_watch(incident: Incident, ic: Assignment, watch: Watch) -> bool:
    """Whether the commander came with the watch and somebody else has it now."""
    came_with_watch = ic.assigned_by == "watchbill" and ic.assigned_at >= incident.declared_at
    return came_with_watch and watch.primary is not None and ic.person not in {watch.primary, watch.secondary}
