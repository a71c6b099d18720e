"""Routes from their specs, and the order in which the roots are asked."""

from watchbill.adapters.resources.kinds.route import RouteSpec
from watchbill.alerts.model import DeclareWhen, Route, Severity
from watchbill.alerts.rules.matchers import parse_matcher
from watchbill.kernel.documents import Document
from watchbill.kernel.units import duration

__all__ = ["place", "route"]

_USUAL_ORDER = 100


def place(spec: RouteSpec, document: Document) -> tuple[object, ...]:
    """Sorts roots: by `order`, then file by file as written, then those made by hand, by name."""
    order = _USUAL_ORDER if spec.order is None else spec.order
    return order, document.origin is None, document.origin or "", document.line, document.name


def route(spec: RouteSpec, name: str) -> Route:
    """A route with all below it; those without a name are called after what they choose."""
    below = (
        route(one, one.name or one.service or one.escalation_policy or str(number))
        for number, one in enumerate(spec.routes, 1)
    )
    return Route(
        name=name,
        match=tuple(parse_matcher(text) for text in spec.match),
        service=spec.service,
        escalation_policy=spec.escalation_policy,
        severity=Severity(spec.severity) if spec.severity else None,
        group_by=None if spec.group_by is None else tuple(spec.group_by),
        group_wait=None if spec.group_wait is None else duration(spec.group_wait, allow_zero=True),
        group_interval=None if spec.group_interval is None else duration(spec.group_interval),
        repeat_interval=None if spec.repeat_interval is None else duration(spec.repeat_interval),
        declare_incident=DeclareWhen(spec.declare_incident.when) if spec.declare_incident else None,
        continues=spec.go_on,
        routes=tuple(below),
    )
