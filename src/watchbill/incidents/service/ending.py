"""How an incident ends: mitigated, resolved, closed; and how it goes on when it was not over."""

from dataclasses import dataclass, replace
from datetime import datetime

from watchbill.incidents.model import (
    Demand,
    Incident,
    IncidentClosed,
    IncidentMitigated,
    IncidentReopened,
    IncidentResolved,
    IncidentRole,
    Source,
    Status,
    UpdateKind,
)
from watchbill.incidents.rules.cadence import next_update_at
from watchbill.incidents.rules.naming import text_block
from watchbill.incidents.rules.phases import Milestone, require_open
from watchbill.incidents.rules.recovery import demands, unmet
from watchbill.incidents.service.assessing import Assessing
from watchbill.incidents.service.desk import Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.snapshot import snapshot_words
from watchbill.incidents.service.telling import Telling
from watchbill.incidents.service.timers import Timers
from watchbill.kernel.errors import Conflict, Invalid, Refused
from watchbill.people.model import Actor

__all__ = ["Ending", "Resolution"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is said at the end. `override`: why it is over although a demand is not met; it counts as `reason` as well.

    `reason`: why somebody other than the commander declares the end. `all_clear`: send the all-clear in the same step.
    """

    root_cause: str | None = None
    override: str | None = None
    reason: str | None = None
    all_clear: bool = False


class Ending:
    """Ends incidents, and reopens them."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, seats: Seats, telling: Telling) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._seats = seats
        self._telling = telling
        self._assessing = Assessing(desk)

    def mitigate(self, reference: str, who: Actor, *, how: str | None = None, at: datetime | None = None) -> Incident:
        """The bleeding is stopped: drafts the update that says so, and watches for half an hour of quiet. Again corrects `how`."""
        incident = self._book.find(reference, lock=True)
        require_open(incident, "mitigating")
        moment = self._mitigation_moment(incident, at)
        words = text_block(how, field="how") if how else incident.mitigation
        again = incident.mitigated_at is not None
        text = f"Impact mitigated{' (corrected)' if again else ''}" + (f": {words}" if words else "")
        incident = replace(incident, status=Status.MITIGATED, mitigated_at=moment, mitigation=words)
        incident = self._book.write(incident, Source.STATE, text, by=who.name, at=moment)
        if not again:
            incident = self._book.reach(incident, Milestone.MITIGATED, who.name)
            measured = snapshot_words(self._desk, incident)
            incident = self._book.write(incident, Source.METRICS, measured) if measured else incident
            self._desk.events.publish(IncidentMitigated(incident.id, who.name, words), subject=incident.id, cause=None)
            self._timers.wait_for_quiet(incident)
        self._telling.draft(incident, UpdateKind.MITIGATED)
        return self._book.save(incident)

    def demands(self, incident: Incident, root_cause: str | None = None) -> tuple[Demand, ...]:
        """What the end asks for, and whether it is met now."""
        return demands(incident, self._assessing.recovered(incident), root_cause)

    def resolve(self, reference: str, said: Resolution, who: Actor) -> Incident:
        """The emergency is over. Raises Refused naming each demand that is not met, unless there is a reason to override.

        The commander alone declares it; anyone else has to give a reason.
        """
        incident = self._book.find(reference, lock=True)
        require_open(incident, "resolving")
        said = _cleaned(said)
        if said.root_cause:
            incident = self._note_cause(incident, said.root_cause, who)
        if said.all_clear and incident.all_clear_at is None:
            draft = self._telling.draft(incident, UpdateKind.RESOLUTION, who.name)
            _sent, incident = self._telling.send(incident, draft, who)
        missing = unmet(self.demands(incident))
        if missing and not said.override:
            raise Refused(
                "resolve",
                f"{incident.name} cannot be resolved yet: {_listed(missing)}",
                hint="meet them, or say why not: --override REASON",
            )
        self._require_commander(incident, said, who)
        return self._end(incident, said, missing, who)

    def close(self, reference: str, who: Actor, *, reason: str = "") -> Incident:
        """Nothing more is to be done. One that was never resolved was a false alarm, and needs the reason."""
        incident = self._book.find(reference, lock=True)
        if incident.status in {Status.CLOSED, Status.MERGED}:
            raise Conflict(f"{incident.name} is {incident.status} already")
        false_alarm = incident.is_open
        if false_alarm and not reason.strip():
            raise Refused(
                "close",
                f"{incident.name} was never resolved",
                hint="resolve it, or say why it was no incident: --reason TEXT",
            )
        words = text_block(reason, field="reason") if reason.strip() else ""
        text = ("Closed as a false alarm" if false_alarm else "Closed") + (f": {words}" if words else "")
        incident = replace(
            incident, status=Status.CLOSED, closed_at=self._desk.now, close_reason=words or None, next_update_at=None
        )
        incident = self._book.write(incident, Source.STATE, text, by=who.name)
        event = IncidentClosed(incident.id, who.name, words, false_alarm)
        self._desk.events.publish(event, subject=incident.id, cause=None)
        self._timers.stop(incident)
        self._desk.pager.stand_down(incident, who)
        return self._book.save(incident)

    def reopen(self, reference: str, reason: str, who: Actor) -> Incident:
        """It was not over: everything begins to run again, and the end has to be earned anew. Raises Conflict for one that is open."""
        incident = self._book.find(reference, lock=True)
        if incident.status is Status.MERGED:
            raise Conflict(f"{incident.name} was merged", hint="reopen the incident that it was merged into")
        if incident.is_open:
            raise Conflict(f"{incident.name} is open")
        words = text_block(reason, field="reason")
        incident = replace(
            incident,
            status=Status.OPEN,
            mitigated_at=None,
            resolved_at=None,
            resolved_by=None,
            override=None,
            all_clear_at=None,
            closed_at=None,
            close_reason=None,
            reopened=incident.reopened + 1,
            next_update_at=next_update_at(incident.severity, self._desk.now),
        )
        incident = self._book.write(incident, Source.STATE, f"Reopened: {words}", by=who.name)
        incident = self._book.reach(incident, Milestone.REOPENED, who.name)
        self._desk.events.publish(IncidentReopened(incident.id, who.name, words), subject=incident.id, cause=None)
        self._timers.start(incident)
        return self._book.save(incident)

    def note_cause(self, reference: str, root_cause: str, who: Actor) -> Incident:
        """Note the root cause before the end."""
        incident = self._book.find(reference, lock=True)
        require_open(incident, "noting the cause of")
        return self._book.save(self._note_cause(incident, text_block(root_cause, field="root_cause"), who))

    def _note_cause(self, incident: Incident, words: str, who: Actor) -> Incident:
        if words == incident.root_cause:
            return incident
        incident = replace(incident, root_cause=words)
        return self._book.write(incident, Source.HUMAN, f"Root cause: {words}", by=who.name)

    def _mitigation_moment(self, incident: Incident, at: datetime | None) -> datetime:
        moment = at or incident.mitigated_at or self._desk.now
        if moment > self._desk.now:
            raise Invalid("at", "lies in the future")
        if moment < incident.began_at:
            raise Invalid("at", f"lies before {incident.name} began")
        return moment

    def _require_commander(self, incident: Incident, said: Resolution, who: Actor) -> None:
        ic = self._seats.holder(incident, IncidentRole.IC)
        if who.name != ic and not (said.reason or said.override):
            named = f"{ic} commands {incident.name} and declares its end" if ic else f"nobody commands {incident.name}"
            raise Refused(
                "resolve", f"{named}; {who.name} does not", hint="take the command, or say why you do it: --reason TEXT"
            )

    def _end(self, incident: Incident, said: Resolution, missing: tuple[Demand, ...], who: Actor) -> Incident:
        now, ic = self._desk.now, self._seats.holder(incident, IncidentRole.IC)
        override = said.override if missing else None
        text = "Resolved"
        if who.name != ic:
            text += f" by {who.name} in the commander's place: {said.reason or said.override}"
        if override:
            text += f". Overridden ({_listed(missing)}): {override}"
        incident = replace(
            incident,
            status=Status.RESOLVED,
            mitigated_at=incident.mitigated_at or now,
            resolved_at=now,
            resolved_by=who.name,
            override=override,
            next_update_at=None,
        )
        measured = snapshot_words(self._desk, incident)
        incident = self._book.write(incident, Source.METRICS, measured) if measured else incident
        incident = self._book.write(incident, Source.STATE, text, by=who.name)
        incident = self._book.reach(incident, Milestone.RESOLVED, who.name)
        self._desk.events.publish(
            IncidentResolved(
                incident.id, incident.number, incident.severity, incident.service, who.name, incident.drill, override
            ),
            subject=incident.id,
            cause=None,
        )
        self._timers.stop(incident)
        self._desk.pager.stand_down(incident, who)
        return self._book.save(incident)


def _cleaned(said: Resolution) -> Resolution:
    """The words as the record keeps them; blanks are no words."""
    return replace(
        said,
        root_cause=_words(said.root_cause, "root_cause"),
        override=_words(said.override, "override"),
        reason=_words(said.reason, "reason"),
    )


def _words(text: str | None, field: str) -> str | None:
    return text_block(text, field=field) if text and text.strip() else None


def _listed(missing: tuple[Demand, ...]) -> str:
    return "; ".join(f"not yet: {demand.text}" + (f" ({demand.detail})" if demand.detail else "") for demand in missing)
