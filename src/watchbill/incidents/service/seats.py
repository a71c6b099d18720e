"""The seats of an incident: who takes which role, by hand, by the watch and by showing up."""

from dataclasses import replace

from watchbill.incidents.model import Assignment, Incident, IncidentRole, RoleChanged, Source
from watchbill.incidents.ports import Watch
from watchbill.incidents.rules.briefing import briefing_words
from watchbill.incidents.rules.command import role_after_ack
from watchbill.incidents.rules.phases import Milestone, require_open
from watchbill.incidents.service.desk import WATCHBILL, Book, Desk
from watchbill.incidents.service.timers import SHIFT_END, Timers
from watchbill.kernel.errors import Conflict, Invalid
from watchbill.people.model import Actor

__all__ = ["Seats"]

_SEVERAL = IncidentRole.SME


class Seats:
    """Gives roles, takes them, and tells those who are concerned."""

    def __init__(self, desk: Desk, book: Book, timers: Timers) -> None:
        self._desk = desk
        self._book = book
        self._timers = timers

    def assign(self, reference: str, role: IncidentRole, person: str, who: Actor, *, summary: str = "") -> Incident:
        """Give a role to a person. Command is handed over with a summary, made from the briefing where none is given.

        Somebody who has not taken part yet is called. Again changes nothing; raises NotFound for an unknown person.
        """
        incident = self._book.find(reference, lock=True)
        require_open(incident, "giving a role in")
        name = self._desk.people.person(person).name
        roles = self._desk.store.roles(incident.id)
        mine = next((one for one in roles if one.role is role and one.person == name), None)
        if mine is not None and mine.accepted_at is not None:
            return incident
        before = (
            next((one for one in roles if one.role is role and one is not mine), None) if role is not _SEVERAL else None
        )
        text = self._hand_over_words(incident, role, name, before, summary)
        new_here = name != who.name and not self._took_part(incident, name)
        incident = self.seat(incident, role, name, who.name, text, accepted=True)
        if new_here:
            incident = self._call(incident, role, name)
        return self._book.save(self.triaged(incident, who.name))

    def take_away(self, reference: str, role: IncidentRole, who: Actor, *, person: str | None = None) -> Incident:
        """Free a role; of several experts the person has to be named. Raises Conflict where nobody holds it."""
        incident = self._book.find(reference, lock=True)
        require_open(incident, "taking a role away in")
        held = [one for one in self._desk.store.roles(incident.id) if one.role is role and person in {None, one.person}]
        if not held:
            raise Conflict(f"{incident.name} has no {role.label}" + (f" {person}" if person else ""))
        if len(held) > 1:
            raise Invalid(
                "person", f"several are {role.label}: " + ", ".join(one.person for one in held), hint="name one of them"
            )
        self._end(held[0])
        self._publish(incident, role, None, held[0].person, who.name)
        if role is IncidentRole.IC:
            self._timers.wait_for_command(incident)
        return self._book.save(
            self._book.write(incident, Source.ROLE, f"{held[0].person} is no longer {role.label}", by=who.name)
        )

    def seat(
        self, incident: Incident, role: IncidentRole, person: str, by: str, text: str, *, accepted: bool
    ) -> Incident:
        """Put the person into the seat instead of whoever holds it, and write it down."""
        now = self._desk.now
        before: str | None = None
        known = self._desk.store.roles(incident.id, ended=True)
        for one in known:
            if one.ended_at is None and one.role is role and (role is not _SEVERAL or one.person == person):
                before = one.person
                self._end(one)
        accepted_at = now if accepted else None
        self._desk.store.assign(Assignment(incident.id, len(known) + 1, role, person, now, by, accepted_at))
        self._publish(incident, role, person, before, by)
        if role is IncidentRole.IC:
            self._mark_shift_end(incident, person)
        return self._book.write(incident, Source.ROLE, text, by=by)

    def seat_watch(self, incident: Incident, watch: Watch | None, declared_by: str) -> Incident:
        """Name whoever stands watch as commander; it counts once they show up (declaring it themselves is showing up)."""
        if watch is None or watch.primary is None:
            return incident
        here = watch.primary == declared_by
        text = f"{watch.primary} is incident commander: on call for {watch.schedule}"
        text += "" if here else ", to be confirmed by showing up"
        return self.seat(incident, IncidentRole.IC, watch.primary, WATCHBILL.name, text, accepted=here)

    def seat_who_showed_up(self, incident: Incident, person: str) -> Incident:
        """Whoever acknowledges takes command while nobody has, then operations."""
        roles = self._desk.store.roles(incident.id)
        role = role_after_ack(roles, person)
        if role is None:
            return incident
        held = next((one for one in roles if one.role is role), None)
        if held is not None and held.person == person:
            self._desk.store.assign(replace(held, accepted_at=self._desk.now))
            return self.triaged(incident, person)
        why = (
            f", because {held.person} has not shown up"
            if held is not None
            else ": showed up first"
            if role is IncidentRole.IC
            else ""
        )
        seated = self.seat(incident, role, person, WATCHBILL.name, f"{person} is {role.label}{why}", accepted=True)
        return self.triaged(seated, person)

    def triaged(self, incident: Incident, by: str) -> Incident:
        """Triage is over once the severity rests on facts and somebody commands."""
        if incident.provisional or not self.is_commanded(incident):
            return incident
        if incident.triaged_at is None:
            incident = replace(incident, triaged_at=self._desk.now)
        return self._book.reach(incident, Milestone.TRIAGED, by)

    def is_commanded(self, incident: Incident) -> bool:
        """Whether somebody has taken command, and knows it."""
        return any(one.role is IncidentRole.IC and one.accepted_at for one in self._desk.store.roles(incident.id))

    def holder(self, incident: Incident, role: IncidentRole) -> str | None:
        """Who holds the role now."""
        return next((one.person for one in self._desk.store.roles(incident.id) if one.role is role), None)

    def _end(self, held: Assignment) -> None:
        self._desk.store.assign(replace(held, ended_at=self._desk.now))

    def _publish(self, incident: Incident, role: IncidentRole, person: str | None, before: str | None, by: str) -> None:
        event = RoleChanged(incident.id, role, person, before if before != person else None, by)
        self._desk.events.publish(event, subject=incident.id, cause=None)

    def _mark_shift_end(self, incident: Incident, person: str) -> None:
        """The end of the commander's watch asks for a hand-over; who came without a watch has none."""
        watch = self._desk.pager.on_watch(incident.service, self._desk.now)
        if watch is not None and watch.until is not None and person in {watch.primary, watch.secondary}:
            self._timers.set(SHIFT_END, incident, watch.until, ic=person)
        else:
            self._timers.drop(SHIFT_END, incident)

    def _hand_over_words(
        self, incident: Incident, role: IncidentRole, person: str, before: Assignment | None, summary: str
    ) -> str:
        if before is None:
            return f"{person} is {role.label}" + (f": {summary}" if summary else "")
        if role is not IncidentRole.IC:
            return f"{person} takes over as {role.label} from {before.person}" + (f": {summary}" if summary else "")
        state = summary or self._state_words(incident)
        return f"{before.person} hands command to {person}" + (f": {state}" if state else "")

    def _state_words(self, incident: Incident) -> str:
        """Where things stand, from the briefing, for a hand-over without words of its own."""
        words = briefing_words(self._desk.store.told(incident.id))
        return f"{incident.severity}, {incident.phase}" + (f". {words}" if words else "")

    def _took_part(self, incident: Incident, person: str) -> bool:
        return self._desk.store.has_written(incident.id, person)

    def _call(self, incident: Incident, role: IncidentRole, person: str) -> Incident:
        if not incident.calls_people:
            return incident
        reached = self._desk.pager.remind(person, incident, f"You are {role.label} of {incident.name} now.")
        text = f"{person} is being called" if reached else f"{person} cannot be called: no way to reach them is set up"
        return self._book.write(incident, Source.PAGE, text)
