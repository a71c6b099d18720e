"""Follows the routing tree: from an alert's labels to service, severity, escalation policies and notification groups.

Roots are asked in order; a route that matches asks its children in the same way and stands for itself where none of them
matches; the first match wins unless it says `continue`. What a route leaves out it takes from the one above it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from watchbill.alerts.model import DeclareWhen, Matcher, MatchOp, Route, Routing, RoutingStep, Severity, Target
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.severity import severity_of
from watchbill.catalog.model import Service
from watchbill.kernel.errors import Invalid

__all__ = ["GROUP_BY", "Router", "group_key", "runbook_of", "title_of"]

GROUP_BY = ("alertname", "service")  # where no route says how to group
ALL_LABELS = "..."
_MEMO_SIZE = 20_000
_TITLE_LENGTH = 200
_RUNBOOK_ANNOTATIONS = ("runbook_url", "runbook")
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
        self._memo: dict[tuple[str | None, ...], Routing] = {}

    def route(self, labels: Mapping[str, str]) -> Routing:
        """Where an alert with these labels goes."""
        if self._relevant is None:
            return self._decide(labels, None)
        key = tuple([labels.get(name) for name in self._relevant])
        found = self._memo.get(key)
        if found is None:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            found = self._memo[key] = self._decide(labels, None)
        return found

    def explain(self, labels: Mapping[str, str]) -> tuple[Routing, Sequence[RoutingStep]]:
        """The same, with every route that was asked and why it did or did not match."""
        steps: list[RoutingStep] = []
        return self._decide(labels, steps), steps

    def _decide(self, labels: Mapping[str, str], steps: list[RoutingStep] | None) -> Routing:
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
        targets = tuple(self._target(node, labels, service, severity, policy) for node in matched)
        if not targets:
            targets = (self._target(_Node(Route(""), "", (), ()), labels, service, severity, policy),)
            policy_reason = f"{_WHY_NO_ROUTE}; {policy_reason}"
        elif first.escalation_policy:
            policy_reason = f"route {matched[0].path} says so"
        return Routing(service, severity, targets, service_reason, severity_reason, policy_reason)

    def _target(
        self, node: _Node, labels: Mapping[str, str], service: str | None, severity: Severity, fallback: str | None
    ) -> Target:
        route = node.route
        when = route.declare_incident or DeclareWhen.P0
        declares = when is not DeclareWhen.NEVER and severity.rank <= Severity(when.value).rank
        policy = route.escalation_policy or fallback
        grouped = _group_labels(route.group_by or GROUP_BY, labels, service)
        return Target(
            route=node.path,
            escalation_policy=policy,
            group_key=group_key(node.path or f"policy {policy}", grouped),
            group_labels=grouped,
            group_wait=route.group_wait or timedelta(0),
            group_interval=route.group_interval or timedelta(minutes=5),
            repeat_interval=route.repeat_interval or timedelta(hours=4),
            declares_incident=declares,
        )

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

    def _relevant_labels(self) -> tuple[str, ...] | None:
        """The labels that decisions depend on; None where that is all of them."""
        names = {"severity", "slo", "tier", "service", "job", "team", *GROUP_BY}
        waiting = list(self._roots)
        while waiting:
            node = waiting.pop()
            if ALL_LABELS in (node.route.group_by or ()):
                return None
            names.update(node.route.group_by or ())
            names.update(matcher.name for matcher, _ in node.conditions)
            waiting += node.children
        return tuple(sorted(names))


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


def _group_labels(
    group_by: Sequence[str], labels: Mapping[str, str], service: str | None
) -> tuple[tuple[str, str], ...]:
    if ALL_LABELS in group_by:
        return tuple(sorted(labels.items()))
    known = {"service": service, **labels} if service else labels
    return tuple((name, value) for name in sorted(set(group_by)) if (value := known.get(name)))


def group_key(route: str, grouped: Sequence[tuple[str, str]]) -> str:
    """The name of a notification group: `payments:{alertname="Down", service="checkout"}`."""
    inner = ", ".join(str(Matcher(name, MatchOp.EQUAL, value)) for name, value in grouped)
    return f"{route}:{{{inner}}}"


def title_of(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    """One line for people: the author's summary, else the alert's name and where it is."""
    written = annotations.get("summary") or annotations.get("title")
    if written:
        return " ".join(written.split())[:_TITLE_LENGTH]
    name = labels.get("alertname")
    if not name:
        return ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))[:_TITLE_LENGTH]
    place = labels.get("instance") or labels.get("service") or ""
    return (f"{name} on {place}" if place else name)[:_TITLE_LENGTH]


def runbook_of(
    labels: Mapping[str, str], annotations: Mapping[str, str], by_alert_name: Callable[[str], str | None]
) -> str | None:
    """The runbook's address or name: annotation runbook_url or runbook, label runbook, else the one written for the alert."""
    for name in _RUNBOOK_ANNOTATIONS:
        if annotations.get(name):
            return annotations[name]
    return labels.get("runbook") or by_alert_name(labels.get("alertname", ""))
