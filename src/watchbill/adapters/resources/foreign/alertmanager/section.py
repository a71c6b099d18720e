"""A mapping of the file, read field by field: what was not asked for is a fault, as the original's strict reading has it."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Plain, Scalar
from watchbill.kernel.errors import Fault

__all__ = ["Notes", "Section"]

_SPAN = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")
_MILLIS = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1)
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(slots=True)
class Notes:
    """What is wrong with a file (faults), and what it asks for that watchbill does otherwise (remarks)."""

    path: str
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def fault(self, node: Node, reason: str, hint: str = "") -> None:
        """Something is wrong there."""
        self.faults.append(Fault(self.path, node.line, node.column, "", reason, hint))

    def remark(self, node: Node, reason: str) -> None:
        """Something is not done there as the file says."""
        self.remarks.append(f"{self.path}:{node.line}: {reason}")


class Section:
    """`what` names the kind of mapping in complaints."""

    def __init__(self, node: Node, notes: Notes, what: str) -> None:
        self.notes = notes
        self.what = what
        self.node = node
        self._children = node.children if isinstance(node, Mapping) else {}
        self._keys = node.keys if isinstance(node, Mapping) else {}
        self._asked = set[str]()
        if not isinstance(node, Mapping) and not _is_null(node):
            notes.fault(node, f"{what} must be a mapping")

    def has(self, name: str) -> bool:
        """Whether the field is given (null counts as not given)."""
        return name in self._children and not _is_null(self._children[name])

    def at(self, name: str) -> Node:
        """Where the field is, else where the section is."""
        return self._keys.get(name, self.node)

    def raw(self, name: str) -> Node | None:
        """The field as it is; None where it is not given."""
        self._asked.add(name)
        return self._children[name] if self.has(name) else None

    def text(self, name: str, default: str = "") -> str:
        """A text field."""
        node = self.raw(name)
        if node is None:
            return default
        if not isinstance(node, Scalar):
            self.notes.fault(node, f"{name} must be text")
            return default
        return str(node.value)

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        text = self.text(name)
        if text and text.lower() not in _FLAGS:
            self.notes.fault(self.at(name), f"{name} must be true or false")
        return _FLAGS.get(text.lower(), default)

    def number(self, name: str) -> int:
        """A whole number, 0 where it is not given."""
        text = self.text(name, "0")
        if not text.isascii() or not text.isdecimal():
            self.notes.fault(self.at(name), f"{name} must be a whole number")
            return 0
        return int(text)

    def span(self, name: str, default: timedelta) -> timedelta:
        """A duration as Prometheus writes it: `1h30m`."""
        text = self.text(name)
        if not text:
            return default
        found = _SPAN.fullmatch(text)
        if found is None and text != "0":
            self.notes.fault(self.at(name), f"not a valid duration string: {text!r}", "write 30s, 5m or 1h30m")
            return default
        parts = found.groups() if found else ()
        return timedelta(
            milliseconds=sum(int(part) * unit for part, unit in zip(parts, _MILLIS, strict=True) if part)
            if parts
            else 0
        )

    def words(self, name: str) -> list[tuple[str, Node]]:
        """A list of texts with their places."""
        node, found = self.raw(name), list[tuple[str, Node]]()
        if node is None:
            return found
        if not isinstance(node, Items):
            self.notes.fault(node, f"{name} must be a list")
            return found
        for child in node.children:
            if isinstance(child, Scalar):
                found.append((str(child.value), child))
            else:
                self.notes.fault(child, f"{name} is a list of texts")
        return found

    def pairs(self, name: str) -> dict[str, tuple[str, Node]]:
        """A mapping of texts with their places."""
        node = self.raw(name)
        if node is None:
            return {}
        if not isinstance(node, Mapping):
            self.notes.fault(node, f"{name} must be a mapping")
            return {}
        found = dict[str, tuple[str, Node]]()
        for key, child in node.children.items():
            if isinstance(child, Scalar):
                found[key] = (str(child.value), child)
            else:
                self.notes.fault(child, f"{name}.{key} must be text")
        return found

    def section(self, name: str, what: str) -> "Section | None":
        """A mapping below."""
        node = self.raw(name)
        return None if node is None else Section(node, self.notes, what)

    def sections(self, name: str, what: str) -> "list[Section]":
        """A list of mappings below."""
        node = self.raw(name)
        if node is None:
            return []
        if not isinstance(node, Items):
            self.notes.fault(node, f"{name} must be a list")
            return []
        return [Section(child, self.notes, what) for child in node.children]

    def skip(self, *names: str) -> None:
        """Fields that are known and not read."""
        self._asked.update(names)

    def end(self) -> None:
        """Every field has been asked for: what is left is none."""
        for name, key in self._keys.items():
            if name not in self._asked:
                self.notes.fault(key, f"field {name} not found in {self.what}")


def _is_null(node: Node) -> bool:
    return (
        isinstance(node, Scalar) and isinstance(node.value, Plain) and node.value in {"", "~", "null", "Null", "NULL"}
    )
