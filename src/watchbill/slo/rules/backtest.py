"""Compares alerts that would have been with incidents that were."""

from collections.abc import Sequence
from datetime import datetime

from watchbill.slo.model import Firing, Happened

__all__ = ["calls", "first_alert", "true_firings"]


def true_firings(firings: Sequence[Firing], incidents: Sequence[Happened]) -> frozenset[int]:
    """Positions of the firings during which an incident went on."""
    return frozenset(
        number
        for number, firing in enumerate(firings)
        if any(firing.overlaps(one.began_at, one.ended_at) for one in incidents)
    )


def first_alert(firings: Sequence[Firing], incident: Happened) -> Firing | None:
    """The first one that fired while the incident went on; one that fired before it began and still did counts as well."""
    during = [one for one in firings if one.overlaps(incident.began_at, incident.ended_at)]
    return min(during, key=lambda one: one.fired_at, default=None)


def calls(firings: Sequence[Firing]) -> int:
    """How often somebody would have been called: paging firings that overlap or touch are one emergency."""
    count = 0
    until: datetime | None = None
    open_ended = False
    for one in sorted((one for one in firings if one.is_page), key=lambda one: one.fired_at):
        if not open_ended and (until is None or one.fired_at > until):
            count += 1
        if one.ended_at is None:
            open_ended = True
        else:
            until = one.ended_at if until is None else max(until, one.ended_at)
    return count
