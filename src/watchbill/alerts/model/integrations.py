"""Integrations: senders by name, the service that they speak for, and how a body of no known protocol is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchbill.alerts.model.severity import Severity

__all__ = ["Integration", "PayloadMapping"]


@dataclass(frozen=True, slots=True)
class PayloadMapping:
    """How alerts are read out of a payload. Every text is a Liquid template over `payload` and, with `each`, `item`.

    `each` is a dotted path to a list (None: the payload is one alert). `resolved_when` and `acknowledged_when` are values of
    `status`, compared without regard to case; `severities` maps what `severity` says.
    """

    each: str | None = None
    alertname: str = ""
    status: str = ""
    dedup_key: str = ""
    severity: str = ""
    service: str = ""
    summary: str = ""
    description: str = ""
    url: str = ""
    runbook: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    resolved_when: tuple[str, ...] = ("resolved", "ok", "closed", "recovered", "recovery", "up", "normal", "inactive")
    acknowledged_when: tuple[str, ...] = ("acknowledged", "ack")


@dataclass(frozen=True, slots=True)
class Integration:
    """A sender that has a name. `service`: what its alerts are about where they do not say so themselves."""

    name: str
    service: str | None = None
    mapping: PayloadMapping | None = None
