"""The clocks of an incident: what comes due while it is open. The rows of reactions.py say what is done then."""

from datetime import datetime

from watchbill.incidents.model import Incident, Phase, Severity
from watchbill.incidents.rules.cadence import RETRIAGE_WITHIN, phase_due_at, triage_within
from watchbill.incidents.rules.recovery import QUIET_FOR
from watchbill.incidents.rules.sla import LOOK_EVERY
from watchbill.incidents.service.desk import Desk

__all__ = [
    "ACK_DUE",
    "CALL_DUE",
    "COMMAND_DUE",
    "QUIET_DUE",
    "SHIFT_END",
    "SLA_LOOK",
    "TRIAGE_DUE",
    "UPDATE_DUE",
    "Timers",
]

ACK_DUE = "incident.ack-due"
CALL_DUE = "incident.call-due"
UPDATE_DUE = "incident.update-due"
COMMAND_DUE = "incident.command-due"
TRIAGE_DUE = "incident.triage-due"
SLA_LOOK = "incident.sla-look"
QUIET_DUE = "incident.quiet-due"
SHIFT_END = "incident.shift-end"
_ALL = (ACK_DUE, CALL_DUE, UPDATE_DUE, COMMAND_DUE, TRIAGE_DUE, SLA_LOOK, QUIET_DUE, SHIFT_END)
_PRIORITY = {Severity.SEV1: 0, Severity.SEV2: 1, Severity.SEV3: 3, Severity.SEV4: 5}


class Timers:
    """Sets and drops them; one of a kind for each incident."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start(self, incident: Incident) -> None:
        """All that a fresh (or reopened) incident needs."""
        now = self._desk.now
        self.update_due(incident)
        self.wait_for_acknowledgement(incident)
        self.wait_for_command(incident)
        if incident.provisional:
            self.set(TRIAGE_DUE, incident, now + RETRIAGE_WITHIN)
        if incident.service is not None and self._desk.measurements.sla_outlook(incident.service, now):
            self.look_at_sla(incident)

    def stop(self, incident: Incident) -> None:
        """Nothing comes due any more."""
        for kind in _ALL:
            self.drop(kind, incident)

    def wait_for_acknowledgement(self, incident: Incident) -> None:
        """Look, at the severity's deadline, whether somebody has it."""
        due = phase_due_at(incident, Phase.DETECT)
        if incident.acknowledged_at is None and due is not None:
            self.set(ACK_DUE, incident, max(due, self._desk.now))
        else:
            self.drop(ACK_DUE, incident)

    def wait_for_command(self, incident: Incident) -> None:
        """Look, when the time for triage is over, whether somebody commands."""
        self.set(COMMAND_DUE, incident, self._desk.now + triage_within(incident.severity))

    def update_due(self, incident: Incident) -> None:
        """Remind of the next status update when it is due."""
        if incident.next_update_at is not None:
            self.set(UPDATE_DUE, incident, incident.next_update_at)

    def look_at_sla(self, incident: Incident) -> None:
        """Look in a while whether an SLA is about to break."""
        self.set(SLA_LOOK, incident, self._desk.now + LOOK_EVERY)

    def wait_for_quiet(self, incident: Incident, *, again: bool = False) -> None:
        """Look in half an hour (`again`: in five minutes) whether the SLIs have been back inside their targets."""
        self.set(QUIET_DUE, incident, self._desk.now + (LOOK_EVERY if again else QUIET_FOR))

    def severity_changed(self, incident: Incident) -> None:
        """Another severity has another rhythm; an earlier deadline holds, a later one does not undo what is due."""
        self.update_due(incident)
        self.wait_for_acknowledgement(incident)
        self.set(COMMAND_DUE, incident, max(incident.declared_at + triage_within(incident.severity), self._desk.now))
        if incident.provisional:
            self.set(TRIAGE_DUE, incident, self._desk.now + RETRIAGE_WITHIN)
        else:
            self.drop(TRIAGE_DUE, incident)

    def set(self, kind: str, incident: Incident, due_at: datetime, **payload: object) -> None:
        """Set one; where it is set already, it is moved."""
        self._desk.jobs.schedule(
            kind, incident.id, due_at, {"incident": incident.id, **payload}, priority=_PRIORITY[incident.severity]
        )

    def drop(self, kind: str, incident: Incident) -> None:
        """Drop one; where it is not set, that is fine."""
        self._desk.jobs.cancel(kind, incident.id)
