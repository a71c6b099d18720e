"""One table of severities, whoever sends the alert (playbook ph. 4, alert severity guide)."""

from collections.abc import Mapping

from watchbill.alerts.model import Severity

__all__ = ["LABEL", "OPSGENIE", "PAGERDUTY", "SLO_TIER", "severity_of"]

# What the label `severity` says; read without regard to case.
LABEL: Mapping[str, Severity] = {
    "critical": Severity.P0, "page": Severity.P0, "p0": Severity.P0,
    "error": Severity.P1, "high": Severity.P1, "p1": Severity.P1,
    "warning": Severity.P2, "ticket": Severity.P2, "p2": Severity.P2,
    "info": Severity.P3, "none": Severity.P3, "p3": Severity.P3,
}  # fmt: skip

# The burn tiers of watchbill's own SLO alerts.
SLO_TIER: Mapping[str, Severity] = {"fast": Severity.P0, "medium": Severity.P0, "slow": Severity.P2}

# `payload.severity` of the PagerDuty Events API v2.
PAGERDUTY: Mapping[str, Severity] = {
    "critical": Severity.P0, "error": Severity.P1, "warning": Severity.P2, "info": Severity.P3,
}  # fmt: skip

# `priority` of the Opsgenie Alert API.
OPSGENIE: Mapping[str, Severity] = {
    "P1": Severity.P0, "P2": Severity.P1, "P3": Severity.P2, "P4": Severity.P3, "P5": Severity.P3,
}  # fmt: skip

# An alert that does not say how bad it is must not be missed, and must not wake everybody as the worst does.
UNSTATED = Severity.P1


def severity_of(labels: Mapping[str, str]) -> tuple[Severity, str]:
    """The severity and the reason in words: label `severity`, then the burn tier of an SLO alert, else P1."""
    stated = labels.get("severity", "")
    known = LABEL.get(stated.lower())
    if known is not None:
        return known, f"label severity={stated}"
    tier = labels.get("tier", "")
    if "slo" in labels and tier in SLO_TIER:
        return SLO_TIER[tier], f"{tier} burn of an SLO"
    if stated:
        return UNSTATED, f"label severity={stated} is not a known severity, so it counts as unstated"
    return UNSTATED, "no severity stated"
