"""`integration`: a sender of alerts by name, the service that it speaks for, and how its payload is read."""

from typing import Literal

from pydantic import Field

from watchbill.adapters.resources.fields import Name, Spec

__all__ = ["IntegrationSpec", "MappingSpec"]

_Severity = Literal["P0", "P1", "P2", "P3"]


class MappingSpec(Spec):
    """How alerts are read out of any JSON. Texts are Liquid templates over `payload`, and `item` where `each` is set."""

    each: str | None = Field(
        default=None, description="Dotted path to a list of alerts; the payload is one if left out"
    )
    alertname: str = Field(default="", description="What kind of alert it is, which routes and runbooks match")
    status: str = Field(default="", description="firing, or one of resolved_when / acknowledged_when")
    dedup_key: str = Field(default="", description="The sender's own id of the alert; name and summary if left out")
    severity: str = Field(default="", description="A word of `severities`, or one that watchbill knows")
    service: str = Field(default="", description="The service that it is about")
    summary: str = Field(default="", description="One line for people")
    description: str = Field(default="", description="More of it")
    url: str = Field(default="", description="Where it can be looked at")
    runbook: str = Field(default="", description="What to do about it")
    labels: dict[str, str] = Field(default={}, description="Further labels")
    annotations: dict[str, str] = Field(default={}, description="Further annotations")
    severities: dict[str, _Severity] = Field(default={}, description="What the sender's words for severity mean")
    resolved_when: list[str] | None = Field(default=None, description="Values of `status` that mean: it is over")
    acknowledged_when: list[str] | None = Field(default=None, description="Values that mean: somebody has it")


class IntegrationSpec(Spec):
    """A sender of alerts over webhooks, PagerDuty's or Opsgenie's API; `token create --intake NAME` makes its key."""

    name: Name = Field(description="The integration's id")
    service: Name | None = Field(default=None, description="What its alerts are about where they do not say so")
    mapping: MappingSpec | None = Field(default=None, description="For /hooks/generic and /hooks/cloudevents")
