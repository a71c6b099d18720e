"""YAML events to trees. Anchors, aliases, tags, merge keys, duplicate keys and deep nesting are faults, never features."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Plain, Scalar
from watchbill.kernel.errors import Fault

__all__ = ["MAX_DEPTH", "Composed", "compose"]

MAX_DEPTH = 32


@dataclass(slots=True)
class Composed:
    """The documents of a file, as far as it could be read. `spoilt` documents must not be checked further."""

    documents: list[Node] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    spoilt: set[int] = field(default_factory=set)


def compose(path: str, text: str) -> Composed:
    """Read every document of the text; a syntax error ends the reading, everything else is noted and read past."""
    composer = _Composer(path)
    try:
        composer.read(YAML(typ="safe", pure=True).parse(text))
    except _TooDeep as deep:
        composer.fault(deep.event, f"nested deeper than {MAX_DEPTH} levels", "no resource needs that")
    except MarkedYAMLError as wrong:
        composer.result.faults.append(_syntax(path, wrong))
    except YAMLError as wrong:
        composer.result.faults.append(Fault(path, 1, 1, "", str(wrong).splitlines()[0]))
    else:
        if not composer.result.documents:
            composer.result.faults.append(
                Fault(path, 1, 1, "", "the file holds no resource", "write one, or remove it")
            )
    return composer.result


class _TooDeep(Exception):
    def __init__(self, event: Event) -> None:
        self.event = event


class _Composer:
    def __init__(self, path: str) -> None:
        self.path = path
        self.result = Composed()
        self._events: Iterator[Event] = iter(())
        self._spoilt = False

    def read(self, events: Iterator[Event]) -> None:
        self._events = events
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._spoilt = False
                node = self._node(next(events), 0)
                if isinstance(node, Scalar) and isinstance(node.value, Plain) and not node.value:
                    continue  # `---` with nothing below it, as generators leave it behind
                if self._spoilt:
                    self.result.spoilt.add(len(self.result.documents))
                self.result.documents.append(node)

    def fault(self, event: Event, reason: str, hint: str = "") -> None:
        line, column = _place(event)
        self.result.faults.append(Fault(self.path, line, column, "", reason, hint))

    def _node(self, event: Event, depth: int) -> Node:
        line, column = _place(event)
        if isinstance(event, AliasEvent):
            self._spoil(event, f"aliases not allowed: *{event.anchor}", "write the value out")
            return Scalar(line, column, "")
        self._check_node(event)
        if isinstance(event, ScalarEvent):
            return Scalar(line, column, event.value if event.style else Plain(event.value))
        if depth >= MAX_DEPTH:
            raise _TooDeep(event)
        if isinstance(event, SequenceStartEvent):
            items = Items(line, column)
            for child in self._until(SequenceEndEvent):
                items.children.append(self._node(child, depth + 1))
            return items
        return self._mapping(event, depth)

    def _mapping(self, event: Event, depth: int) -> Mapping:
        mapping = Mapping(*_place(event))
        for key_event in self._until(MappingEndEvent):
            key = self._node(key_event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar):
                self._spoil(key_event, "a key must be text")
            elif key.value == "<<" and isinstance(key.value, Plain):
                self._spoil(key_event, "merge keys (<<) not allowed", "write the fields out")
            elif key.value in mapping.keys:
                first = mapping.keys[key.value].line
                self.fault(key_event, f"{key.value!r} is given twice, here and in line {first}", "keep one of them")
            else:
                mapping.keys[key.value], mapping.children[key.value] = key, value
        return mapping

    def _until(self, end: type[Event]) -> Iterator[Event]:
        for event in self._events:
            if isinstance(event, end):
                return
            yield event

    def _check_node(self, event: Event) -> None:
        if not isinstance(event, NodeEvent):
            return
        if event.anchor is not None:
            self.fault(event, f"anchors not allowed: &{event.anchor}", "write the value out where it is needed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._spoil(event, f"tag not allowed: {tag}", "fields have their type from the schema")

    def _spoil(self, event: Event, reason: str, hint: str = "") -> None:
        self._spoilt = True
        self.fault(event, reason, hint)


def _place(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _syntax(path: str, wrong: MarkedYAMLError) -> Fault:
    mark = wrong.problem_mark or wrong.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = str(wrong.problem or wrong.context or "not YAML")
    if "'\\t'" in problem:
        return Fault(path, line, column, "", "a tab where YAML wants spaces", "indent with spaces")
    hint = "put text that holds a colon in quotes" if problem == "mapping values are not allowed here" else ""
    return Fault(path, line, column, "", problem, hint)
