"""The tree of one YAML document: text, lists and mappings, each with its place; and the plain data made from it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Items", "Mapping", "Node", "Plain", "Scalar", "data_of", "is_absent", "node_at", "without_absent"]


class Plain(str):
    """A scalar that was written without quotes: its field decides whether it is text, a number or a flag."""

    __slots__ = ()


@dataclass(slots=True)
class Scalar:
    """A leaf. `value` is Plain where it was written without quotes."""

    line: int
    column: int
    value: str


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    column: int
    children: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """A mapping with unique keys, in order; each key has a place of its own."""

    line: int
    column: int
    keys: dict[str, Scalar] = field(default_factory=dict)
    children: dict[str, "Node"] = field(default_factory=dict)


Node = Scalar | Items | Mapping

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def is_absent(value: object) -> bool:
    """Empty text means absent, whoever wrote it; so do `~` and `null` without quotes."""
    return value is None or value == "" or (isinstance(value, Plain) and value in _NULLS)


def data_of(node: Node) -> object:
    """Strings, lists and dicts without what is absent: empty text, and what holds nothing but empty text."""
    match node:
        case Scalar():
            return node.value
        case Items():
            return [value for value in map(data_of, node.children) if not is_absent(value)]
        case Mapping():
            kept = {key: value for key, child in node.children.items() if not is_absent(value := data_of(child))}
            return kept if kept or not node.children else None


def node_at(root: Node, loc: Sequence[str | int]) -> tuple[int, int]:
    """The place of what `loc` names: the key for mappings, the item for lists; the deepest that exists, else the root."""
    here, place = root, (root.line, root.column)
    for part in loc:
        match here:
            case Mapping() if part in here.children:
                key = here.keys[str(part)]
                here, place = here.children[str(part)], (key.line, key.column)
            case Items():
                # Absent items were left out of the data, so the data's index counts only those that are there.
                present = [child for child in here.children if not is_absent(data_of(child))]
                if not isinstance(part, int) or part >= len(present):
                    break
                here = present[part]
                place = here.line, here.column
            case _:
                continue  # a step of the model that the text does not show (a short form that was spelled out)
    return place


def without_absent(value: object) -> object:
    """The same rule for data that did not come from YAML: without None and empty text, and what holds nothing else."""
    match value:
        case list():
            return [kept for item in value if not is_absent(kept := without_absent(item))]
        case dict():
            present = {str(key): kept for key, item in value.items() if not is_absent(kept := without_absent(item))}
            return present if present or not value else None
        case _:
            return value
