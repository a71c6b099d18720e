"""From the text of a file to resources: finds the kind of each document and lets its model read it."""

import threading
from collections.abc import Iterator

from pydantic import ValidationError

from watchbill.adapters.resources.explain import Finding, findings
from watchbill.adapters.resources.foreign import Given, converted, is_foreign
from watchbill.adapters.resources.kinds import KINDS, Kind
from watchbill.adapters.resources.parsed import Parsed, ParsedFile, fault_in, in_order
from watchbill.adapters.resources.reading.compose import compose
from watchbill.adapters.resources.reading.decode import checked_text
from watchbill.adapters.resources.reading.nodes import Items, Mapping, Node, Scalar, data_of, is_absent
from watchbill.kernel.errors import Fault, near

__all__ = ["parse_file", "parse_foreign", "parse_spec"]

_FORM = "write the kind, a colon, and its fields below: service:"


class _Remembered:
    """The files that were read last, so that `apply` after `diff`, and a reload, read only what changed."""

    def __init__(self, most: int) -> None:
        self._most = most  # characters of text, in all
        self._size = 0
        self._files: dict[tuple[str, str], ParsedFile] = {}
        self._lock = threading.Lock()

    def get(self, path: str, text: str) -> ParsedFile:
        """The file as it was read before, or now."""
        with self._lock:
            known = self._files.pop((path, text), None)
            if known is not None:
                self._files[path, text] = known  # the youngest again
                return known
        fresh = _parse(path, text)
        with self._lock:
            if (path, text) not in self._files and len(text) <= self._most:
                self._files[path, text] = fresh
                self._size += len(text)
            while self._size > self._most:
                oldest = next(iter(self._files))
                self._size -= len(oldest[1])
                del self._files[oldest]
        return fresh


def parse_file(path: str, text: str) -> ParsedFile:
    """Every resource of the text, and every fault that can be seen without looking at other resources."""
    return _REMEMBERED.get(path, text)


_REMEMBERED = _Remembered(4 * 1024 * 1024)


def parse_foreign(path: str, text: str, given: Given) -> ParsedFile:
    """As `parse_file`, with what whoever imports the file has said about it; remembered nowhere."""
    return _parse(path, text, given)


def _parse(path: str, text: str, given: Given | None = None) -> ParsedFile:
    result = ParsedFile(path)
    checked = checked_text(path, text)
    if isinstance(checked, Fault):
        result.faults.append(checked)
        return result
    composed = compose(path, checked)
    result.faults += composed.faults
    for index, document in enumerate(composed.documents):
        if index not in composed.spoilt:
            _read_document(result, document, composed.documents, given)
    result.faults = in_order(result.faults)
    return result


def parse_spec(kind: Kind, data: object, *, path: str, node: Node) -> Parsed | list[Fault]:
    """One resource from plain data; `node` gives the faults their places."""
    try:
        spec = kind.model.model_validate(data)
    except ValidationError as error:
        return [fault_in(path, kind.word, node, found) for found in findings(error, kind.model)]
    name = kind.names(spec)
    wrong_name = _check_name(kind, name)
    if wrong_name is not None:
        return [fault_in(path, kind.word, node, wrong_name)]
    return Parsed(kind, name, spec, path, node)


def _check_name(kind: Kind, name: str) -> Finding | None:
    if not name:
        return Finding((), "has no name", f"its name is: {kind.naming}")
    if len(name) > 64:  # noqa: PLR2004 - the slug rule
        return Finding((), f"its name {name!r} is longer than 64 characters", "give it a name of its own: name: ...")
    return None


def _read_document(result: ParsedFile, document: Node, beside: list[Node], given: Given | None) -> None:
    if not isinstance(document, Mapping):
        what = "a list" if isinstance(document, Items) else "a single value"
        result.faults.append(Fault(result.path, document.line, document.column, "", f"{what} is no resource", _FORM))
        return
    if is_foreign(document):
        foreign = converted(document, beside, given)
        result.faults += [fault_in(result.path, foreign.format, document, found) for found in foreign.findings]
        for kind, data in foreign.resources:
            _add(result, KINDS[kind], data, document)
        return
    for word, child in document.children.items():
        key = document.keys[word]
        if word not in KINDS:
            result.faults.append(Fault(result.path, key.line, key.column, word, "unknown kind", _kind_hint(word)))
            continue
        _read_kind(result, KINDS[word], key, child)


def _read_kind(result: ParsedFile, kind: Kind, key: Scalar, child: Node) -> None:
    for node in _specs(kind, child):
        if isinstance(node, Mapping):
            _add(result, kind, data_of(node) or {}, node)
            continue
        place = key if isinstance(node, Scalar) and is_absent(node.value) else node
        what = "nothing stands below it" if place is key else "must be a mapping of fields"
        hint = "write one mapping; further ones in documents of their own, after ---" * isinstance(node, Items)
        result.faults.append(Fault(result.path, place.line, place.column, kind.word, what, hint))


def _specs(kind: Kind, child: Node) -> Iterator[Node]:
    if kind.many and isinstance(child, Items):
        yield from child.children
    else:
        yield child


def _add(result: ParsedFile, kind: Kind, data: object, node: Node) -> None:
    parsed = parse_spec(kind, data, path=result.path, node=node)
    if isinstance(parsed, Parsed):
        result.resources.append(parsed)
    else:
        result.faults += parsed


def _kind_hint(word: str) -> str:
    close = near(word.lower().removesuffix("s"), KINDS) or near(word.lower(), KINDS)
    return f"did you mean {close!r}?" if close else f"kinds: {', '.join(KINDS)}"
