"""When it is over: what has to be true before an incident may be resolved."""

from collections.abc import Sequence
from datetime import timedelta

from watchbill.incidents.model import Demand, Incident, Recovery
from watchbill.incidents.ports import Measured
from watchbill.kernel.units import Ratio, pct_text

__all__ = ["QUIET_FOR", "QUIET_MINUTES", "demands", "recovery", "unmet"]

QUIET_FOR = timedelta(minutes=30)  # playbook ph. 5, step 5
QUIET_MINUTES = QUIET_FOR // timedelta(minutes=1)


def recovery(measured: Sequence[Measured]) -> tuple[Recovery, ...]:
    """For each SLO, whether its ratio over the stretch was inside the target and all of the stretch was measured."""
    return tuple(
        Recovery(
            slo=one.slo,
            target=one.target,
            ratio=Ratio.of(one.good, one.total) if one.total else None,
            measured_minutes=one.covered,
            wanted_minutes=one.minutes,
        )
        for one in measured
    )


def demands(incident: Incident, recovered: Sequence[Recovery], root_cause: str | None) -> tuple[Demand, ...]:
    """What the end of an incident asks for, each with whether it is met; None where it does not apply."""
    return (
        Demand("all-clear", "the all-clear was sent", incident.all_clear_at is not None),
        Demand("root-cause", "the root cause is noted", bool((root_cause or incident.root_cause or "").strip())),
        _recovered(recovered),
    )


def unmet(asked: Sequence[Demand]) -> tuple[Demand, ...]:
    """Those that stand in the way."""
    return tuple(demand for demand in asked if demand.met is False)


def _recovered(recovered: Sequence[Recovery]) -> Demand:
    text = f"the SLIs were inside their targets for {QUIET_MINUTES} minutes"
    if not recovered:
        return Demand("recovered", text, None, "no SLO measures the affected services")
    behind = [one for one in recovered if not one.is_back]
    return Demand("recovered", text, not behind, "; ".join(_where(one) for one in behind or recovered))


def _where(one: Recovery) -> str:
    if one.ratio is None:
        return f"{one.slo}: nothing was measured"
    measured = (
        ""
        if one.measured_minutes >= one.wanted_minutes
        else f", only {one.measured_minutes} of {one.wanted_minutes} minutes measured"
    )
    return f"{one.slo}: {pct_text(one.ratio.pct)} % of {pct_text(one.target.pct)} %{measured}"
