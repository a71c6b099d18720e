"""What watchbill asks for when its time has come: updates, command, triage, hand-over; and what it sees by itself.

Each method is the work of one timer. A timer that finds its question answered does nothing; nobody is called for a drill that was not declared as one that calls.
"""

from datetime import datetime

from watchbill.incidents.model import (
    AcknowledgeOverdue,
    CommandVacant,
    HandOverDue,
    Incident,
    IncidentRole,
    Severity,
    Source,
    TriageDue,
    UpdateOverdue,
)
from watchbill.incidents.rules.cadence import ACKNOWLEDGE_WITHIN, again_after, reminder_for, triage_within
from watchbill.incidents.rules.command import holders
from watchbill.incidents.rules.updates import moment_words
from watchbill.incidents.service.assessing import Assessing
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.timers import COMMAND_DUE, UPDATE_DUE, Timers
from watchbill.incidents.service.triage import Triage
from watchbill.kernel.ids import IncidentId
from watchbill.kernel.jobs import Job
from watchbill.kernel.units import span_words

__all__ = ["Reminding"]

_CALLED_FOR = frozenset({Severity.SEV1, Severity.SEV2})  # a reminder of a lesser incident waits on its page


class Reminding:
    """The timers' side of incidents."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, seats: Seats, triage: Triage) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._seats = seats
        self._triage = triage
        self._assessing = Assessing(desk)

    def update_due(self, job: Job) -> None:
        """A status update is overdue: ask the communications lead, then the commander, then ever more rarely."""
        incident = self._open(job)
        if incident is None or incident.next_update_at is None:
            return
        if self._desk.now < incident.next_update_at:
            self._timers.update_due(incident)
            return
        step = int(job.payload.get("step", 0))
        reminder = reminder_for(step, holders(self._desk.store.roles(incident.id)), incident.severity, self._desk.now)
        due = f"Status update due at {self._clock(incident.next_update_at)}"
        event = UpdateOverdue(incident.id, incident.next_update_at, reminder.person, reminder.role)
        self._desk.events.publish(event, subject=incident.id, cause=None)
        incident = self._ask(incident, reminder.person, reminder.role, due)
        self._timers.set(UPDATE_DUE, incident, reminder.again_at, step=step + 1)
        self._book.save(incident)

    def ack_due(self, job: Job) -> None:
        """The severity's deadline is over and nobody has it: say so, and call the watch where no call is under way.

        A SEV4 waits for the day: its deadline is a line in the record.
        """
        incident = self._open(job)
        if incident is None or incident.acknowledged_at is not None:
            return
        event = AcknowledgeOverdue(incident.id, incident.severity)
        recorded = self._desk.events.publish(event, subject=incident.id, cause=None)
        within = span_words(ACKNOWLEDGE_WITHIN[incident.severity])
        incident = self._book.write(incident, Source.REMINDER, f"Nobody has acknowledged it within {within}")
        waits = incident.severity is Severity.SEV4 or not incident.calls_people
        if not waits and self._desk.pager.call(incident, self._desk.store.called_for(incident.id), cause=recorded.id):
            incident = self._book.write(incident, Source.PAGE, "The watch is being called")
        self._book.save(incident)

    def command_due(self, job: Job) -> None:
        """Time for triage is over: if nobody has taken command, call the service's watch, else the person who was named."""
        incident = self._open(job)
        if incident is None or self._seats.is_commanded(incident):
            return
        step = int(job.payload.get("step", 0))
        named = self._seats.holder(incident, IncidentRole.IC)
        event = CommandVacant(incident.id, incident.severity, named)
        recorded = self._desk.events.publish(event, subject=incident.id, cause=None)
        text = "Nobody has taken command" + (f": {named} was named and has not shown up" if named else "")
        incident = self._book.write(incident, Source.REMINDER, text)
        if incident.calls_people and incident.severity in _CALLED_FOR:
            incident = self._call_for_command(incident, named, recorded.id)
        again = again_after(step + 1, triage_within(incident.severity))
        self._timers.set(COMMAND_DUE, incident, self._desk.now + again, step=step + 1)
        self._book.save(incident)

    def _call_for_command(self, incident: Incident, named: str | None, cause: str) -> Incident:
        """Call the watch. Where that call was answered and still nobody commands: whoever was named, else is on, by name."""
        if self._desk.pager.call(incident, self._desk.store.called_for(incident.id), cause=cause):
            return self._book.write(incident, Source.PAGE, "The watch is being called")
        watch = self._desk.pager.on_watch(incident.service, self._desk.now)
        person = named or (watch.primary if watch is not None else None)
        if incident.acknowledged_at is None or person is None:
            return incident  # the call is under way
        if self._desk.pager.remind(
            person, incident, f"Nobody commands {incident.name}: take it, or give it to somebody"
        ):
            return self._book.write(incident, Source.PAGE, f"{person} is being called")
        return self._book.write(incident, Source.PAGE, f"{person} cannot be called: no way to reach them is set up")

    def triage_due(self, job: Job) -> None:
        """The severity still rests on an assumption: ask the commander to say how many users are affected."""
        incident = self._open(job)
        if incident is None or not incident.provisional:
            return
        self._desk.events.publish(TriageDue(incident.id, incident.severity), subject=incident.id, cause=None)
        ic = self._seats.holder(incident, IncidentRole.IC)
        text = f"{incident.severity} rests on an assumption: how many users are affected?"
        self._book.save(self._ask(incident, ic, IncidentRole.IC if ic else None, text))

    def sla_look(self, job: Job) -> None:
        """Whether an SLA is about to break."""
        incident = self._open(job)
        if incident is not None:
            self._book.save(self._triage.look_at_sla(incident))

    def quiet_due(self, job: Job) -> None:
        """Say so when the SLIs have been back inside their targets for half an hour; else look again in a while."""
        incident = self._open(job)
        if incident is None:
            return
        recovered = self._assessing.recovered(incident)
        if not recovered:
            return
        if not all(one.is_back for one in recovered):
            self._timers.wait_for_quiet(incident, again=True)
            return
        text = f"The SLIs have been inside their targets for {recovered[0].wanted_minutes} minutes"
        self._book.save(self._book.write(incident, Source.METRICS, text))

    def shift_end(self, job: Job) -> None:
        """The commander's watch is over and the incident is not: ask for the hand-over."""
        incident = self._open(job)
        if incident is None:
            return
        ic = self._seats.holder(incident, IncidentRole.IC)
        if ic is None or ic != job.payload.get("ic"):
            return
        watch = self._desk.pager.on_watch(incident.service, self._desk.now)
        following = watch.primary if watch is not None else None
        if watch is not None and ic in {watch.primary, watch.secondary}:
            if watch.until is not None:
                self._timers.set(job.kind, incident, watch.until, ic=ic)
            return
        self._desk.events.publish(HandOverDue(incident.id, ic, following), subject=incident.id, cause=None)
        text = f"{ic}'s watch is over" + (f" and {following} is on" if following else "") + ": hand over the command"
        self._book.save(self._ask(incident, ic, IncidentRole.IC, text))

    def _open(self, job: Job) -> Incident | None:
        incident = self._desk.store.get(IncidentId(job.key), lock=True)
        return incident if incident is not None and incident.is_open else None

    def _ask(self, incident: Incident, person: str | None, role: IncidentRole | None, text: str) -> Incident:
        """Write the reminder down, and call the person where the severity is worth it."""
        if person is None or role is None:
            return self._book.write(incident, Source.REMINDER, f"{text}; nobody holds a role to be asked")
        incident = self._book.write(incident, Source.REMINDER, f"{text}; {person} ({role.label}) is asked")
        if not incident.calls_people or incident.severity not in _CALLED_FOR:
            return incident
        if not self._desk.pager.remind(person, incident, text):
            incident = self._book.write(
                incident, Source.PAGE, f"{person} cannot be called: no way to reach them is set up"
            )
        return incident

    def _clock(self, moment: datetime) -> str:
        return moment_words(moment, self._desk.people.organisation().timezone)
