"""Integrations from their specs."""

from watchbill.adapters.resources.kinds.integration import IntegrationSpec, MappingSpec
from watchbill.alerts.model import Integration, PayloadMapping, Severity

__all__ = ["integration"]


def integration(spec: IntegrationSpec, name: str) -> Integration:
    """A sender with its mapping."""
    return Integration(name, spec.service, _mapping(spec.mapping) if spec.mapping else None)


def _mapping(spec: MappingSpec) -> PayloadMapping:
    usual = PayloadMapping()
    resolved, acknowledged = spec.resolved_when, spec.acknowledged_when
    return PayloadMapping(
        each=spec.each,
        alertname=spec.alertname,
        status=spec.status,
        dedup_key=spec.dedup_key,
        severity=spec.severity,
        service=spec.service,
        summary=spec.summary,
        description=spec.description,
        url=spec.url,
        runbook=spec.runbook,
        labels=spec.labels,
        annotations=spec.annotations,
        severities={word: Severity(meant) for word, meant in spec.severities.items()},
        resolved_when=usual.resolved_when if resolved is None else tuple(one.lower() for one in resolved),
        acknowledged_when=usual.acknowledged_when
        if acknowledged is None
        else tuple(one.lower() for one in acknowledged),
    )
