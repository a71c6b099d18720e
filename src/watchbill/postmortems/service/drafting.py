"""How a postmortem begins: drafted from an incident, or demanded by a budget that was spent without one."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from watchbill.budget.model import BudgetExhausted
from watchbill.incidents.model import Incident, IncidentResolved, IncidentRole, Room, Status
from watchbill.incidents.ports import Search
from watchbill.kernel.errors import Conflict
from watchbill.kernel.events import Recorded
from watchbill.kernel.ids import IncidentId, PostmortemId
from watchbill.postmortems.model import (
    BudgetShare,
    Figures,
    Judgement,
    Moment,
    Postmortem,
    PostmortemDemanded,
    PostmortemDrafted,
    PostmortemRevised,
    PostmortemStatus,
    Version,
)
from watchbill.postmortems.rules.demand import is_explained
from watchbill.postmortems.rules.due import LOOK_AHEAD, due_on
from watchbill.postmortems.rules.figures import figures_of
from watchbill.postmortems.service.desk import Desk
from watchbill.postmortems.service.indexing import index
from watchbill.postmortems.service.leads import is_person, leads_of_service

__all__ = ["Drafting"]

WATCHBILL = "watchbill"
_COMPARED = 200  # incidents of a service that may explain a spent budget


class Drafting:
    """Makes drafts, and computes their figures anew."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def draft(self, incident: Incident, by: str, *, refresh: bool = False, cause: str | None = None) -> Postmortem:
        """The incident's postmortem: opened where it exists, never overwritten; `refresh` computes its figures anew.

        An unresolved incident is fine, and the draft says so. Raises Conflict for one that was merged into another.
        """
        if incident.status is Status.MERGED:
            raise Conflict(f"{incident.name} was merged", hint="draft it for the incident that goes on")
        existing = self._desk.store.of_incident(incident.id)
        if existing is not None:
            return self.refresh(existing, incident, by, "figures computed anew") if refresh else existing
        room = self._desk.incidents.room(incident)
        postmortem = self._new(
            self._figures(room),
            self._judgement(room),
            by,
            incident.resolved_at or self._desk.now,
            incident=incident.id,
            cause=cause,
        )
        if not self._desk.store.add(postmortem):
            raise Conflict(f"{incident.name} is being drafted by another worker", hint="open it in a moment")
        self._keep(postmortem, by, "drafted")
        event = PostmortemDrafted(postmortem.id, incident.id, postmortem.due_on, by)
        self._desk.events.publish(event, subject=postmortem.id, cause=incident.id)
        return postmortem

    def draft_resolved(self, recorded: Recorded) -> Postmortem | None:
        """An incident is over: draft its postmortem, or bring an earlier draft up to date. Not for drills."""
        event = recorded.event
        assert isinstance(event, IncidentResolved)
        incident = self._desk.incidents.find(event.incident)
        if incident.drill or incident.resolved_at is None:
            return None
        existing = self._desk.store.of_incident(incident.id)
        if existing is None:
            return self.draft(incident, WATCHBILL, cause=incident.id)
        if existing.is_locked or existing.figures.computed_at >= incident.resolved_at:
            return existing
        return self.refresh(existing, incident, WATCHBILL, f"{incident.name} was resolved")

    def refresh(self, postmortem: Postmortem, incident: Incident, by: str, reason: str) -> Postmortem:
        """The figures as they are now, as a further version; what people judged stays. A final one is left alone."""
        postmortem = self.locked(postmortem)
        if postmortem.is_locked:
            return postmortem
        figures = self._figures(self._desk.incidents.room(incident))
        due = (
            self._due(incident.resolved_at)
            if incident.resolved_at and not postmortem.figures.resolved
            else postmortem.due_on
        )
        return self.revise(replace(postmortem, figures=figures, due_on=due), by, reason)

    def demand(self, recorded: Recorded) -> Postmortem | None:
        """A budget was spent: somebody has to explain it, unless incidents do. One demand at a time for each SLO."""
        event = recorded.event
        assert isinstance(event, BudgetExhausted)
        if self._desk.store.demanded_for(event.slo) is not None or self._is_explained(event):
            return None
        zone = self._desk.people.organisation().timezone
        figures = Figures(
            computed_at=self._desk.now,
            resolved=True,
            date=recorded.at.astimezone(zone).date(),
            summary=f"The error budget of {event.slo} was spent, and no incident explains it.",
            budget=(BudgetShare(event.slo, self._consumed(event.slo)),),
            timeline=(Moment(recorded.at, f"The error budget of {event.slo} was spent"),),
        )
        judged = Judgement(
            title=f"Error budget of {event.slo} spent", reviewers=leads_of_service(self._desk, event.service, ())
        )
        postmortem = self._new(figures, judged, WATCHBILL, recorded.at, slo=event.slo, cause=recorded.id)
        self._desk.store.add(postmortem)
        self._keep(postmortem, WATCHBILL, "demanded")
        demanded = PostmortemDemanded(postmortem.id, event.slo, postmortem.due_on)
        self._desk.events.publish(demanded, subject=postmortem.id, cause=recorded.id)
        return postmortem

    def locked(self, postmortem: Postmortem) -> Postmortem:
        """The newest state; other transactions that change it wait until this one ends."""
        held = self._desk.store.get(postmortem.id, lock=True)
        assert held is not None  # postmortems are never deleted
        return held

    def revise(self, postmortem: Postmortem, by: str, reason: str) -> Postmortem:
        """Save a changed postmortem as its next version."""
        revised = replace(postmortem, version=postmortem.version + 1, changed_at=self._desk.now)
        self._desk.store.save(revised)
        self._keep(revised, by, reason)
        event = PostmortemRevised(revised.id, revised.version, by, reason)
        self._desk.events.publish(event, subject=revised.id, cause=None)
        return revised

    def _new(  # noqa: PLR0913 - a record's parts, the optional ones by their keywords
        self,
        figures: Figures,
        judged: Judgement,
        by: str,
        counted_from: datetime,
        *,
        cause: str | None,
        incident: IncidentId | None = None,
        slo: str | None = None,
    ) -> Postmortem:
        return Postmortem(
            id=self._desk.ids.new(PostmortemId),
            status=PostmortemStatus.DRAFT,
            figures=figures,
            judged=judged,
            version=1,
            created_at=self._desk.now,
            created_by=by,
            changed_at=self._desk.now,
            due_on=self._due(counted_from),
            incident=incident,
            slo=slo,
            cause=cause,
        )

    def _keep(self, postmortem: Postmortem, by: str, reason: str) -> None:
        version = Version(
            postmortem.id, postmortem.version, postmortem.changed_at, by, reason, postmortem.figures, postmortem.judged
        )
        self._desk.store.add_version(version)
        index(self._desk, postmortem)

    def _figures(self, room: Room) -> Figures:
        return figures_of(room, self._desk.now, self._desk.people.organisation().timezone)

    def _judgement(self, room: Room) -> Judgement:
        """What people have said in the incident already, and who knows enough to write and to read it."""
        held = {one.role: one.person for one in room.roles if one.accepted_at is not None}
        writers = (held.get(IncidentRole.IC), held.get(IncidentRole.OPERATIONS), room.incident.acknowledged_by)
        authors = tuple(dict.fromkeys(name for name in writers if name is not None and is_person(self._desk, name)))[:2]
        title = f"Drill: {room.incident.title}" if room.incident.drill else room.incident.title
        return Judgement(
            title=title,
            authors=authors,
            reviewers=leads_of_service(self._desk, room.incident.service, authors),
            root_cause=room.incident.root_cause,
        )

    def _due(self, moment: datetime) -> date:
        house = self._desk.people.organisation()
        start = moment.astimezone(house.timezone).date()
        holidays = self._desk.holidays.between(house.holidays, start, start + LOOK_AHEAD)
        return due_on(start, house.business_days, holidays)

    def _consumed(self, slo: str) -> Fraction | None:
        status = self._desk.budget.show(slo).status
        return None if status.remaining_pct is None else 100 - status.remaining_pct

    def _is_explained(self, event: BudgetExhausted) -> bool:
        """Whether the service's incidents of the window took most of what was spent; one that goes on explains it as well."""
        if any(not one.drill for one in self._desk.incidents.open(event.service)):
            return True
        start = self._desk.budget.show(event.slo).status.start
        search = Search(service=event.service, drill=False, since=start, limit=_COMPARED)
        ended = [one for one in self._desk.incidents.list(search) if one.resolved_at is not None]
        spans = [(one.began_at, one.resolved_at) for one in ended if one.resolved_at is not None]
        shares = (
            [found.share_of_budget_pct for found in self._desk.budget.attribute_each(event.slo, spans)] if spans else []
        )
        return is_explained(shares)
