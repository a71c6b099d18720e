"""Counting incidents over a period, from the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.model import Incident
from watchbill.incidents.ports import Search
from watchbill.incidents.rules.metrics import REPEATED_WITHIN, Group, GroupBy, groups, repeats
from watchbill.incidents.service.desk import Desk

__all__ = ["Counted", "Counting"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """The measures, all together first, and the incidents that repeat an earlier one, each with that."""

    groups: Sequence[Group]
    repeats: Sequence[tuple[Incident, Incident]]


class Counting:
    """Reads only. Incidents that were declared more than 90 days before the period are not looked at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def metrics(
        self, start: datetime, end: datetime, *, service: str | None = None, by: GroupBy | None = None
    ) -> Counted:
        """The figures of [start, end)."""
        found = [one for one in self._since(start - REPEATED_WITHIN, service) if one.declared_at < end]
        alerts = self._desk.store.alert_names([one.id for one in found])
        return Counted(groups(found, start, end, by), repeats(found, alerts, start, end))

    def _since(self, moment: datetime, service: str | None) -> list[Incident]:
        found: list[Incident] = []
        before: int | None = None
        while True:
            search = Search(service=service, drill=False, since=moment, before=before, limit=_AT_ONCE)
            rows = self._desk.store.find(search)
            found += rows
            if len(rows) < _AT_ONCE:
                return found
            before = rows[-1].number
