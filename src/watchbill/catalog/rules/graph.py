"""The dependency graph: who calls whom, kept both ways whoever declared it, with its cycles and blast radius."""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from watchbill.catalog.model import Dependency, Service
from watchbill.catalog.rules.components import components

__all__ = ["Affected", "Edge", "Graph"]


@dataclass(frozen=True, slots=True)
class Edge:
    """`caller` calls `callee`; hard if either side says so. At least one side declared it."""

    caller: str
    callee: str
    hard: bool
    external: bool
    by_caller: bool
    by_callee: bool


@dataclass(frozen=True, slots=True)
class Affected:
    """A service that feels it when another fails: after how many hops, and whether over hard dependencies only."""

    service: str
    hops: int
    hard: bool


class Graph:
    """All edges of a set of services. Names that are not in the catalog are nodes as well; aliases are resolved."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: dict[str, Service] = {service.name: service for service in services}
        self._names = {alias: service.name for service in self.services.values() for alias in service.aliases}
        self._names |= {name: name for name in self.services}
        self._callees: dict[str, dict[str, Edge]] = {name: {} for name in self.services}
        self._callers: dict[str, dict[str, Edge]] = {name: {} for name in self.services}
        for service in self.services.values():
            for dependency in service.upstream:
                self._join(service.name, self._canonical(dependency), dependency, by_caller=True)
            for dependency in service.downstream:
                self._join(self._canonical(dependency), service.name, dependency, by_caller=False)

    @property
    def nodes(self) -> list[str]:
        """Every name in the graph, sorted."""
        return sorted(self._callees)

    @property
    def edges(self) -> list[Edge]:
        """Every edge, sorted by caller and callee."""
        return [self._callees[caller][callee] for caller in self.nodes for callee in sorted(self._callees[caller])]

    def upstream(self, name: str) -> list[Edge]:
        """The edges to the services that `name` calls."""
        return [edge for _, edge in sorted(self._callees.get(name, {}).items())]

    def downstream(self, name: str) -> list[Edge]:
        """The edges from the services that call `name`."""
        return [edge for _, edge in sorted(self._callers.get(name, {}).items())]

    def cycles(self) -> list[list[str]]:
        """One cycle of each knot, in call order, from its alphabetically first service; a shortest one."""
        calls = self._calls()
        knots = (sorted(knot) for knot in components(calls) if len(knot) > 1)
        return sorted(_shortest_cycle(knot[0], set(knot), calls) for knot in knots)

    def blast_radius(self, name: str) -> list[Affected]:
        """Everybody who feels it when `name` fails: all who reach it by calls, nearest first."""
        far = self._distances(name, hard_only=False)
        hard = self._distances(name, hard_only=True)
        affected = [Affected(service, hops, service in hard) for service, hops in far.items() if service != name]
        return sorted(affected, key=lambda one: (one.hops, one.service))

    def reached_from(self, name: str) -> list[str]:
        """Everything that `name` calls, directly or through others, by name."""
        seen, waiting = {name}, [name]
        while waiting:
            for callee in self._callees.get(waiting.pop(), {}):
                if callee not in seen:
                    seen.add(callee)
                    waiting.append(callee)
        return sorted(seen - {name})

    def blast_sizes(self) -> Mapping[str, int]:
        """How many services feel the failure of each node, for all nodes at once (one pass, sets as bit masks)."""
        knots = components(self._calls())
        knot_of = {name: index for index, knot in enumerate(knots) for name in knot}
        bit = {name: 1 << place for place, name in enumerate(self._callees)}
        reached: dict[int, int] = {}
        # Components come callees first; walked backwards, every caller is finished before those it calls.
        for index in range(len(knots) - 1, -1, -1):
            mask = 0
            for name in knots[index]:
                mask |= bit[name]
                for caller in self._callers[name]:
                    mask |= reached.get(knot_of[caller], 0)
            reached[index] = mask
        return {name: reached[knot_of[name]].bit_count() - 1 for name in self._callees}

    def _canonical(self, dependency: Dependency) -> str:
        return self._names.get(dependency.service, dependency.service)

    def _join(self, caller: str, callee: str, given: Dependency, *, by_caller: bool) -> None:
        if caller == callee:
            return  # validation refuses it; a stored one must not turn into a cycle
        edge = Edge(caller, callee, given.hard, given.external, by_caller, not by_caller)
        known = self._callees.setdefault(caller, {}).get(callee)
        if known is not None:
            edge = replace(
                known,
                hard=known.hard or given.hard,
                external=known.external or given.external,
                by_caller=known.by_caller or by_caller,
                by_callee=known.by_callee or not by_caller,
            )
        self._callees[caller][callee] = edge
        self._callers.setdefault(callee, {})[caller] = edge
        self._callees.setdefault(callee, {})
        self._callers.setdefault(caller, {})

    def _calls(self) -> dict[str, Sequence[str]]:
        return {caller: sorted(callees) for caller, callees in sorted(self._callees.items())}

    def _distances(self, name: str, *, hard_only: bool) -> dict[str, int]:
        far = {name: 0}
        waiting = deque([name])
        while waiting:
            callee = waiting.popleft()
            for caller, edge in self._callers.get(callee, {}).items():
                if caller not in far and (edge.hard or not hard_only):
                    far[caller] = far[callee] + 1
                    waiting.append(caller)
        return far


def _shortest_cycle(start: str, knot: set[str], calls: Mapping[str, Sequence[str]]) -> list[str]:
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for callee in calls[here]:
            if callee == start:
                path = [here]
                while path[-1] != start:
                    path.append(came_from[path[-1]])
                return path[::-1]
            if callee in knot and callee not in came_from:
                came_from[callee] = here
                waiting.append(callee)
    raise AssertionError(f"{start} is in a knot without a cycle")  # a component of two or more always has one
