"""Counting incidents over a period, from the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watchbill.incidents.rules.metrics import REPEATED_WITHIN, Group, GroupBy, Past, groups, repeats
from watchbill.incidents.service.desk import Desk

__all__ = ["Counted", "Counting"]


@dataclass(frozen=True, slots=True)
class Counted:
    """The measures, all together first, and the incidents that repeat an earlier one, each with that."""

    groups: Sequence[Group]
    repeats: Sequence[tuple[Past, Past]]


class Counting:
    """Reads only. Incidents that were declared more than 90 days before the period are not looked at."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def metrics(
        self, start: datetime, end: datetime, *, service: str | None = None, by: GroupBy | None = None
    ) -> Counted:
        """The figures of [start, end)."""
        told = self._desk.store.milestones(start - REPEATED_WITHIN, end, service, since=start)
        alerts = self._desk.store.alert_names([one.id for one, alerted in told if alerted])
        found = [one for one, _alerted in told]
        return Counted(groups(found, start, end, by), repeats(found, alerts, start, end))
