"""Incidents as the rules see them, made of a few words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from watchbill.incidents.model import (
    Assignment,
    DetectedBy,
    Incident,
    IncidentRole,
    NoteKind,
    Phase,
    Severity,
    Source,
    Status,
    TimelineEntry,
)
from watchbill.kernel.ids import IncidentId, TimelineId

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    """So many minutes after the declaration."""
    return NOW + timedelta(minutes=minutes)


def incident(number: int = 1, **changes: Any) -> Incident:  # Any: fields of the incident by their own names
    """An open SEV2 of checkout, declared at NOW, with whatever is changed."""
    fields: dict[str, Any] = {
        "id": IncidentId(f"inc_{number}"),
        "number": number,
        "title": "checkout returns 500s",
        "channel": "inc-2026-11-24-checkout-returns-500s",
        "severity": Severity.SEV2,
        "phase": Phase.DETECT,
        "status": Status.OPEN,
        "detected_by": DetectedBy.ALERT,
        "declared_by": "ann",
        "declared_at": NOW,
        "detected_at": NOW,
        "service": "checkout",
        "services": ("checkout",),
    }
    return Incident(**fields | changes)


def seat(role: IncidentRole, person: str, *, accepted: bool = True, by: str = "ann", turn: int = 1) -> Assignment:
    """Somebody in a role since NOW."""
    return Assignment(IncidentId("inc_1"), turn, role, person, NOW, by, NOW if accepted else None)


def entry(sequence: int, text: str, **changes: Any) -> TimelineEntry:  # Any: fields of the entry by their own names
    """A person's entry at NOW, with whatever is changed."""
    fields: dict[str, Any] = {
        "id": TimelineId(f"tml_{sequence}"),
        "incident": IncidentId("inc_1"),
        "sequence": sequence,
        "at": NOW,
        "recorded_at": NOW,
        "source": Source.HUMAN,
        "text": text,
        "author": "ann",
        "kind": NoteKind.NOTE,
    }
    return TimelineEntry(**fields | changes)
