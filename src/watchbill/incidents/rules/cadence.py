"""What is due when: acknowledging, triage, status updates, and who is reminded of them in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from watchbill.incidents.model import Incident, IncidentRole, Phase, Severity

__all__ = [
    "ACKNOWLEDGE_WITHIN", "RETRIAGE_WITHIN", "SECOND_REMINDER_AFTER", "UPDATE_EVERY", "Reminder", "again_after", "next_update_at",
    "phase_due_at", "reminder_for", "triage_within",
]  # fmt: skip

# spec: every 15 min (SEV1), 30 (SEV2), 60 (SEV3), daily (SEV4).
UPDATE_EVERY: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=15),
    Severity.SEV2: timedelta(minutes=30),
    Severity.SEV3: timedelta(minutes=60),
    Severity.SEV4: timedelta(days=1),
}
# playbook ph. 4, response times: a page within 5 minutes, an urgent matter within 30; a SEV4 waits for the day.
ACKNOWLEDGE_WITHIN: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=5),
    Severity.SEV2: timedelta(minutes=5),
    Severity.SEV3: timedelta(minutes=30),
    Severity.SEV4: timedelta(days=1),
}
RETRIAGE_WITHIN = timedelta(minutes=15)  # A8: a severity that rests on an assumption is looked at again
_TRIAGE, _TRIAGE_SEV1 = timedelta(minutes=15), timedelta(minutes=5)
SECOND_REMINDER_AFTER = timedelta(minutes=5)  # the commander hears of it when the first reminder did not help


def triage_within(severity: Severity) -> timedelta:
    """How long there may be no commander: 15 min, SEV1 5 min."""
    return _TRIAGE_SEV1 if severity is Severity.SEV1 else _TRIAGE


def next_update_at(severity: Severity, last: datetime) -> datetime:
    """When the update after the one of that moment is due."""
    return last + UPDATE_EVERY[severity]


def phase_due_at(incident: Incident, phase: Phase) -> datetime | None:
    """By when a phase is to be left; None for those that take as long as they take."""
    match phase:
        case Phase.DETECT:
            return incident.declared_at + ACKNOWLEDGE_WITHIN[incident.severity]
        case Phase.TRIAGE:
            return incident.declared_at + triage_within(incident.severity)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Reminder:
    """Who is asked for an overdue update (None: nobody holds a role), and when the next step of the ladder is taken."""

    person: str | None
    role: IncidentRole | None
    again_at: datetime


def again_after(step: int, interval: timedelta) -> timedelta:
    """How long to wait before asking once more: the interval at first, twice as long each time, at most 64 times, a day at most."""
    doubled: timedelta = interval * 2 ** min(max(step - 1, 0), 6)
    return min(doubled, max(interval, timedelta(days=1)))


def reminder_for(step: int, holders: Mapping[IncidentRole, str], severity: Severity, now: datetime) -> Reminder:
    """Step 0 asks the communications lead, later steps the commander, ever more rarely: the interval doubles, up to 64 times.

    A seat that is free, or held by the same person, is skipped: the ladder goes on with the next.
    """
    comms, ic = holders.get(IncidentRole.COMMUNICATIONS), holders.get(IncidentRole.IC)
    if step == 0 and comms is not None and comms != ic:
        return Reminder(comms, IncidentRole.COMMUNICATIONS, now + SECOND_REMINDER_AFTER)
    person, role = (ic, IncidentRole.IC) if ic is not None else (comms, IncidentRole.COMMUNICATIONS if comms else None)
    return Reminder(person, role, now + again_after(step, UPDATE_EVERY[severity]))
