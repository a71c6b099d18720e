"""A snapshot of the measurements for the timeline: what failed and what was left of the budgets at that moment."""

from watchbill.incidents.model import Incident, SloImpact
from watchbill.incidents.service.desk import Desk
from watchbill.kernel.units import pct_text

__all__ = ["impacts", "snapshot_words"]


def impacts(desk: Desk, incident: Incident) -> list[SloImpact]:
    """What the incident took from each SLO of its services until it was resolved, or now; the worst first."""
    end = incident.resolved_at or incident.closed_at or desk.now
    found = [one for service in incident.services for one in desk.measurements.impact(service, incident.began_at, end)]
    return sorted(found, key=lambda one: (one.consumed_pct is None, -(one.consumed_pct or 0), one.slo))


def snapshot_words(desk: Desk, incident: Incident) -> str:
    """One clause for each SLO that has numbers; empty where none has."""
    return "; ".join(
        _clause(one) for one in impacts(desk, incident) if one.good + one.bad or one.remaining_pct is not None
    )


def _clause(one: SloImpact) -> str:
    total = one.good + one.bad
    failed = f"{one.bad:,} of {total:,} events failed" if total else "no events"
    left = f", {pct_text(one.remaining_pct, 1)} % of the budget left" if one.remaining_pct is not None else ""
    burn = f", burning {pct_text(one.burn_1h, 1)}\N{MULTIPLICATION SIGN}" if one.burn_1h is not None else ""
    return f"{one.slo}: {failed}{left}{burn}"
