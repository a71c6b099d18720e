"""How fast trouble is noticed, taken, stopped and ended, as distributions; and which incidents were there before.

Drills and merged incidents do not count. Each measure counts the incidents that reached its milestone within the period,
[start, end): an incident of last month that was resolved in this one belongs to this month's time to resolve.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from watchbill.incidents.model import Incident, Milestones, Status
from watchbill.incidents.rules.durations import minutes_between
from watchbill.kernel.ids import IncidentId

__all__ = [
    "BOUNDS",
    "REPEATED_WITHIN",
    "Distribution",
    "Group",
    "GroupBy",
    "Measure",
    "Past",
    "distribution",
    "groups",
    "repeats",
]

REPEATED_WITHIN = timedelta(days=90)
BOUNDS = (5, 15, 60, 240)  # minutes; the upper edges of the columns, each included, then "more"
_NOT_NOTED = "not noted"
Past: TypeAlias = Incident | Milestones  # figures need no more than the latter


class Measure(StrEnum):
    """What is measured, in minutes."""

    DETECT = "detect"  # from the start of the trouble to its detection
    ACKNOWLEDGE = "acknowledge"  # from the declaration to the acknowledgement
    MITIGATE = "mitigate"  # from detection
    RESOLVE = "resolve"  # from detection


class GroupBy(StrEnum):
    """How incidents are told apart."""

    SEVERITY = "severity"
    SERVICE = "service"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Distribution:
    """Minutes of several incidents, exact. `columns` counts those up to each of `BOUNDS`, and the rest."""

    count: int
    mean: Fraction
    median: Fraction
    p90: Fraction
    longest: Fraction
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of some incidents; a measure of which nothing is known is absent. `declared` counts those of the period."""

    name: str
    declared: int
    measures: Mapping[Measure, Distribution]


def distribution(minutes: Iterable[Fraction]) -> Distribution | None:
    """The distribution; None of nothing. The median of an even number lies between the two in the middle; p90 is a value that occurred."""
    values = sorted(minutes)
    if not values:
        return None
    count = len(values)
    edges = (*BOUNDS, None)
    below = [count if edge is None else sum(value <= edge for value in values) for edge in edges]
    return Distribution(
        count=count,
        mean=sum(values, Fraction(0)) / count,
        median=(values[(count - 1) // 2] + values[count // 2]) / 2,
        p90=values[-(-count * 9 // 10) - 1],  # the smallest value that nine tenths do not exceed
        longest=values[-1],
        columns=tuple(upper - lower for lower, upper in zip([0, *below], below, strict=False)),
    )


def groups(incidents: Iterable[Past], start: datetime, end: datetime, by: GroupBy | None) -> list[Group]:
    """All together first, then one group for each severity, service or cause, the one with the most incidents first."""
    counted = [one for one in incidents if _counts(one)]
    found = [_group("all", counted, start, end)]
    if by is not None:
        names: dict[str, list[Past]] = {}
        for one in counted:
            for name in _NAMES[by](one):
                names.setdefault(name, []).append(one)
        parts = [_group(name, ones, start, end) for name, ones in names.items()]
        found += sorted(
            (one for one in parts if one.declared or one.measures), key=lambda one: (-one.declared, one.name)
        )
    return found


def repeats(
    incidents: Sequence[Past], alerts: Mapping[IncidentId, frozenset[str]], start: datetime, end: datetime
) -> list[tuple[Past, Past]]:
    """Incidents declared within the period, newest first, each with the newest before it that it repeats.

    It repeats one of the same service, at most 90 days older, that has the same root cause or shares an alert.
    """
    found, earlier = [], dict[str, list[Past]]()  # by service, newest last: only those can be repeated
    for one in sorted((one for one in incidents if _counts(one)), key=lambda one: one.number):
        if start <= one.declared_at < end:
            alike = (_newest_alike(one, earlier.get(service, ()), alerts) for service in one.services)
            before = max((old for old in alike if old is not None), key=lambda old: old.number, default=None)
            if before is not None:
                found.append((one, before))
        for service in one.services:
            earlier.setdefault(service, []).append(one)
    return found[::-1]


def _newest_alike(one: Past, earlier: Sequence[Past], alerts: Mapping[IncidentId, frozenset[str]]) -> Past | None:
    for old in reversed(earlier):
        if one.declared_at - old.declared_at > REPEATED_WITHIN:
            return None
        if _repeats(one, old, alerts):
            return old
    return None


def _repeats(one: Past, old: Past, alerts: Mapping[IncidentId, frozenset[str]]) -> bool:
    same_cause = one.root_cause is not None and _cause(one) == _cause(old)
    return same_cause or bool(alerts.get(one.id, frozenset()) & alerts.get(old.id, frozenset()))


def _counts(incident: Past) -> bool:
    return not incident.drill and incident.status is not Status.MERGED


def _group(name: str, incidents: Sequence[Past], start: datetime, end: datetime) -> Group:
    measured = {measure: distribution(_minutes(incidents, measure, start, end)) for measure in Measure}
    return Group(
        name=name,
        declared=sum(start <= one.declared_at < end for one in incidents),
        measures={measure: found for measure, found in measured.items() if found is not None},
    )


def _minutes(incidents: Iterable[Past], measure: Measure, start: datetime, end: datetime) -> Iterable[Fraction]:
    for one in incidents:
        reached = _REACHED[measure](one)
        if reached is None or not start <= reached < end:
            continue
        took = minutes_between(_BEGAN[measure](one), reached)
        if took is not None:
            yield took


_BEGAN: Mapping[Measure, Callable[[Past], datetime | None]] = {
    Measure.DETECT: lambda one: one.started_at,
    Measure.ACKNOWLEDGE: lambda one: one.declared_at,
    Measure.MITIGATE: lambda one: one.detected_at,
    Measure.RESOLVE: lambda one: one.detected_at,
}
_REACHED: Mapping[Measure, Callable[[Past], datetime | None]] = {
    Measure.DETECT: lambda one: one.detected_at,
    Measure.ACKNOWLEDGE: lambda one: one.acknowledged_at,
    Measure.MITIGATE: lambda one: one.mitigated_at,
    Measure.RESOLVE: lambda one: one.resolved_at,
}


def _cause(incident: Past) -> str:
    """The words of the root cause, without what differs from one hand to another."""
    return " ".join((incident.root_cause or _NOT_NOTED).casefold().split()).rstrip(".")


_NAMES: Mapping[GroupBy, Callable[[Past], Sequence[str]]] = {
    GroupBy.SEVERITY: lambda one: [str(one.severity)],
    GroupBy.SERVICE: lambda one: one.services or ["none"],
    GroupBy.CAUSE: lambda one: [_cause(one)],
}
