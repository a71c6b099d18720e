"""A configuration made ready: kept by a process from one reload to the next."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from watchbill.alerts.model import Matcher
from watchbill.alerts.model.matching import Compiled
from watchbill.receivers.model import Configuration, Integration, RouteNode
from watchbill.receivers.rules.inhibiting import Inhibitor
from watchbill.receivers.rules.intervals import is_muted
from watchbill.receivers.rules.routing import Tree

__all__ = ["Loaded"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The file with its matchers compiled."""

    configuration: Configuration
    tree: Tree
    integrations: Mapping[str, Integration]
    compile: Callable[[Matcher], Compiled]

    @classmethod
    def of(cls, configuration: Configuration, compile_matcher: Callable[[Matcher], Compiled]) -> "Loaded":
        """Made ready; raises Invalid for a pattern that cannot be read."""
        loaded = cls(
            configuration,
            Tree(configuration.route, compile_matcher),
            {one.key: one for every in configuration.receivers.values() for one in every},
            compile_matcher,
        )
        loaded.inhibitor(list)  # its patterns are read now rather than at the first alert
        return loaded

    def inhibitor(self, firing: Callable[[], Iterable[tuple[str, Mapping[str, str]]]]) -> Inhibitor:
        """The inhibition rules over what fires."""
        return Inhibitor(self.configuration.inhibitions, self.compile, firing)

    def is_muted(self, node: RouteNode, now: datetime) -> bool:
        """Whether the route's time intervals say that nothing is told now."""
        return is_muted(node, self.configuration.intervals, now)

    def receivers_of(self, labels: Mapping[str, str]) -> list[str]:
        """The receivers that an alert goes to, each once."""
        return list(dict.fromkeys(node.receiver for node in self.tree.taking(labels)))

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Whether any of them has a way of being told."""
        return any(self.configuration.receivers.get(name) for name in self.receivers_of(labels))
