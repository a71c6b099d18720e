"""Follows the routing tree: from an alert's labels to service, severity, escalation policies and notification groups.

Roots are asked in order; a route that matches asks its children in the same way and stands for itself where none of them
matches; the first match wins unless it says `continue`. What a route leaves out it takes from the one above it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from watchbill.alerts.model import DeclareWhen, Matcher, Route, Routing, RoutingStep, Severity, Target
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.grouping import GROUP_BY, grouped
from watchbill.alerts.rules.severity import severity_of
from watchbill.catalog.model import Service
from watchbill.kernel.errors import Invalid

__all__ = ["Router"]

_MEMO_SIZE = 20_000
_WHY_NO_ROUTE = "no route matches"


@dataclass(frozen=True, slots=True)
class _Node:
    """A route with its matchers made ready and its options filled in from above."""

    route: Route
    path: str
    conditions: tuple[tuple[Matcher, Compiled], ...]
    children: tuple["_Node", ...]


class Router:
    """The tree made ready, over one state of the resources. Decisions are remembered by the labels that they depend on."""

    def __init__(
        self,
        routes: Sequence[Route],
        *,
        compile_matcher: Callable[[Matcher], Compiled],
        service: Callable[[str], Service | None],
        policies: Collection[str] = (),
        policy_for_schedule: Callable[[str], str | None] = lambda _schedule: None,
        version: str = "",
    ) -> None:
        self.version = version
        self.routes = tuple(routes)
        self._compile = compile_matcher
        self._roots = tuple(self._node(route, None, "") for route in routes)
        self._service = service
        self._policies = frozenset(policies)
        self._policy_for_schedule = policy_for_schedule
        self._relevant = self._relevant_labels()
        self._memo: dict[tuple[str | None, ...], _Choice] = {}

    def route(self, labels: Mapping[str, str]) -> Routing:
        """Where an alert with these labels goes."""
        key = tuple([labels.get(name) for name in self._relevant])
        choice = self._memo.get(key)
        if choice is None:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            choice = self._memo[key] = self._choose(labels, None)
        return choice.routing(labels)

    def explain(self, labels: Mapping[str, str]) -> tuple[Routing, Sequence[RoutingStep]]:
        """The same, with every route that was asked and why it did or did not match."""
        steps: list[RoutingStep] = []
        return self._choose(labels, steps).routing(labels), steps

    def _choose(self, labels: Mapping[str, str], steps: list[RoutingStep] | None) -> "_Choice":
        service, service_reason = self._service_of(labels)
        severity, severity_reason = severity_of(labels)
        owner = self._service(service) if service else None
        offered = {
            "severity": (severity.value,),
            "service": (service,) if service else (),
            "team": (owner.owner_team,) if owner and owner.owner_team else (),
        }
        matched = _walk(self._roots, labels, offered, steps, 0)
        first = matched[0].route if matched else Route("")
        if first.service:
            known = self._service(first.service)
            service, service_reason = (known.name if known else first.service), f"route {matched[0].path} says so"
        if first.severity:
            severity, severity_reason = first.severity, f"route {matched[0].path} says so"
        policy, policy_reason = self._default_policy(service)
        if not matched:
            policy_reason = f"{_WHY_NO_ROUTE}; {policy_reason}"
        elif first.escalation_policy:
            policy_reason = f"route {matched[0].path} says so"
        nodes = tuple(matched) or (_Node(Route(""), "", (), ()),)
        targets = tuple((_target(node, severity, policy), node.route.group_by or GROUP_BY) for node in nodes)
        return _Choice(Routing(service, severity, (), service_reason, severity_reason, policy_reason), targets)

    def _service_of(self, labels: Mapping[str, str]) -> tuple[str | None, str]:
        """Label `service` (an alias becomes the name; a name that the catalog lacks stays), else a `job` that is a service."""
        named = labels.get("service", "")
        if named:
            known = self._service(named)
            return (known.name, "label service") if known else (named, "label service (not in the catalog)")
        job = labels.get("job", "")
        known = self._service(job) if job else None
        return (known.name, "label job") if known else (None, "neither label service nor a job of the catalog")

    def _default_policy(self, service: str | None) -> tuple[str | None, str]:
        """Whom to call where no route says: the owner team's policy, the one that pages the rotation, `default`, the only one."""
        known = self._service(service) if service else None
        if known and known.owner_team in self._policies:
            return known.owner_team, f"policy of {known.name}'s owner team {known.owner_team}"
        paging = self._policy_for_schedule(known.oncall_rotation) if known and known.oncall_rotation else None
        if known and paging:
            return paging, f"policy that notifies {known.name}'s rotation {known.oncall_rotation}"
        if "default" in self._policies:
            return "default", "policy `default`"
        if len(self._policies) == 1:
            return next(iter(self._policies)), "the only policy"
        return None, "no policy fits: write a route, or a policy named `default`"

    def _node(self, route: Route, above: Route | None, path: str) -> _Node:
        filled = _filled(route, above) if above else route
        own = f"{path}/{route.name}" if path else route.name
        return _Node(
            route=filled,
            path=own,
            conditions=tuple((matcher, self._ready(matcher)) for matcher in route.match),
            children=tuple(self._node(child, filled, own) for child in route.routes),
        )

    def _ready(self, matcher: Matcher) -> Compiled:
        """A pattern that cannot be read matches nothing: alerts then go to whoever the other routes name, and still page."""
        try:
            return self._compile(matcher)
        except Invalid:
            return lambda _value: False

    def _relevant_labels(self) -> tuple[str, ...]:
        """The labels that choices depend on; those that only group do not count."""
        names = {"severity", "slo", "tier", "service", "job", "team"}
        waiting = list(self._roots)
        while waiting:
            node = waiting.pop()
            names.update(matcher.name for matcher, _ in node.conditions)
            waiting += node.children
        return tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the tree says of many alerts alike; each alert still has groups of its own."""

    shared: Routing
    targets: tuple[tuple[Target, tuple[str, ...]], ...]  # without a group, and by which labels to group

    def routing(self, labels: Mapping[str, str]) -> Routing:
        """For one of them."""
        shared = self.shared
        targets = tuple([grouped(target, group_by, labels, shared.service) for target, group_by in self.targets])
        return Routing(
            shared.service,
            shared.severity,
            targets,
            shared.service_reason,
            shared.severity_reason,
            shared.policy_reason,
        )


def _target(node: _Node, severity: Severity, fallback: str | None) -> Target:
    route = node.route
    when = route.declare_incident or DeclareWhen.P0
    policy = route.escalation_policy or fallback
    return Target(
        route=node.path,
        escalation_policy=policy,
        group_key=node.path or (f"policy {policy}" if policy else "unrouted"),
        group_wait=route.group_wait or timedelta(0),
        group_interval=route.group_interval or timedelta(minutes=5),
        repeat_interval=route.repeat_interval or timedelta(hours=4),
        declares_incident=when is not DeclareWhen.NEVER and severity.rank <= Severity(when.value).rank,
    )


def _filled(route: Route, above: Route) -> Route:
    """The route with what it leaves out taken from the one above."""
    inherited = (
        "service",
        "escalation_policy",
        "severity",
        "group_by",
        "group_wait",
        "group_interval",
        "repeat_interval",
        "declare_incident",
    )
    given = {name: getattr(above, name) for name in inherited if getattr(route, name) is None}
    return replace(route, **given)


def _walk(
    nodes: Sequence[_Node],
    labels: Mapping[str, str],
    offered: Mapping[str, tuple[str, ...]],
    steps: list[RoutingStep] | None,
    depth: int,
) -> list[_Node]:
    found: list[_Node] = []
    for node in nodes:
        failed = _first_failure(node, labels, offered)
        if steps is not None:
            steps.append(_step(node, failed, labels, depth))
        if failed is not None:
            continue
        below = _walk(node.children, labels, offered, steps, depth + 1)
        found += below or [node]
        if not node.route.continues:
            break
    return found


def _first_failure(node: _Node, labels: Mapping[str, str], offered: Mapping[str, tuple[str, ...]]) -> Matcher | None:
    """The first condition that does not hold. `severity`, `service` and `team` also stand for what watchbill made of them.

    A condition of likeness holds if either reading satisfies it; one of difference (`!=`, `!~`) only if both do.
    """
    for matcher, accepts in node.conditions:
        values = (labels.get(matcher.name, ""), *offered.get(matcher.name, ()))
        if not (any if matcher.op.is_equal else all)(accepts(value) for value in values):
            return matcher
    return None


def _step(node: _Node, failed: Matcher | None, labels: Mapping[str, str], depth: int) -> RoutingStep:
    if failed is not None:
        return RoutingStep(
            node.path, matched=False, reason=f"{failed} does not hold for {_shown(failed.name, labels)}", depth=depth
        )
    held = ", ".join(str(matcher) for matcher, _ in node.conditions)
    return RoutingStep(node.path, matched=True, reason=f"{held} holds" if held else "it has no conditions", depth=depth)


def _shown(name: str, labels: Mapping[str, str]) -> str:
    return f'{name}="{labels[name]}"' if name in labels else f"an alert without label {name}"
