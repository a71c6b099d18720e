"""Operations on routing: where would an alert with these labels go, and why."""

from pydantic import BaseModel, ConfigDict, Field

from watchbill.alerts.model import Severity
from watchbill.bootstrap import Services
from watchbill.people.model import Actor

__all__ = ["RouteStepView", "RouteTargetView", "RoutingView", "TestRoute", "test"]


class TestRoute(BaseModel):
    """Input of `route.test`: labels of an alert, as it would be sent."""

    model_config = ConfigDict(extra="forbid")

    labels: dict[str, str] = Field(min_length=1)


class RouteStepView(BaseModel):
    """One route that was asked, how deep it lies in the tree, and why it matched or did not."""

    route: str
    depth: int
    matched: bool
    reason: str


class RouteTargetView(BaseModel):
    """One place that the alert would go to; the durations are in seconds."""

    route: str
    escalation_policy: str | None
    group_key: str
    group_labels: dict[str, str]
    group_wait_seconds: float
    group_interval_seconds: float
    repeat_interval_seconds: float
    declares_incident: bool


class RoutingView(BaseModel):
    """The answer, with the reason for each choice."""

    service: str | None
    service_reason: str
    severity: Severity
    severity_reason: str
    policy_reason: str
    notify: bool
    targets: list[RouteTargetView]
    steps: list[RouteStepView]
    silenced_by: list[str]
    runbook: str | None
    sentence: str


def test(s: Services, who: Actor, given: TestRoute) -> RoutingView: ...
