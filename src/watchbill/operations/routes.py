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


def test(s: Services, who: Actor, given: TestRoute) -> RoutingView:
    """Follow the tree for these labels; nothing happens."""
    answer = s.alerts.test_route(given.labels)
    routing = answer.routing
    targets = [
        RouteTargetView(
            route=target.route,
            escalation_policy=target.escalation_policy,
            group_key=target.group_key,
            group_labels=dict(target.group_labels),
            group_wait_seconds=target.group_wait.total_seconds(),
            group_interval_seconds=target.group_interval.total_seconds(),
            repeat_interval_seconds=target.repeat_interval.total_seconds(),
            declares_incident=target.declares_incident,
        )
        for target in routing.targets
    ]
    policies = [target.escalation_policy for target in targets if target.escalation_policy]
    notify = routing.severity.pages and bool(policies) and not answer.silenced_by
    return RoutingView(
        service=routing.service,
        service_reason=routing.service_reason,
        severity=routing.severity,
        severity_reason=routing.severity_reason,
        policy_reason=routing.policy_reason,
        notify=notify,
        targets=targets,
        steps=[
            RouteStepView(route=step.route, depth=step.depth, matched=step.matched, reason=step.reason)
            for step in answer.steps
        ],
        silenced_by=list(answer.silenced_by),
        runbook=answer.runbook,
        sentence=_sentence(routing.severity, policies, silenced=bool(answer.silenced_by)),
    )


def _sentence(severity: Severity, policies: list[str], *, silenced: bool) -> str:
    if silenced:
        return f"A silence covers it: this {severity} calls nobody until the silence ends."
    if not severity.pages:
        return f"A {severity} calls nobody: it waits in the list of alerts."
    if not policies:
        return f"Nobody would be called for this {severity}: no route and no team's policy takes it."
    return f"This {severity} is called out by {' and by '.join(policies)}."
