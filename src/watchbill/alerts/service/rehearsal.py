"""Alert state in memory, in which a replay folds: nothing that is stored is read or written."""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from watchbill.alerts.model import Alert, AlertStatus
from watchbill.alerts.rules.merging import Standing
from watchbill.alerts.service.steps import Folded
from watchbill.kernel.ids import AlertId

__all__ = ["Rehearsal"]


@dataclass(slots=True)
class Rehearsal:
    """alerts.ports.FoldStore without a database."""

    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    _standing: dict[str, Standing] = field(default_factory=dict)
    _ends: list[tuple[datetime, str]] = field(default_factory=list)  # a heap; entries that were prolonged are stale

    def standing(self, fingerprints: Collection[str]) -> Mapping[str, Standing]:
        """The newest occurrence of each fingerprint that has one."""
        return {one: self._standing[one] for one in fingerprints if one in self._standing}

    def load(self, alerts: Collection[AlertId]) -> Mapping[AlertId, Alert]:
        """These occurrences, whole."""
        return {one: self.alerts[one] for one in alerts}

    def due(self, now: datetime, limit: int) -> Sequence[str]:
        """Fingerprints of firing ones whose `ends_at` has come, earliest first, each handed out once."""
        found: dict[str, None] = {}
        while self._ends and self._ends[0][0] <= now and len(found) < limit:
            ends_at, identity = heapq.heappop(self._ends)
            known = self._standing[identity]
            if known.status is AlertStatus.FIRING and known.ends_at == ends_at:
                found[identity] = None
        return list(found)

    def firing_labels(self) -> Iterable[tuple[AlertId, Mapping[str, str], str | None, tuple[str, ...]]]:
        """Of all that fire: id, labels, service, and the silences that cover it."""
        for known in self._standing.values():
            if known.status is AlertStatus.FIRING:
                alert = self.alerts[known.id]
                yield alert.id, alert.labels, alert.service, alert.silenced_by

    def keep(self, folded: Folded) -> None:
        """What the fold came to."""
        for alert in (*folded.opened, *folded.changed):
            self.alerts[alert.id] = alert
        for identity, standing in folded.standing.items():
            self._standing[identity] = standing
            if standing.status is AlertStatus.FIRING:
                heapq.heappush(self._ends, (standing.ends_at, identity))
