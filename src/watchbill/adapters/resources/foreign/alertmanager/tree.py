"""The YAML of an Alertmanager file. Unlike resources it may hold anchors, aliases and merge keys, which files in use do."""

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Plain, Scalar
from watchbill.kernel.errors import Fault, Faults

__all__ = ["MAX_NODES", "tree_of"]

MAX_NODES = 200_000  # with aliases written out: a few lines of nested aliases could name billions
_MAX_DEPTH = 64


def tree_of(path: str, text: str) -> Mapping:
    """The document; raises Faults that name file, line and column."""
    try:
        # A custom tag or a second document is none of a configuration's business, and is refused below or by the reader.
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise Faults([Fault(path, line, column, "", str(wrong.problem or wrong.context or "not YAML"))]) from wrong
    except (YAMLError, ValueError, RecursionError) as wrong:
        raise Faults([Fault(path, 1, 1, "", str(wrong).splitlines()[0])]) from wrong
    if not isinstance(node, MappingNode):
        raise Faults([Fault(path, 1, 1, "", "no route provided in config", "the file has to hold route and receivers")])
    found = _Converter(path).convert(node, 0)
    assert isinstance(found, Mapping)
    return found


class _Converter:
    def __init__(self, path: str) -> None:
        self._path = path
        self._count = 0

    def convert(self, node: YamlNode, depth: int) -> Node:
        """The node with what its aliases stand for."""
        self._count += 1
        if self._count > MAX_NODES or depth > _MAX_DEPTH:
            raise self._fault(node, "the document is too large or nested too deeply")
        line, column = _place(node)
        if isinstance(node, ScalarNode):
            return Scalar(line, column, node.value if node.style else Plain(node.value))
        if isinstance(node, SequenceNode):
            return Items(line, column, [self.convert(child, depth + 1) for child in node.value])
        return self._mapping(node, depth)

    def _mapping(self, node: YamlNode, depth: int) -> Mapping:
        found, merged = Mapping(*_place(node)), list[Mapping]()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self._fault(key, "a key must be text")
            child = self.convert(value, depth + 1)
            if key.value == "<<" and not key.style:
                for one in child.children if isinstance(child, Items) else [child]:
                    if not isinstance(one, Mapping):
                        raise self._fault(value, "<< takes mappings")
                    merged.append(one)
                continue
            if key.value in found.keys:
                raise self._fault(key, f"key {key.value!r} already set in map")
            found.keys[key.value] = Scalar(*_place(key), key.value)
            found.children[key.value] = child
        for one in merged:
            for name, child in one.children.items():
                if name not in found.keys:
                    found.keys[name], found.children[name] = one.keys[name], child
        return found

    def _fault(self, node: YamlNode, reason: str) -> Faults:
        return Faults([Fault(self._path, *_place(node), "", reason)])


def _place(node: YamlNode) -> tuple[int, int]:
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
