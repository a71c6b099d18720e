"""Postmortems, action items and incident rooms as the rules see them, made of a few words."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from watchbill.incidents.model import (
    Assessment,
    Briefing,
    Column,
    DetectedBy,
    Impairment,
    Incident,
    NoteKind,
    Phase,
    Reach,
    Room,
    Severity,
    SloImpact,
    Source,
    Status,
    TimelineEntry,
)
from watchbill.kernel.ids import ActionItemId, IncidentId, PostmortemId, TimelineId
from watchbill.kernel.units import Money, Ratio
from watchbill.postmortems.model import (
    ActionItem,
    ActionPriority,
    ActionStatus,
    ActionType,
    Figures,
    Judgement,
    Postmortem,
    PostmortemStatus,
)

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    """So many minutes after the declaration."""
    return NOW + timedelta(minutes=minutes)


def postmortem(
    *, figures: dict[str, Any] | None = None, judged: dict[str, Any] | None = None, **changes: Any
) -> Postmortem:  # Any: fields by their own names
    """A draft of INC-1, with whatever is changed."""
    computed: dict[str, Any] = {
        "computed_at": NOW,
        "resolved": True,
        "date": date(2026, 11, 24),
        "severity": Severity.SEV2,
    }
    said: dict[str, Any] = {"title": "checkout returns 500s"}
    fields: dict[str, Any] = {
        "id": PostmortemId("pm_1"),
        "status": PostmortemStatus.DRAFT,
        "figures": Figures(**computed | (figures or {})),
        "judged": Judgement(**said | (judged or {})),
        "version": 1,
        "created_at": NOW,
        "created_by": "watchbill",
        "changed_at": NOW,
        "due_on": date(2026, 12, 1),
        "incident": IncidentId("inc_1"),
    }
    return Postmortem(**fields | changes)


def action(number: int, **changes: Any) -> ActionItem:  # Any: fields by their own names
    """An open action item, with whatever is changed."""
    fields: dict[str, Any] = {
        "id": ActionItemId(f"act_{number}"),
        "number": number,
        "description": "check query plans in CI",
        "type": ActionType.PREVENT,
        "priority": ActionPriority.P1,
        "status": ActionStatus.OPEN,
        "created_at": NOW,
        "created_by": "ann",
    }
    return ActionItem(**fields | changes)


def entry(
    sequence: int, text: str, minutes: float = 0, **changes: Any
) -> TimelineEntry:  # Any: fields by their own names
    """An entry of watchbill, so many minutes after the declaration, with whatever is changed."""
    at = after(minutes)
    fields: dict[str, Any] = {
        "id": TimelineId(f"tml_{sequence}"),
        "incident": IncidentId("inc_1"),
        "sequence": sequence,
        "at": at,
        "recorded_at": at,
        "source": Source.STATE,
        "text": text,
        "author": "watchbill",
    }
    return TimelineEntry(**fields | changes)


def person_says(
    sequence: int, text: str, minutes: float = 0, **changes: Any
) -> TimelineEntry:  # Any: fields by their own names
    """An entry of ann."""
    return entry(sequence, text, minutes, **{"source": Source.HUMAN, "author": "ann", "kind": NoteKind.NOTE} | changes)


def room(
    *,
    timeline: tuple[TimelineEntry, ...] = (),
    impacts: tuple[SloImpact, ...] = (),
    lost: Money | None = None,
    **changes: Any,
) -> Room:  # Any: fields of the incident
    """The room of an incident that hurt for 18 minutes and was over after 54, with whatever is changed."""
    fields: dict[str, Any] = {
        "id": IncidentId("inc_1"),
        "number": 1,
        "title": "checkout returns 500s",
        "channel": "inc-2026-11-24-checkout-returns-500s",
        "severity": Severity.SEV2,
        "phase": Phase.REVIEW,
        "status": Status.RESOLVED,
        "detected_by": DetectedBy.ALERT,
        "declared_by": "watchbill",
        "declared_at": NOW,
        "detected_at": NOW,
        "started_at": after(-2),
        "mitigated_at": after(16),
        "mitigation": "rolled back 842",
        "resolved_at": after(52),
        "service": "checkout",
        "services": ("checkout",),
    }
    return Room(
        incident=Incident(**fields | changes),
        sentence="",
        roles=(),
        suggestions=(),
        warnings=(),
        timeline=timeline,
        briefing=Briefing(),
        impacts=impacts,
        assessment=Assessment(Severity.SEV2, Impairment.DEGRADED, Column(Reach.QUARTER_OR_MORE), Severity.SEV2),
        bad_ratio=None,
        revenue_lost=lost,
        steps=(),
        tasks=(),
        updates=(),
        next_draft=None,
        demands=(),
        alerts=(),
        changes=(),
        similar=(),
        related=(),
        merged_into=None,
        responders=(),
    )


def impact(slo: str, consumed: str | None, *, good: int = 900, bad: int = 100) -> SloImpact:
    """What the incident took from one SLO."""
    share = None if consumed is None else Fraction(consumed)
    return SloImpact(
        slo, "checkout", Ratio.percent("99.9"), NOW, after(52), good, bad, share, Fraction(50), None, "warning"
    )
