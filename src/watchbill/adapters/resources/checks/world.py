"""All resources that a run knows: those that were given, and those that are stored and stay."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from watchbill.adapters.resources.attached import runbooks_by_alert
from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.kinds.organisation import OrganisationSpec
from watchbill.adapters.resources.kinds.runbook import RunbookSpec
from watchbill.adapters.resources.kinds.service import ServiceSpec
from watchbill.adapters.resources.parsed import Parsed
from watchbill.adapters.resources.snapshot import catalog
from watchbill.catalog.rules.graph import Graph

__all__ = ["Check", "PredicateCheck", "World"]

Written = TypeVar("Written", bound=Spec)


@dataclass(frozen=True, slots=True)
class PredicateCheck:
    """How conditions over events are judged; the measuring adapter knows, and bootstrap wires it in.

    `condition` gives its doubts, or raises Invalid. `exclusion` gives None for a predicate or a preset sentence, and else
    why the text is only prose ("" where it does not look like anything else).
    """

    condition: Callable[[str], Iterable[str]]
    exclusion: Callable[[str], str | None]


class World:
    """Resources by kind and name, and what is derived from them once for all checks."""

    def __init__(self, resources: Iterable[Parsed], predicates: PredicateCheck) -> None:
        self.predicates = predicates
        self._by_kind: dict[str, dict[str, Parsed]] = {}
        for one in resources:
            self._by_kind.setdefault(one.kind.word, {})[one.name] = one

    def has(self, kind: str, name: str) -> bool:
        """Whether there is such a resource; services answer to their aliases as well."""
        return name in self.names(kind) or (kind == "service" and name in self.aliases)

    def names(self, kind: str) -> Mapping[str, Parsed]:
        """All resources of a kind by name."""
        return self._by_kind.get(kind, {})

    def of(self, model: type[Written]) -> Iterator[tuple[str, Written]]:
        """Name and spec of every resource of that model."""
        for resources in self._by_kind.values():
            for name, one in resources.items():
                if isinstance(one.spec, model):
                    yield name, one.spec

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Other names of services, to the service; of several the first by name."""
        found: dict[str, str] = {}
        for name, spec in sorted(self.of(ServiceSpec), key=lambda one: one[0]):
            for alias in spec.aliases:
                found.setdefault(alias, name)
        return found

    @cached_property
    def runbook_of_alert(self) -> dict[str, str]:
        """Alert names to the runbooks written for them."""
        return runbooks_by_alert(self.of(RunbookSpec))

    @cached_property
    def timezone(self) -> str:
        """The house's zone."""
        return next((spec.timezone for _, spec in self.of(OrganisationSpec)), "UTC")

    @cached_property
    def cycles(self) -> dict[str, list[str]]:
        """Cycles of the dependency graph, each under its first service by name."""
        graph = Graph(catalog.service(spec, self.aliases) for _, spec in self.of(ServiceSpec))
        return {cycle[0]: cycle for cycle in graph.cycles()}


Check = Callable[[Parsed, World], Iterator[Finding]]
