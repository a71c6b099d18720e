"""Operations on incidents: declare, take, triage, command, tell, mitigate, resolve, close; and the room that shows it all."""

from fractions import Fraction

from watchbill.bootstrap import Services
from watchbill.incidents.model import Impact, Status
from watchbill.incidents.ports import Search
from watchbill.incidents.service import Finding, NewIncident, Resolution
from watchbill.kernel.ids import AlertId
from watchbill.operations.incident_given import (
    AddTask,
    AssignRole,
    ChangeSeverity,
    CloseIncident,
    DoneTask,
    ExportTimeline,
    FindSimilar,
    GivenImpact,
    ListIncidents,
    MergeIncident,
    MitigateIncident,
    MovePhase,
    NamedIncident,
    NoteIncident,
    ReadTimeline,
    RelateIncident,
    ReopenIncident,
    ResolveIncident,
    SendUpdate,
    ShowIncident,
    StartIncident,
    UnmergeIncident,
)
from watchbill.operations.incident_told import UpdateView, update_of
from watchbill.operations.incident_views import (
    ExportedTimeline,
    IncidentRow,
    IncidentView,
    SimilarView,
    TimelineView,
)
from watchbill.operations.incident_views_of import rows_of, similar_of, timeline_of, view_of
from watchbill.operations.page import Page
from watchbill.people.model import Actor


def start(s: Services, who: Actor, given: StartIncident) -> IncidentView:
    """Declare an incident; one that looks like an open one needs `confirm`."""
    new = NewIncident(
        title=given.title,
        severity=given.severity,
        service=s.catalog.find(given.service).name if given.service else None,
        detected_by=given.detected_by,
        impact=_impact(given),
        started_at=given.started_at,
        drill=given.drill,
        read_text=given.read_text,
        confirmed=given.confirm,
        drill_calls=given.call,
        alert=AlertId(given.alert) if given.alert else None,
    )
    return view_of(s, s.incidents.declare(new, who))


def similar(s: Services, who: Actor, given: FindSimilar) -> list[SimilarView]:
    """What is open, or has been, and looks like this."""
    service = s.catalog.find(given.service).name if given.service else None
    return [similar_of(found.incident, list(found.why)) for found in s.incidents.similar(given.title, service)]


def list_all(s: Services, who: Actor, given: ListIncidents) -> Page[IncidentRow]:
    """Incidents, newest first."""
    statuses = {given.status} if given.status else set(Status)
    if given.open is not None:
        statuses &= {status for status in Status if status.is_open is given.open}
    search = Search(
        statuses=tuple(sorted(statuses)),
        severities=(given.severity,) if given.severity else (),
        service=given.service,
        drill=given.drill,
        text=given.text,
        since=given.since,
        before=int(given.cursor) if given.cursor and given.cursor.isdecimal() else None,
        limit=given.limit + 1,
    )
    found = list(s.incidents.list(search)) if statuses else []
    rows = rows_of(s, found[: given.limit])
    if len(found) > given.limit:
        return Page(items=rows, next=str(rows[-1].number))
    further = search.bottom(s.incidents.newest()) if statuses else None
    return Page(items=rows, next=str(further) if further and further > 1 else None)


def show(s: Services, who: Actor, given: ShowIncident) -> IncidentView:
    """Everything about one incident."""
    return view_of(s, s.incidents.find(given.id), before=given.before)


def acknowledge(s: Services, who: Actor, given: NamedIncident) -> IncidentView:
    """Take it: nobody else is called."""
    return view_of(s, s.incidents.acknowledge(given.id, who))


def severity(s: Services, who: Actor, given: ChangeSeverity) -> IncidentView:
    """Set or confirm the severity, or say what is known of the damage."""
    found = Finding(severity=given.severity, impact=_impact(given), started_at=given.started_at, reason=given.reason)
    return view_of(s, s.incidents.assess(given.id, found, who))


def role(s: Services, who: Actor, given: AssignRole) -> IncidentView:
    """Give a role, hand it over, or take it away."""
    if given.person is None:
        return view_of(s, s.incidents.take_away(given.id, given.role, who))
    return view_of(s, s.incidents.assign(given.id, given.role, given.person, who, summary=given.summary))


def phase(s: Services, who: Actor, given: MovePhase) -> IncidentView:
    """Go on to a later phase."""
    return view_of(s, s.incidents.go_on(given.id, given.phase, who))


def update(s: Services, who: Actor, given: SendUpdate) -> UpdateView:
    """Preview or send a status update."""
    told = s.incidents.tell(given.id, who, kind=given.template, text=given.text, draft=given.draft, send=given.send)
    return update_of(s, s.incidents.find(given.id), told)


def note(s: Services, who: Actor, given: NoteIncident) -> TimelineView:
    """Write into the timeline, or correct it."""
    entry = s.incidents.note(
        given.id, given.text, who, kind=given.kind, at=given.at, supersedes=given.supersedes, withdraw=given.withdraw
    )
    return timeline_of(entry)


def mitigate(s: Services, who: Actor, given: MitigateIncident) -> IncidentView:
    """The bleeding is stopped."""
    return view_of(s, s.incidents.mitigate(given.id, who, how=given.how, at=given.at))


def resolve(s: Services, who: Actor, given: ResolveIncident) -> IncidentView:
    """The emergency is over; refused with what is missing, unless overridden with a reason."""
    said = Resolution(
        root_cause=given.root_cause, override=given.override, reason=given.reason, all_clear=given.all_clear
    )
    return view_of(s, s.incidents.resolve(given.id, said, who))


def close(s: Services, who: Actor, given: CloseIncident) -> IncidentView:
    """Nothing more is to be done, or it was a false alarm."""
    return view_of(s, s.incidents.close(given.id, who, reason=given.reason))


def reopen(s: Services, who: Actor, given: ReopenIncident) -> IncidentView:
    """It was not over."""
    return view_of(s, s.incidents.reopen(given.id, given.reason, who))


def merge(s: Services, who: Actor, given: MergeIncident) -> IncidentView:
    """It is the same as another, which goes on."""
    return view_of(s, s.incidents.merge(given.id, given.into, who))


def unmerge(s: Services, who: Actor, given: UnmergeIncident) -> IncidentView:
    """It was another one after all."""
    return view_of(s, s.incidents.unmerge(given.id, given.reason, who))


def export(s: Services, who: Actor, given: ExportTimeline) -> ExportedTimeline:
    """The whole timeline as a file."""
    incident = s.incidents.find(given.id)
    content = s.incidents.export(incident, given.format, current=given.current)
    name = f"{incident.name}-timeline.{given.format}"
    return ExportedTimeline(name=name, format=given.format, content=content)


def relate(s: Services, who: Actor, given: RelateIncident) -> IncidentView:
    """It belongs together with another; both go on."""
    return view_of(s, s.incidents.relate(given.id, given.to, who))


def timeline(s: Services, who: Actor, given: ReadTimeline) -> Page[TimelineView]:
    """The timeline in order of sequence, page by page."""
    incident = s.incidents.find(given.id)
    after = int(given.cursor) if given.cursor and given.cursor.isdecimal() else 0
    entries = s.incidents.timeline(incident.id, after=after, limit=given.limit + 1)
    replaced = s.incidents.corrections(incident.id)
    rows = [timeline_of(entry, replaced.get(entry.sequence)) for entry in entries[: given.limit]]
    last = rows[-1].sequence if len(entries) > given.limit else None
    if given.current:
        rows = [row for row in rows if row.superseded_by is None and not row.withdrawn]
    return Page(items=rows, next=None if last is None else str(last))


def add_task(s: Services, who: Actor, given: AddTask) -> IncidentView:
    """Add a task or a track of investigation."""
    return view_of(s, s.incidents.add_task(given.id, given.text, who, owner=given.owner, phase=given.phase))


def done_task(s: Services, who: Actor, given: DoneTask) -> IncidentView:
    """Tick a task, or take the tick back."""
    return view_of(s, s.incidents.tick(given.id, given.task, who, done=given.done))


def _impact(given: GivenImpact) -> Impact:
    share = None if given.affected_pct is None else Fraction(given.affected_pct) / 100
    return Impact(
        impairment=given.impairment,
        users_affected=given.users_affected,
        users_total=given.users_total,
        affected_ratio=share,
        data_loss=given.data_loss,
        pii_breach=given.pii_breach,
        revenue=given.revenue,
        customer_tickets=given.customer_tickets,
    )
