"""All promises that are judged: those that were written, and for `group_by` one more for each group that was ever seen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Protocol

from watchbill.slo.model import Group, Sli, Slo, group_of
from watchbill.slo.ports import SloDefinitions

__all__ = ["MOST_GROUPS", "Excluded", "Groups", "NothingExcluded", "Promised", "merged"]

MOST_GROUPS = 200  # of one SLO; a column with a value per user is a mistake that must not become a million budgets
Span = tuple[datetime, datetime]


class Groups(Protocol):
    """Which groups the counts know."""

    def groups(self, sli: str) -> Sequence[str]:
        """The series of the SLI's single groups."""


class Excluded(Protocol):
    """What was taken out of budgets, in the running transaction."""

    def spans(self) -> dict[str, Sequence[Span]]:
        """Disjoint spans of whole minutes, in order, by SLO; only SLOs that have any."""


class NothingExcluded:
    """Where nobody adjusts budgets."""

    def spans(self) -> dict[str, Sequence[Span]]:
        """None."""
        return {}


class Promised:
    """The port SloDefinitions with the members of groups, and what computed counts ask about. One for each transaction."""

    def __init__(self, definitions: SloDefinitions, groups: Groups, excluded: Excluded) -> None:
        self._definitions, self._groups, self._excluded = definitions, groups, excluded
        self._spans: dict[str, Sequence[Span]] | None = None
        self._members: dict[str, list[Slo]] = {}

    def version(self) -> str:
        """Changes with the definitions, with a new group, and with what is excluded."""
        members = sum(len(self.members(slo)) for slo in self._definitions.slos() if slo.group_by)
        return f"{self._definitions.version()}/{members}/{','.join(sorted(self._all_spans()))}"

    def slos(self) -> Sequence[Slo]:
        """All SLOs, each followed by its members."""
        return [one for slo in self._definitions.slos() for one in (slo, *self.members(slo))]

    def slo(self, name: str) -> Slo | None:
        """An SLO or a member by its name: `checkout-availability{region=eu}`."""
        found = self._definitions.slo(name)
        if found is not None or not name.endswith("}"):
            return found
        parent = self._definitions.slo(name.partition("{")[0])
        return next((one for one in self.members(parent) if one.name == name), None) if parent else None

    def members(self, slo: Slo) -> Sequence[Slo]:
        """One for each group that its events were counted for, at most 200, by name."""
        if not slo.group_by:
            return ()
        if slo.name not in self._members:
            found = (group_of(series, slo.sli) for series in self._groups.groups(slo.sli))
            mine = [group for group in found if tuple(column for column, _ in group) == slo.group_by]
            self._members[slo.name] = [slo.member(group) for group in sorted(mine)[:MOST_GROUPS]]
        return self._members[slo.name]

    def groups_of(self, sli: str, values: Mapping[str, str]) -> tuple[Group, ...]:
        """The groups, as its SLOs ask for them, that events with these values belong to."""
        wanted = self._groupings.get(sli, set())
        return tuple(
            tuple((column, values[column]) for column in columns)
            for columns in sorted(wanted)
            if all(column in values for column in columns)
        )

    def excluded(self, slo: str) -> Sequence[Span]:
        """What is taken out of its budget; a member of a group has what its whole has, and its own."""
        own = self._all_spans().get(slo, ())
        whole = self._all_spans().get(slo.partition("{")[0], ()) if slo.endswith("}") else ()
        return merged([*own, *whole]) if whole else own

    def sli(self, name: str) -> Sli | None:
        """The SLI of that name."""
        found = self._definitions.sli(name)
        return None if found is None else self._as_asked(found)

    def slis(self) -> Sequence[Sli]:
        """All SLIs, by name, with what their SLOs ask of them."""
        return [self._as_asked(one) for one in self._definitions.slis()]

    def _as_asked(self, sli: Sli) -> Sli:
        """With the groupings that its SLOs ask for, and the longest wait for late events among them."""
        late = self._lateness.get(sli.name, sli.late_arrival)
        wanted = self._groupings.get(sli.name)
        if not wanted and late == sli.late_arrival:
            return sli
        return replace(sli, groupings=tuple(sorted(wanted or ())), late_arrival=late)

    @cached_property
    def _lateness(self) -> dict[str, timedelta]:
        found: dict[str, timedelta] = {}
        for slo in self._definitions.slos():
            found[slo.sli] = max(slo.late_arrival, found.get(slo.sli, slo.late_arrival))
        return found

    @cached_property
    def _groupings(self) -> dict[str, set[tuple[str, ...]]]:
        found: dict[str, set[tuple[str, ...]]] = {}
        for slo in self._definitions.slos():
            if slo.group_by:
                found.setdefault(slo.sli, set()).add(slo.group_by)
        return found

    def _all_spans(self) -> dict[str, Sequence[Span]]:
        if self._spans is None:
            self._spans = self._excluded.spans()
        return self._spans

    def forget(self) -> None:
        """What is excluded has just been changed by this transaction."""
        self._spans = None


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same time as disjoint spans, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
