"""Integrations from their specs."""

from collections.abc import Mapping

from pydantic import ValidationError

from watchbill.adapters.resources.explain import field_text, findings
from watchbill.adapters.resources.kinds.integration import IntegrationSpec, MappingSpec
from watchbill.adapters.resources.reading.compose import compose
from watchbill.adapters.resources.reading.nodes import data_of
from watchbill.alerts.model import Integration, PayloadMapping, Severity
from watchbill.kernel.errors import Invalid

__all__ = ["integration", "mapping_of", "text_data"]


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


def mapping_of(data: Mapping[str, object]) -> PayloadMapping:
    """A mapping that is tried out, checked as in a file; raises Invalid at its first fault."""
    try:
        return _mapping(MappingSpec.model_validate(data))
    except ValidationError as wrong:
        first = findings(wrong, MappingSpec)[0]
        raise Invalid(f"mapping.{field_text(first.loc)}", first.reason, hint=first.hint) from wrong


def text_data(text: str) -> Mapping[str, object]:
    """A mapping as YAML text, alone or below `mapping:`; raises Invalid."""
    composed = compose("mapping", text)
    if composed.faults:
        raise Invalid("yaml", str(composed.faults[0]))
    data = data_of(composed.documents[0])
    if isinstance(data, Mapping) and set(data) == {"mapping"}:
        data = data["mapping"]
    if not isinstance(data, Mapping):
        raise Invalid("yaml", "is no mapping of fields to templates", hint="summary: '{{ payload.text }}'")
    return data
