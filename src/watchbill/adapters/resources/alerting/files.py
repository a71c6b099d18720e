"""Reads rule files into alerts with the place of each of their parts; what cannot be read is a fault with its place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from watchbill.adapters.resources.alerting.promql import expression_of
from watchbill.adapters.resources.reading.compose import compose
from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Scalar, node_at
from watchbill.alerts.model.written import Place, WrittenAlert
from watchbill.kernel.errors import Fault, Invalid
from watchbill.kernel.units import duration

__all__ = ["RuleFile", "read_rules"]


@dataclass(slots=True)
class RuleFile:
    """What a file holds: alerting rules in their order (recording rules are passed over), and faults."""

    alerts: list[WrittenAlert] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_rules(path: str, text: str) -> RuleFile:
    """The alerts of one file: `groups:` at its top, below `spec:` (PrometheusRule), or below any name (Mimir's namespaces)."""
    composed = compose(path, text)
    found = RuleFile(faults=list(composed.faults))
    groups = [group for document in composed.documents for group in _groups(document)]
    if not groups and not composed.faults:
        found.faults.append(Fault(path, 1, 1, "groups", "the file holds no group of rules", "write groups: [{name: .., rules: [..]}]"))  # fmt: skip
    for group in groups:
        rules = _child(group, "rules")
        for rule in rules.children if isinstance(rules, Items) else ():
            if isinstance(rule, Mapping) and "alert" in rule.children:
                found.alerts.append(_alert(path, rule, _labels(group), found))
    return found


def _groups(document: Node) -> Iterator[Mapping]:
    if not isinstance(document, Mapping):
        return
    places = [document, *(child for child in document.children.values() if isinstance(child, Mapping))]
    for place in places:
        listed = place.children.get("groups")
        if isinstance(listed, Items):
            yield from (group for group in listed.children if isinstance(group, Mapping))
    for name, child in document.children.items():  # Mimir: {namespace: [group, ...]}
        if name != "groups" and isinstance(child, Items):
            yield from (one for one in child.children if isinstance(one, Mapping) and "rules" in one.children)


def _alert(path: str, rule: Mapping, above: dict[str, str], found: RuleFile) -> WrittenAlert:
    name, expr = _text(rule, "alert"), _text(rule, "expr")
    places = {part: Place(path, *node_at(rule, (part,))) for part in rule.children}
    expression, fault = None, ""
    if not expr:
        fault = "there is none"
    else:
        try:
            expression = expression_of(expr)
        except ValueError as wrong:
            fault = str(wrong)
    return WrittenAlert(
        name=name,
        place=Place(path, rule.line, rule.column),
        expr=expr,
        expression=expression,
        fault=fault,
        labels=above | _mapping(rule, "labels"),
        annotations=_mapping(rule, "annotations"),
        waits=_span(path, rule, "for", found),
        keeps=_span(path, rule, "keep_firing_for", found),
        places=places,
    )


def _labels(group: Mapping) -> dict[str, str]:
    """Labels that a group gives to all of its rules (Prometheus 3)."""
    return _mapping(group, "labels")


def _span(path: str, rule: Mapping, name: str, found: RuleFile) -> timedelta:
    text = _text(rule, name)
    if not text or text in {"0", "0s"}:
        return timedelta(0)
    try:
        return duration(text, field=name)
    except Invalid as wrong:
        line, column = node_at(rule, (name,))
        found.faults.append(Fault(path, line, column, name, wrong.reason, wrong.hint))
        return timedelta(0)


def _child(node: Mapping, name: str) -> Node | None:
    return node.children.get(name)


def _text(node: Mapping, name: str) -> str:
    child = _child(node, name)
    return child.value.strip() if isinstance(child, Scalar) else ""


def _mapping(node: Mapping, name: str) -> dict[str, str]:
    child = _child(node, name)
    if not isinstance(child, Mapping):
        return {}
    return {key: str(value.value) for key, value in child.children.items() if isinstance(value, Scalar)}
