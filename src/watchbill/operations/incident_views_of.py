"""Incidents as their views: rows of the list, and the whole room."""

from fractions import Fraction
from typing import Any

from watchbill.bootstrap import Services
from watchbill.incidents.model import (
    Assignment,
    Incident,
    IncidentRole,
    Room,
    TimelineEntry,
)
from watchbill.incidents.rules.cadence import UPDATE_EVERY
from watchbill.incidents.rules.checklist import MITIGATIONS
from watchbill.incidents.rules.durations import durations
from watchbill.incidents.service.looking import ROOM_ENTRIES
from watchbill.operations import incident_views as views
from watchbill.operations.changes import change_view
from watchbill.operations.incident_damage import assessment_of, impact_of, severity_reason_of
from watchbill.operations.incident_told import draft_of, updates_of

__all__ = ["row_of", "rows_of", "similar_of", "timeline_of", "view_of"]


def rows_of(s: Services, incidents: list[Incident]) -> list[views.IncidentRow]:
    """Rows of the list, with their commanders."""
    commanders = s.incidents.commanders([one.id for one in incidents])
    return [row_of(s, one, commanders.get(one.id)) for one in incidents]


def row_of(s: Services, one: Incident, ic: str | None) -> views.IncidentRow:
    """One row."""
    end = one.resolved_at or s.now
    return views.IncidentRow(
        id=one.id,
        number=one.number,
        title=one.title,
        severity=one.severity,
        provisional=one.provisional,
        status=one.status,
        phase=one.phase,
        service=one.service,
        services=list(one.services),
        drill=one.drill,
        drill_calls=one.drill_calls,
        channel=one.channel,
        ic=ic,
        started_at=one.started_at,
        detected_at=one.detected_at,
        declared_at=one.declared_at,
        resolved_at=one.resolved_at,
        duration_seconds=max(0, int((end - one.began_at).total_seconds())),
        next_update_at=one.next_update_at,
        update_overdue=bool(one.is_open and one.next_update_at and one.next_update_at <= s.now),
    )


def view_of(s: Services, incident: Incident, *, before: int | None = None) -> views.IncidentView:
    """The room, with the newest entries of its timeline (below `before`)."""
    room = s.incidents.room(incident, s.postmortems.review_facts(incident), before=before, limit=ROOM_ENTRIES)
    one = room.incident
    row = row_of(s, one, _holder(room.roles, IncidentRole.IC))
    return views.IncidentView(**row.model_dump(), **_facts(room, one), **_lists(s, room), **_close_by(s, room, one))


def _facts(room: Room, one: Incident) -> dict[str, Any]:  # Any: fields of IncidentView, each with its own type
    return dict(
        detected_by=one.detected_by,
        declared_by=one.declared_by,
        acknowledged_at=one.acknowledged_at,
        acknowledged_by=one.acknowledged_by,
        mitigated_at=one.mitigated_at,
        mitigation=one.mitigation,
        resolved_by=one.resolved_by,
        root_cause=one.root_cause,
        override=one.override,
        all_clear_at=one.all_clear_at,
        closed_at=one.closed_at,
        close_reason=one.close_reason,
        merged_into=room.merged_into.number if room.merged_into else None,
        reopened=one.reopened,
        cause=one.cause,
        update_every_minutes=int(UPDATE_EVERY[one.severity].total_seconds() // 60),
        sentence=room.sentence,
        roles=_roles(room.roles),
    )


def _lists(s: Services, room: Room) -> dict[str, Any]:  # Any: as above
    return dict(
        role_holders=[
            views.HolderView(
                role=held.role,
                person=held.person,
                since=held.assigned_at,
                assigned_by=held.assigned_by,
                accepted=held.accepted_at is not None,
            )
            for held in room.roles
        ],
        suggestions=[
            views.SuggestionView(role=found.role, person=found.person, reason=found.reason)
            for found in room.suggestions
        ],
        warnings=[views.WarningView(code=found.code, text=found.text) for found in room.warnings],
        timeline=[timeline_of(entry, room.corrections.get(entry.sequence)) for entry in room.timeline],
        timeline_total=room.incident.sequence,
        briefing=_briefing(room),
        slo_impact=_impacts(room),
        assessment=assessment_of(room),
        severity_reason=severity_reason_of(room),
        impact=impact_of(room),
        steps=_steps(s, room),
        tasks=_tasks(room),
        updates=updates_of(s, room.incident, room.updates),
        next_draft=None if room.next_draft is None else draft_of(s, room.incident, room.next_draft),
        demands=[
            views.DemandView(code=demand.code, text=demand.text, met=demand.met, detail=demand.detail)
            for demand in room.demands
        ],
        mitigations=list(MITIGATIONS),
    )


def _close_by(s: Services, room: Room, one: Incident) -> dict[str, Any]:  # Any: as above
    minutes = durations(one, s.now)
    return dict(
        alerts=[
            views.AttachedAlertView(
                id=alert.id,
                title=alert.title,
                severity=alert.severity,
                status=alert.status,
                service=alert.service,
                starts_at=alert.starts_at,
                ends_at=None if alert.is_firing else alert.ends_at,
                generator_url=alert.generator_url or None,
                runbook=alert.runbook,
            )
            for alert in room.alerts
        ],
        alerts_total=room.alerts_total,
        alerts_firing=room.alerts_firing,
        changes=[change_view(change) for change in room.changes],
        similar=[similar_of(found.incident, list(found.why)) for found in room.similar],
        related=[
            views.RelatedView(
                id=other.id, number=other.number, title=other.title, status=other.status, merged=_merged(one, other)
            )
            for other in room.related
        ],
        responders=[
            views.ResponderView(person=found.person, roles=list(found.roles), since=found.since, entries=found.entries)
            for found in room.responders
        ],
        durations=views.DurationsView(
            detect_minutes=_number(minutes.detect),
            acknowledge_minutes=_number(minutes.acknowledge),
            mitigate_minutes=_number(minutes.mitigate),
            resolve_minutes=_number(minutes.resolve),
            total_minutes=float(minutes.total),
        ),
        postmortem=_postmortem(s, one),
    )


def similar_of(one: Incident, why: list[str]) -> views.SimilarView:
    """An incident that looks alike."""
    return views.SimilarView(
        id=one.id, number=one.number, title=one.title, severity=one.severity, status=one.status, service=one.service,
        declared_at=one.declared_at, why=why, mitigation=one.mitigation, root_cause=one.root_cause,
    )  # fmt: skip


def timeline_of(entry: TimelineEntry, replaced_by: int | None = None) -> views.TimelineView:
    """One entry."""
    return views.TimelineView(
        id=entry.id, sequence=entry.sequence, at=entry.at, recorded_at=entry.recorded_at, late=entry.is_late, source=entry.source,
        kind=entry.kind, text=entry.text, author=entry.author, supersedes=entry.supersedes, superseded_by=replaced_by,
        withdrawn=entry.withdrawn, cause=entry.cause, output=str(entry.data.get("output", "")),
    )  # fmt: skip


def _entries(entries: tuple[TimelineEntry, ...]) -> list[views.TimelineView]:
    replaced = {entry.supersedes: entry.sequence for entry in entries if entry.supersedes is not None}
    return [timeline_of(entry, replaced.get(entry.sequence)) for entry in entries]


def _steps(s: Services, room: Room) -> list[views.PhaseStepView]:
    return [
        views.PhaseStepView(
            phase=step.phase,
            state=step.state,
            reached_at=step.reached_at,
            due_at=step.due_at,
            overdue=step.is_overdue(s.now),
        )
        for step in room.steps
    ]


def _tasks(room: Room) -> list[views.TaskView]:
    return [
        views.TaskView(
            id=task.id,
            key=task.key,
            phase=task.phase,
            text=task.text,
            owner=task.owner,
            done=task.done,
            done_at=task.done_at,
            done_by=task.done_by,
            automatic=task.automatic,
        )
        for task in room.tasks
    ]


def _briefing(room: Room) -> views.BriefingView:
    known = room.briefing
    return views.BriefingView(
        know=_entries(known.know), dont_know=_entries(known.dont_know), doing=_entries(known.doing)
    )  # fmt: skip


def _impacts(room: Room) -> list[views.SloImpactView]:
    return [
        views.SloImpactView(
            slo=one.slo, service=one.service, target_pct=float(one.target.pct), good=one.good, bad=one.bad,
            budget_consumed_pct=_number(one.consumed_pct), budget_remaining_pct=_number(one.remaining_pct),
            burn_rate_1h=_number(one.burn_1h), state=one.state,
        )
        for one in room.impacts
    ]  # fmt: skip


def _roles(held: tuple[Assignment, ...]) -> views.RolesView:
    return views.RolesView(
        ic=_holder(held, IncidentRole.IC),
        communications=_holder(held, IncidentRole.COMMUNICATIONS),
        operations=_holder(held, IncidentRole.OPERATIONS),
        sme=[one.person for one in held if one.role is IncidentRole.SME],
        scribe=_holder(held, IncidentRole.SCRIBE),
    )


def _holder(held: tuple[Assignment, ...], role: IncidentRole) -> str | None:
    return next((one.person for one in held if one.role is role), None)


def _merged(one: Incident, other: Incident) -> str | None:
    if other.merged_into == one.id:
        return "into-this"
    return "into-that" if one.merged_into == other.id else None


def _postmortem(s: Services, one: Incident) -> views.PostmortemLinkView | None:
    found = s.postmortems.of_incident(one)
    if found is None:
        return None
    return views.PostmortemLinkView(id=found.id, status=found.status, due_on=found.due_on.isoformat())


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
