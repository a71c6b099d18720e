"""One resource as it was read: its kind, name and model, and where in which file it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from watchbill.adapters.resources.explain import Finding, field_text
from watchbill.adapters.resources.fields import Spec
from watchbill.adapters.resources.kinds import Kind
from watchbill.adapters.resources.reading.nodes import Node, Scalar, node_at
from watchbill.kernel.errors import Fault

__all__ = ["Parsed", "ParsedFile", "in_order"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A resource that its kind's model accepts. `node` is what was read, for the places of faults."""

    kind: Kind
    name: str
    spec: Spec
    path: str
    node: Node

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name."""
        return self.kind.word, self.name

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.node.line

    @property
    def written(self) -> Mapping[str, Any]:  # Any: JSON
        """The canonical spec: what was written, typed, nothing filled in."""
        return self.spec.written()

    def fault(self, found: Finding) -> Fault:
        """The finding with its place."""
        return fault_in(self.path, self.kind.word, self.node, found)


@dataclass(slots=True)
class ParsedFile:
    """The resources of a file, and every fault in it."""

    path: str
    resources: list[Parsed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def fault_in(path: str, kind: str, node: Node, found: Finding) -> Fault:
    """A finding inside a resource, with its place in the file; made by hand (`-`) it has no place."""
    line, column = node_at(node, found.loc)
    return Fault(path, line, column, field_text((kind, *found.loc)), found.reason, found.hint, found.severity)


def nowhere() -> Node:
    """The node of what no file holds."""
    return Scalar(0, 0, "")


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file, line and column; errors before warnings of the same place."""
    return sorted(faults, key=lambda one: (one.path, one.line, one.column, one.severity, one.field, one.reason))
