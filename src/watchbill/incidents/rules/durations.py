"""How long each step took: detection from the start of the trouble, the rest from detection (A26: a negative or missing start is no figure)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from watchbill.incidents.model import Incident

__all__ = ["Durations", "durations", "minutes_between"]

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Durations:
    """Minutes, exact; None where a milestone was not reached or the start is not known.

    `total` runs from the start of the trouble (as far as it is known) until it was resolved, or now.
    """

    detect: Fraction | None
    acknowledge: Fraction | None  # from the declaration: it measures people, not monitoring
    mitigate: Fraction | None
    resolve: Fraction | None
    total: Fraction


def minutes_between(start: datetime | None, end: datetime | None) -> Fraction | None:
    """Minutes from start to end; None where either is missing or the end comes first."""
    if start is None or end is None or end < start:
        return None
    return Fraction((end - start) // timedelta(microseconds=1), _MINUTE // timedelta(microseconds=1))


def durations(incident: Incident, now: datetime) -> Durations:
    """The incident's figures at a moment."""
    began = incident.began_at
    total = minutes_between(began, incident.resolved_at or incident.closed_at or now)
    return Durations(
        detect=minutes_between(incident.started_at, incident.detected_at),
        acknowledge=minutes_between(incident.declared_at, incident.acknowledged_at),
        mitigate=minutes_between(incident.detected_at, incident.mitigated_at),
        resolve=minutes_between(incident.detected_at, incident.resolved_at),
        total=total if total is not None else Fraction(0),
    )
