"""How fast trouble is noticed, taken, stopped and ended, as distributions; and which incidents were there before.

Drills and merged incidents do not count. Each measure counts the incidents that reached its milestone within the period,
[start, end): an incident of last month that was resolved in this one belongs to this month's time to resolve.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import TypeAlias

from watchbill.incidents.model import Incident, Milestones, Status
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
_MICROSECOND = timedelta(microseconds=1)
_MINUTE_US = 60_000_000
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
    known = list(minutes)
    unit = lcm(*(one.denominator for one in known))
    return _spread([one.numerator * (unit // one.denominator) for one in known], unit)


def groups(incidents: Iterable[Past], start: datetime, end: datetime, by: GroupBy | None) -> list[Group]:
    """All together first, then one group for each severity, service or cause, the one with the most incidents first."""
    whole, parts = _Tally("all"), dict[str, _Tally]()
    names_of = _NAMES[by] if by is not None else lambda _one: ()
    for one in incidents:
        if not _counts(one):
            continue
        declared, took = start <= one.declared_at < end, list(_took(one, start, end))
        if declared or took:
            whole.add(took, declared=declared)
            for name in names_of(one):
                parts.setdefault(name, _Tally(name)).add(took, declared=declared)
    found = [part.group() for part in parts.values()]
    return [whole.group(), *sorted(found, key=lambda one: (-one.declared, one.name))]


class _Tally:
    """What is gathered of one group: whole microseconds, which add and sort many times faster than fractions."""

    __slots__ = ("_declared", "_name", "_took")

    def __init__(self, name: str) -> None:
        self._name = name
        self._declared = 0
        self._took: dict[Measure, list[int]] = {measure: [] for measure in Measure}

    def add(self, took: Iterable[tuple[Measure, int]], *, declared: bool) -> None:
        self._declared += declared
        for measure, span in took:
            self._took[measure].append(span)

    def group(self) -> Group:
        spreads = ((measure, _spread(took, _MINUTE_US)) for measure, took in self._took.items())
        return Group(self._name, self._declared, {measure: found for measure, found in spreads if found is not None})


def _spread(spans: list[int], unit: int) -> Distribution | None:
    """The distribution of whole numbers, so many of which are a minute."""
    if not spans:
        return None
    values, count = sorted(spans), len(spans)
    below = [*(bisect_right(values, edge * unit) for edge in BOUNDS), count]
    return Distribution(
        count=count,
        mean=Fraction(sum(values), unit * count),
        median=Fraction(values[(count - 1) // 2] + values[count // 2], 2 * unit),
        p90=Fraction(values[-(-count * 9 // 10) - 1], unit),  # the smallest value that nine tenths do not exceed
        longest=Fraction(values[-1], unit),
        columns=tuple(upper - lower for lower, upper in zip([0, *below], below, strict=False)),
    )


def _took(one: Past, start: datetime, end: datetime) -> Iterator[tuple[Measure, int]]:
    """Microseconds of each measure whose milestone lies in the period; none that is negative or has no known start."""
    for measure, began, reached in (
        (Measure.DETECT, one.started_at, one.detected_at),
        (Measure.ACKNOWLEDGE, one.declared_at, one.acknowledged_at),
        (Measure.MITIGATE, one.detected_at, one.mitigated_at),
        (Measure.RESOLVE, one.detected_at, one.resolved_at),
    ):
        if reached is not None and start <= reached < end and began is not None and began <= reached:
            yield measure, (reached - began) // _MICROSECOND


def repeats(
    incidents: Sequence[Past], alerts: Mapping[IncidentId, frozenset[str]], start: datetime, end: datetime
) -> list[tuple[Past, Past]]:
    """Incidents declared within the period, newest first, each with the newest before it that it repeats.

    It repeats one of the same service, at most 90 days older, that has the same root cause or shares an alert.
    """
    found, newest = [], dict[tuple[str, str, str], Past]()  # by service and what could come back
    told = (one for one in incidents if one.root_cause is not None or one.id in alerts)
    for one in sorted((one for one in told if _counts(one)), key=lambda one: one.number):
        signs = _signs(one, alerts.get(one.id, frozenset()))
        if start <= one.declared_at < end:
            alike = (newest[sign] for sign in signs if sign in newest)
            before = max(alike, key=lambda old: old.number, default=None)
            if before is not None and one.declared_at - before.declared_at <= REPEATED_WITHIN:
                found.append((one, before))
        newest.update(dict.fromkeys(signs, one))
    return found[::-1]


def _signs(one: Past, alerts: frozenset[str]) -> list[tuple[str, str, str]]:
    """By what it is known again: of each service its root cause, where that was noted, and its alerts."""
    signs = [("alert", name) for name in alerts]
    if one.root_cause is not None:
        signs.append(("cause", _cause(one)))
    return [(service, kind, name) for service in one.services for kind, name in signs]


def _counts(incident: Past) -> bool:
    return not incident.drill and incident.status is not Status.MERGED


def _cause(incident: Past) -> str:
    """The words of the root cause, without what differs from one hand to another."""
    return " ".join((incident.root_cause or _NOT_NOTED).casefold().split()).rstrip(".")


_NAMES: Mapping[GroupBy, Callable[[Past], Sequence[str]]] = {
    GroupBy.SEVERITY: lambda one: [str(one.severity)],
    GroupBy.SERVICE: lambda one: one.services or ["none"],
    GroupBy.CAUSE: lambda one: [_cause(one)],
}
