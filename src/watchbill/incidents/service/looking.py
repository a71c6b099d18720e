"""Looking at incidents: lists, what looks alike, and the room of one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from watchbill.alerts.model import Alert
from watchbill.catalog.model import Change
from watchbill.incidents.model import (
    Assignment,
    Incident,
    IncidentRole,
    Phase,
    Responder,
    Room,
    SimilarIncident,
    Source,
    Status,
    StatusUpdate,
    Step,
    Suggestion,
    TaskState,
    TimelineEntry,
    UpdateKind,
)
from watchbill.incidents.ports import Search, Watch
from watchbill.incidents.rules.briefing import briefing
from watchbill.incidents.rules.cadence import phase_due_at
from watchbill.incidents.rules.checklist import tasks
from watchbill.incidents.rules.command import suggestions, warnings
from watchbill.incidents.rules.durations import minutes_between
from watchbill.incidents.rules.phases import step_state
from watchbill.incidents.rules.revenue import revenue_lost
from watchbill.incidents.rules.sentence import sentence
from watchbill.incidents.rules.similar import open_alike, past_alike
from watchbill.incidents.rules.standing import severity_standing
from watchbill.incidents.service.assessing import Assessing
from watchbill.incidents.service.desk import WATCHBILL, Desk
from watchbill.incidents.service.ending import Ending
from watchbill.incidents.service.snapshot import impacts
from watchbill.incidents.service.telling import Telling
from watchbill.kernel.errors import NotFound
from watchbill.kernel.units import Money

__all__ = ["ROOM_ALERTS", "ROOM_ENTRIES", "WHOLE", "Looking"]

WHOLE = 10_000  # entries of the longest timeline that is read at once
ROOM_ENTRIES, ROOM_ALERTS = 500, 100  # what a room holds; the rest is read page by page
_PAST, _LATEST = 200, 40  # how many earlier incidents are compared
_CHANGES_BEFORE = timedelta(hours=24)
_MOST_CHANGES = 20
_ENDED = (Status.RESOLVED, Status.CLOSED)


class Looking:
    """Reads only."""

    def __init__(self, desk: Desk, telling: Telling, ending: Ending) -> None:
        self._desk = desk
        self._telling = telling
        self._ending = ending
        self._assessing = Assessing(desk)

    def similar(self, title: str, service: str | None) -> Sequence[SimilarIncident]:
        """What a declaration may mean: open ones first, then earlier ones that look alike."""
        name = self._desk.catalog.find(service).name if service else None
        alike = open_alike(self._desk.store.open(name), name, title, self._desk.now)
        known = {one.incident.id for one in alike}
        past = self._past(title, (name,) if name else (), frozenset())
        return [*alike, *(one for one in past if one.incident.id not in known)]

    def earlier(self, title: str, service: str, alerts: frozenset[str]) -> Sequence[SimilarIncident]:
        """Those that are over and looked like this among the service's latest: for a page, which must be quick."""
        return self._past(title, (service,), alerts, latest=_LATEST)

    def room(
        self,
        incident: Incident,
        review: Mapping[str, bool] | None = None,
        *,
        before: int | None = None,
        limit: int = WHOLE,
    ) -> Room:
        """Everything about one: of the timeline the newest `limit` (below `before`), of the alerts the worst `ROOM_ALERTS`.

        `review` says which rows of the check-list's last phase are done, which this domain cannot know.
        """
        store = self._desk.store
        roles, entries = tuple(store.roles(incident.id)), tuple(store.told(incident.id))
        updates = tuple(store.updates(incident.id))
        total, firing = store.count_alerts(incident.id)
        demands = self._ending.demands(incident)
        facts = self._facts(incident, roles, entries, updates) | {one.code: bool(one.met) for one in demands}
        listed = tasks(store.tasks(incident.id), facts | dict(review or {}))
        watch = self._desk.pager.on_watch(incident.service, self._desk.now) if incident.is_open else None
        return Room(
            incident=incident,
            sentence=self._sentence(incident, roles),
            roles=roles,
            suggestions=self._suggestions(incident, roles, watch),
            warnings=warnings(incident, roles, watch, _hands_on(listed), self._desk.now),
            timeline=tuple(store.latest(incident.id, limit=limit, before=before)),
            corrections=store.corrections(incident.id),
            briefing=briefing(entries),
            impacts=tuple(impacts(self._desk, incident)),
            assessment=self._assessing.assess(incident.impact, incident.service),
            standing=severity_standing(entries),
            bad_ratio=self._assessing.bad_ratio(incident.service) if incident.is_open else None,
            revenue_lost=self._lost(incident),
            steps=self._steps(incident, entries),
            tasks=listed,
            updates=updates,
            next_draft=self._telling.next_draft(incident) if incident.is_open else None,
            demands=demands if incident.is_open else (),
            alerts=self._worst_alerts(incident),
            alerts_total=total,
            alerts_firing=firing,
            changes=tuple(self.changes(incident)),
            similar=tuple(self._alike(incident)),
            related=tuple(store.related(incident.id)),
            merged_into=store.get(incident.merged_into) if incident.merged_into else None,
            responders=_responders(roles, entries),
        )

    def _sentence(self, incident: Incident, roles: Sequence[Assignment]) -> str:
        ic = next((one for one in roles if one.role is IncidentRole.IC), None)
        return sentence(incident, ic.person if ic else None, self._desk.now, accepted=bool(ic and ic.accepted_at))

    def _suggestions(
        self, incident: Incident, roles: Sequence[Assignment], watch: Watch | None
    ) -> tuple[Suggestion, ...]:
        if not incident.is_open:
            return ()
        return suggestions(roles, watch, incident.acknowledged_by, self._leads(incident))

    def _lost(self, incident: Incident) -> Money | None:
        """What it cost until it was mitigated, or has cost until now."""
        until = incident.mitigated_at or incident.resolved_at or self._desk.now
        return revenue_lost(incident.impact.revenue_per_minute, minutes_between(incident.began_at, until))

    def _worst_alerts(self, incident: Incident) -> tuple[Alert, ...]:
        known = self._desk.store.alerts(incident.id, limit=ROOM_ALERTS)
        return tuple(found for one in known if (found := self._desk.alerts.get(one)) is not None)

    def _alike(self, incident: Incident) -> list[SimilarIncident]:
        names = self._desk.store.alert_names([incident.id]).get(incident.id, frozenset())
        return self._past(incident.title, incident.services, names, besides=incident)

    def _past(
        self,
        title: str,
        services: Sequence[str],
        alerts: frozenset[str],
        besides: Incident | None = None,
        latest: int = _PAST,
    ) -> list[SimilarIncident]:
        searches = [Search(statuses=_ENDED, service=service, drill=False, limit=latest) for service in services]
        searches = searches or [Search(statuses=_ENDED, drill=False, limit=latest)]
        found = {
            one.id: one
            for search in searches
            for one in self._desk.store.find(search)
            if besides is None or one.id != besides.id
        }
        return past_alike(title, services, alerts, found.values(), self._desk.store.alert_names(list(found)))

    def _facts(
        self,
        incident: Incident,
        roles: Sequence[Assignment],
        entries: Sequence[TimelineEntry],
        updates: Sequence[StatusUpdate],
    ) -> dict[str, bool]:
        """Which automatic rows of the check-list are true, but for those that the demands and the review know."""
        seats = {one.role: one for one in roles}
        ic = seats.get(IncidentRole.IC)
        others = [seats.get(role) for role in (IncidentRole.OPERATIONS, IncidentRole.COMMUNICATIONS)]
        lists = briefing(entries)
        sent = [update for update in updates if update.sent_at is not None]
        return {
            "acknowledged": incident.acknowledged_at is not None,
            "severity": not incident.provisional,
            "commander": ic is not None and ic.accepted_at is not None,
            "roles": ic is not None and all(one is not None and one.person != ic.person for one in others),
            "first-update": bool(sent),
            "briefing": bool(lists.know or lists.dont_know or lists.doing),
            "mitigated": incident.mitigated_at is not None,
            "told-mitigated": any(update.kind is UpdateKind.MITIGATED for update in sent),
        }

    def _steps(self, incident: Incident, entries: Sequence[TimelineEntry]) -> tuple[Step, ...]:
        reached = {Phase.DETECT: incident.declared_at}
        reached |= {
            Phase(str(one.data["phase"])): one.at
            for one in entries
            if one.source is Source.STATE and "phase" in one.data
        }
        return tuple(
            Step(
                phase,
                step_state(incident, phase, reached=phase in reached),
                reached.get(phase),
                phase_due_at(incident, phase) if incident.is_open else None,
            )
            for phase in Phase
        )

    def changes(self, incident: Incident) -> Sequence[Change]:
        """What was changed on the services and on those that they call, from a day before until the end, newest first."""
        start, end = incident.began_at - _CHANGES_BEFORE, incident.resolved_at or incident.closed_at
        found: dict[str, Change] = {}
        for service in incident.services:
            for name in self._with_upstream(service):
                changes = self._desk.catalog.store.find(services=[name], since=start, until=end, limit=_MOST_CHANGES)
                found |= {change.id: change for change in changes}
        return sorted(found.values(), key=lambda change: (change.at, change.id), reverse=True)[:_MOST_CHANGES]

    def _with_upstream(self, service: str) -> list[str]:
        try:
            return [service, *(edge.callee for edge in self._desk.catalog.upstream(service))]
        except NotFound:  # an incident outlives the catalog's entry
            return [service]

    def _leads(self, incident: Incident) -> list[tuple[str, str]]:
        """Who else could take a seat: the lead of the owning team, then the house's."""
        found: list[tuple[str, str]] = []
        try:
            owner = self._desk.catalog.find(incident.service).owner_team if incident.service else None
            team = self._desk.people.team(owner) if owner else None
        except NotFound:
            team = None
        if team is not None and team.lead:
            found.append((team.lead, f"leads {team.name}"))
        lead = self._desk.people.organisation().roles.get("sre_lead")
        if lead is not None:
            found.append((lead, "leads SRE"))
        return found


def _hands_on(listed: Sequence[TaskState]) -> dict[str, int]:
    """How many open tasks each person has."""
    counts: dict[str, int] = {}
    for task in listed:
        if task.owner is not None and not task.done:
            counts[task.owner] = counts.get(task.owner, 0) + 1
    return counts


def _responders(roles: Sequence[Assignment], entries: Sequence[TimelineEntry]) -> tuple[Responder, ...]:
    people: dict[str, list[TimelineEntry]] = {one.person: [] for one in roles}
    for entry in entries:
        if entry.author != WATCHBILL.name:
            people.setdefault(entry.author, []).append(entry)
    since = {one.person: one.assigned_at for one in reversed(roles)}
    found = [
        Responder(
            person,
            tuple(one.role for one in roles if one.person == person),
            min([entry.recorded_at for entry in written] + ([since[person]] if person in since else [])),
            len(written),
        )
        for person, written in people.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.person)))
