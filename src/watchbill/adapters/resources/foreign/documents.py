"""Tells foreign documents from ours, reads them with a note of what was used, and reports the rest."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.reading.nodes import Mapping, Node, data_of

__all__ = ["Foreign", "Reader", "converted", "is_foreign"]


@dataclass(slots=True)
class Foreign:
    """What a foreign document became: (kind, data) pairs, and findings about what did not fit."""

    format: str
    resources: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # Any: JSON
    findings: list[Finding] = field(default_factory=list)


class Reader:
    """Plain data that remembers which paths were asked for, so that the others can be named."""

    def __init__(self, data: dict[str, Any], beside: Sequence[dict[str, Any]] = ()) -> None:  # Any: JSON
        self.data = data
        self.beside = beside
        self._used: set[tuple[str | int, ...]] = set()

    def get(self, *path: str | int) -> Any:  # Any: JSON
        """The value at the path, or None; it and everything below it counts as used."""
        found = self.peek(*path)
        if found is not None:
            self._used.add(path)
        return found

    def peek(self, *path: str | int) -> Any:  # Any: JSON
        """As `get`, without counting it as used."""
        here: Any = self.data  # Any: JSON
        for part in path:
            in_list = isinstance(here, list) and isinstance(part, int) and part < len(here)
            if not in_list and not (isinstance(here, dict) and part in here):
                return None
            here = here[part]
        return here

    def text(self, *path: str | int) -> str | None:
        """As `get`, for text."""
        value = self.get(*path)
        return str(value) if isinstance(value, str) and value else None

    def unused(self) -> Iterator[Finding]:
        """A warning for each topmost part of the document that nothing was made of."""
        for loc in self._unused(self.data, ()):
            yield Finding(loc, "has no counterpart here and is left out", "", "warning")

    def _unused(self, value: object, loc: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
        if any(loc[: len(used)] == used for used in self._used if used):
            return
        if loc and not any(used[: len(loc)] == loc for used in self._used):
            yield loc
            return
        children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for part, child in children:
            yield from self._unused(child, (*loc, part))


def is_foreign(document: Mapping) -> bool:
    """Whether it is written in the Kubernetes manner."""
    return "apiVersion" in document.children and "kind" in document.children


def converted(document: Mapping, beside: Sequence[Node]) -> Foreign:
    """Our resources for a foreign document; an unknown one is an error that says what can be read.

    `beside` are all documents of the file: among them are the data sources that an OpenSLO indicator names.
    """
    from watchbill.adapters.resources.foreign import backstage, openslo

    reader = Reader(_plain(document), [_plain(one) for one in beside if isinstance(one, Mapping)])
    version, kind = str(reader.get("apiVersion")), str(reader.get("kind"))
    for prefix, converters in (("openslo/", openslo.CONVERTERS), ("backstage.io/", backstage.CONVERTERS)):
        if version.startswith(prefix):
            return _convert(prefix.rstrip("/"), version, kind, converters, reader)
    wrong = Finding(("apiVersion",), f"{version!r} is not known", "openslo/v1 and backstage.io/v1alpha1 can be read")
    return Foreign("document", findings=[wrong])


def _plain(document: Mapping) -> dict[str, Any]:  # Any: JSON
    data = data_of(document)
    return data if isinstance(data, dict) else {}


def _convert(
    name: str, version: str, kind: str, converters: MappingType[str, Callable[[Reader, Foreign], None]], reader: Reader
) -> Foreign:
    result = Foreign(name)
    if name == "openslo" and version != "openslo/v1":
        result.findings.append(Finding(("apiVersion",), f"{version!r} is not known", "openslo/v1 can be read"))
    elif kind not in converters:
        known = ", ".join(converters)
        wrong = Finding(("kind",), f"{kind} documents are left out", f"read are: {known}", "warning")
        result.findings.append(wrong)
    else:
        converters[kind](reader, result)
        result.findings += reader.unused()
    return result
