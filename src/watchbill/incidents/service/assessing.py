"""How bad an incident is, by what is known and measured at the moment."""

from dataclasses import replace
from fractions import Fraction

from watchbill.incidents.model import Assessment, Impact, Incident, Recovery, Severity
from watchbill.incidents.rules.recovery import QUIET_FOR, recovery
from watchbill.incidents.rules.revenue import with_revenue
from watchbill.incidents.rules.severity import assess, floors, row_for, with_triggers
from watchbill.incidents.rules.sla import is_imminent
from watchbill.incidents.service.desk import Desk
from watchbill.kernel.errors import Conflict, NotFound

__all__ = ["Assessing"]


class Assessing:
    """Puts the rules to what the desk can see."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def bad_ratio(self, service: str | None) -> Fraction | None:
        """Share of failing events of the service lately."""
        return self._desk.measurements.bad_ratio(service, self._desk.now) if service else None

    def complete(self, impact: Impact, service: str | None) -> Impact:
        """The impact with what data can add: what is broken, the revenue that is being lost, an SLA that is about to break."""
        house, bad_ratio = self._desk.people.organisation(), self.bad_ratio(service)
        earns = service is not None and service in house.revenue_services
        earning = with_revenue(impact, house.revenue_per_minute if earns else None, bad_ratio)
        seen = row_for(self._tier(service), bad_ratio).at_least(impact.seen) if bad_ratio else impact.seen
        return replace(
            earning,
            seen=seen,
            sla_imminent=impact.sla_imminent or self.sla_imminent(service),
        )

    def sla_imminent(self, service: str | None) -> bool:
        """Whether an SLA of the service is broken within the hour."""
        return service is not None and is_imminent(self._desk.measurements.sla_outlook(service, self._desk.now))

    def assess(self, impact: Impact, service: str | None) -> Assessment:
        """The severity by matrix and triggers."""
        limit = self._desk.people.organisation().sev1_revenue_per_minute
        return assess(
            impact, tier=self._tier(service), bad_ratio=self.bad_ratio(service), sev1_revenue_per_minute=limit
        )

    def raised(self, wanted: Severity, impact: Impact) -> Severity:
        """A severity that a person named for a new incident, raised by the triggers."""
        reasons = with_triggers(wanted, impact, self._desk.people.organisation().sev1_revenue_per_minute)
        return reasons[-1].after if reasons else wanted

    def require_floor(self, wanted: Severity, impact: Impact) -> None:
        """Raise Conflict where a trigger holds the severity above what somebody wants to set."""
        for floor in floors(impact, self._desk.people.organisation().sev1_revenue_per_minute):
            if floor.least.is_worse_than(wanted):
                raise Conflict(
                    f"{floor.trigger}: this is {floor.least} at least, {wanted} is not possible",
                    hint="where that is not so (any more), say so first: incident severity --no-data-loss, --no-pii-breach, --no-revenue",
                )

    def recovered(self, incident: Incident) -> tuple[Recovery, ...]:
        """How the SLOs of all affected services did over the last half hour."""
        lately = self._desk.measurements.lately
        measured = [one for service in incident.services for one in lately(service, QUIET_FOR)]
        return recovery(measured)

    def _tier(self, service: str | None) -> str | None:
        if service is None:
            return None
        try:
            return self._desk.catalog.find(service).tier
        except NotFound:  # an incident outlives the catalog's entry
            return None
