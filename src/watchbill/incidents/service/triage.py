"""Triage: what is known of the damage, the severity that follows from it or that somebody sets, and going on by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from watchbill.incidents.model import Impact, Incident, Phase, Severity, SeverityChanged, Source
from watchbill.incidents.rules.cadence import UPDATE_EVERY, next_update_at
from watchbill.incidents.rules.phases import require_open, require_step
from watchbill.incidents.rules.standing import NO_REASON
from watchbill.incidents.service.assessing import Assessing
from watchbill.incidents.service.desk import WATCHBILL, Book, Desk
from watchbill.incidents.service.seats import Seats
from watchbill.incidents.service.timers import Timers
from watchbill.kernel.errors import Invalid
from watchbill.people.model import Actor

__all__ = ["Finding", "Triage"]

_CONFIRMS = {"confirms": True}


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody found out: a severity that they set, and (or) what is known of the damage; neither confirms what stands."""

    severity: Severity | None = None
    impact: Impact = field(default_factory=Impact)
    started_at: datetime | None = None
    reason: str = ""


class Triage:
    """Changes the severity, with who and why on the timeline."""

    def __init__(self, desk: Desk, book: Book, timers: Timers, seats: Seats) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers
        self._seats = seats
        self._assessing = Assessing(desk)

    def assess(self, reference: str, found: Finding, who: Actor) -> Incident:
        """Anybody may do so at any time. A severity that is set stands as it is, unless a trigger holds it up (Conflict).

        What is known of the damage alone lets matrix and triggers decide; nothing at all confirms what stands.
        """
        incident = self._book.find(reference, lock=True)
        require_open(incident, "changing the severity of")
        if found.started_at is not None and found.started_at > self._desk.now:
            raise Invalid("started_at", "lies in the future")
        impact = self._assessing.complete(incident.impact.learn(found.impact), incident.service)
        incident = self._write_news(replace(incident, impact=impact), found, who)
        if found.severity is not None:
            self._assessing.require_floor(found.severity, impact)
            severity, provisional, why = found.severity, False, found.reason or NO_REASON
        elif found.impact.bears_on_severity:
            assessment = self._assessing.assess(impact, incident.service)
            severity, provisional = assessment.severity, assessment.provisional
            why = assessment.sentence + (f"; {found.reason}" if found.reason else "")
        elif found.impact.customer_tickets is not None:
            text = f"Customer tickets: {found.impact.customer_tickets}"
            return self._book.save(self._book.write(incident, Source.HUMAN, text, by=who.name))
        else:
            severity, provisional, why = incident.severity, False, found.reason or "confirmed as it stands"
        how = {"by_hand": True} if found.severity is not None else {} if found.impact.bears_on_severity else _CONFIRMS
        incident = self.set(incident, severity, who.name, why, provisional=provisional, how=how)
        return self._book.save(self._seats.triaged(incident, who.name))

    def set(
        self,
        incident: Incident,
        severity: Severity,
        by: str,
        why: str,
        *,
        provisional: bool,
        how: Mapping[str, bool] | None = None,
    ) -> Incident:
        """The incident with that severity, its rhythm and its timers, still to be saved. `how`: `by_hand`, or `confirms`."""
        before = incident.severity
        last = incident.next_update_at - UPDATE_EVERY[before] if incident.next_update_at else self._desk.now
        change = f"{before} \N{RIGHTWARDS ARROW} {severity}" if severity is not before else f"{severity} stays"
        incident = replace(
            incident, severity=severity, provisional=provisional, next_update_at=next_update_at(severity, last)
        )
        incident = self._book.write(
            incident,
            Source.SEVERITY,
            f"{change}: {why}",
            by=by,
            data={"before": before, "severity": severity, "why": why, **(how or {})},
        )
        event = SeverityChanged(incident.id, before, severity, by, why)
        self._desk.events.publish(event, subject=incident.id, cause=None)
        self._timers.severity_changed(incident)
        return incident

    def go_on(self, reference: str, phase: Phase, who: Actor) -> Incident:
        """Move on to a later phase by hand; raises Conflict for an earlier one and for the two that have verbs of their own."""
        incident = self._book.find(reference, lock=True)
        require_step(incident, phase)
        return self._book.save(self._book.go_to(incident, phase, who.name))

    def look_at_sla(self, incident: Incident) -> Incident:
        """One level up, once, when an SLA is about to break; else look again in a while."""
        if incident.impact.sla_imminent:
            return incident
        if not self._assessing.sla_imminent(incident.service):
            self._timers.look_at_sla(incident)
            return incident
        impact = replace(incident.impact, sla_imminent=True)
        incident = replace(incident, impact=impact)
        why = "an SLA is broken within the hour at the present burn"
        return self.set(incident, incident.severity.one_up(), WATCHBILL.name, why, provisional=incident.provisional)

    def _write_news(self, incident: Incident, found: Finding, who: Actor) -> Incident:
        """A corrected start of the trouble is worth a line of its own: durations count from it."""
        if found.started_at is None or found.started_at == incident.started_at:
            return incident
        incident = replace(incident, started_at=found.started_at)
        return self._book.write(
            incident, Source.HUMAN, "It began to hurt (corrected)", by=who.name, at=found.started_at
        )
