"""Which routes take an alert: depth first, the first child that matches, further ones where it says `continue`."""

from collections.abc import Callable, Iterator, Mapping

from watchbill.alerts.model import Matcher, matches
from watchbill.alerts.model.matching import Compiled
from watchbill.alerts.rules.grouping import group_key, group_labels
from watchbill.receivers.model import RouteNode

__all__ = ["Tree", "key_of", "nodes"]


class Tree:
    """The route tree with its matchers made ready."""

    def __init__(self, root: RouteNode, compile_matcher: Callable[[Matcher], Compiled]) -> None:
        self._root = root
        self._nodes = {node.id: node for node in nodes(root)}
        self._conditions = {
            node.id: tuple((one.name, compile_matcher(one)) for one in node.match) for node in self._nodes.values()
        }

    def node(self, route: str) -> RouteNode | None:
        """The node of that id; None where the file has none (any more)."""
        return self._nodes.get(route)

    def taking(self, labels: Mapping[str, str]) -> list[RouteNode]:
        """The routes that take an alert with these labels, at least one: the root takes what nothing below it does."""
        return self._below(self._root, labels)

    def _below(self, node: RouteNode, labels: Mapping[str, str]) -> list[RouteNode]:
        if not matches(self._conditions[node.id], labels):
            return []
        found: list[RouteNode] = []
        for child in node.routes:
            taken = self._below(child, labels)
            found += taken
            if taken and not child.continues:
                break
        return found or [node]


def nodes(root: RouteNode) -> Iterator[RouteNode]:
    """The node and all below it."""
    yield root
    for child in root.routes:
        yield from nodes(child)


def key_of(node: RouteNode, labels: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The group labels of an alert on that route, and the group's key; only labels that the alert has count."""
    found = group_labels(node.group_by, labels, None)
    return dict(found), group_key(node.key, found)
