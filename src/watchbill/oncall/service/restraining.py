"""Looks at what is going on before a new group is called for: does something upstream explain it, does it flap, is it a flood?"""

from datetime import timedelta

from watchbill.alerts.model import AlertNotice
from watchbill.kernel.errors import NotFound
from watchbill.oncall.model import Escalation, EscalationKind, EscalationPolicy
from watchbill.oncall.rules.restraint import FLAP_WITHIN, STORM_WITHIN, Restraint, restrain
from watchbill.oncall.service.desk import Desk

__all__ = ["Restraining"]


class Restraining:
    """Reads only."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def upstream(self, service: str | None) -> Escalation | None:
        """The walk for something that the service cannot do without, nearest first; None where nothing of it fires."""
        for name in self._needed(service):
            found = self._desk.escalations.find(unresolved=True, service=name, limit=5)
            firing = [one for one in found if one.firing and one.kind is EscalationKind.ALERT]
            if firing:
                return firing[0]
        return None

    def of(self, notice: AlertNotice, policy: EscalationPolicy) -> Restraint:
        """How a new group of this policy is to be called for."""
        now = self._desk.now
        alert = self._desk.alerts.get(notice.alert)
        target = next((one for one in alert.targets if one.group_key == notice.group_key), None) if alert else None
        return restrain(
            group_wait=target.group_wait if target else timedelta(0),
            group_starts=self._desk.escalations.begun(now - FLAP_WITHIN, group_key=notice.group_key),
            policy_starts=self._desk.escalations.begun(now - STORM_WITHIN, policy=policy.name),
        )

    def _needed(self, service: str | None) -> list[str]:
        """Hard dependencies, direct ones first, each once; empty for a service that the catalog lacks."""
        if service is None:
            return []
        try:
            start = self._desk.catalog.find(service).name
        except NotFound:
            return []
        graph = self._desk.catalog.graph()
        found: dict[str, None] = {}
        ahead = [start]
        while ahead:
            edges = [edge for name in ahead for edge in graph.upstream(name) if edge.hard]
            ahead = [edge.callee for edge in edges if edge.callee not in found and edge.callee != start]
            found |= dict.fromkeys(ahead)
        return list(found)
