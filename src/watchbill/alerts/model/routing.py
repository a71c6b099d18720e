"""Where alerts go: the routing tree that teams write, and what following it came to."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from watchbill.alerts.model.matching import Matcher
from watchbill.alerts.model.severity import Severity

__all__ = ["DeclareWhen", "Route", "Routing", "RoutingStep", "Target"]


class DeclareWhen(StrEnum):
    """From which severity on an alert declares an incident by itself."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Route:
    """One node of the tree. None means: as the node above says. `group_by` of ("...",) means all labels."""

    name: str
    match: tuple[Matcher, ...] = ()
    service: str | None = None
    escalation_policy: str | None = None
    severity: Severity | None = None
    group_by: tuple[str, ...] | None = None
    group_wait: timedelta | None = None
    group_interval: timedelta | None = None
    repeat_interval: timedelta | None = None
    declare_incident: DeclareWhen | None = None
    continues: bool = False  # `continue: true`: later siblings are asked as well
    routes: tuple["Route", ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """One place that an alert goes to. Alerts with the same `group_key` are told together.

    `route` is the path of names through the tree; "" where no route matched and the service's own team is asked.
    """

    route: str
    escalation_policy: str | None
    group_key: str
    group_labels: tuple[tuple[str, str], ...] = ()
    group_wait: timedelta = timedelta(0)
    group_interval: timedelta = timedelta(minutes=5)
    repeat_interval: timedelta = timedelta(hours=4)
    declares_incident: bool = False


@dataclass(frozen=True, slots=True)
class RoutingStep:
    """One route that was asked: did it match, and why (the first condition that failed, or all that held)."""

    route: str
    matched: bool
    reason: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Routing:
    """The decision: service, severity and targets, with the reason for each choice in words."""

    service: str | None
    severity: Severity
    targets: tuple[Target, ...]
    service_reason: str = ""
    severity_reason: str = ""
    policy_reason: str = ""
