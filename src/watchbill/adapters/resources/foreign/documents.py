"""Tells foreign documents from ours, reads them with a note of what was used, and reports the rest."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.reading.nodes import Mapping, Node, data_of

__all__ = ["Foreign", "Given", "Reader", "converted", "is_foreign"]


@dataclass(slots=True)
class Foreign:
    """What a foreign document became: (kind, data) pairs, and findings about what did not fit."""

    format: str
    resources: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # Any: JSON
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Given:
    """What documents leave open and whoever imports them has said: the server of queries, the service of promises."""

    prometheus: str | None = None
    service: str | None = None


class Reader:
    """Plain data that remembers which paths were asked for, so that the others can be named."""

    def __init__(
        self, data: dict[str, Any], beside: Sequence[dict[str, Any]] = (), given: Given | None = None
    ) -> None:  # Any: JSON
        self.data = data
        self.beside = beside
        self.given = given or Given()
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
    """Whether it is written in the Kubernetes manner, or as Sloth's own spec or Prometheus's rules are."""
    keys = document.children
    return (
        ("apiVersion" in keys and "kind" in keys) or ("version" in keys and "slos" in keys) or set(keys) == {"groups"}
    )


def converted(document: Mapping, beside: Sequence[Node], given: Given | None = None) -> Foreign:
    """Our resources for a foreign document; an unknown one is an error that says what can be read.

    `beside` are all documents of the file: among them are the data sources that an OpenSLO indicator names.
    """
    from watchbill.adapters.resources.foreign import backstage, openslo, pyrra, rules, sloth

    reader = Reader(_plain(document), [_plain(one) for one in beside if isinstance(one, Mapping)], given)
    if "apiVersion" not in document.children:
        return _without_version(document, reader, {"slos": sloth.read_spec, "groups": rules.read_groups})
    version, kind = str(reader.get("apiVersion")), str(reader.get("kind"))
    for prefix, converters in (
        ("openslo/", openslo.CONVERTERS),
        ("backstage.io/", backstage.CONVERTERS),
        ("sloth.slok.dev/", sloth.CONVERTERS),
        ("pyrra.dev/", pyrra.CONVERTERS),
        ("monitoring.coreos.com/", rules.CONVERTERS),
    ):
        if version.startswith(prefix):
            return _convert(prefix.rstrip("/"), version, kind, converters, reader)
    wrong = Finding(("apiVersion",), f"{version!r} is not known", f"{_KNOWN} can be read")
    return Foreign("document", findings=[wrong])


_KNOWN = "openslo/v1, sloth.slok.dev/v1, pyrra.dev/v1alpha1, monitoring.coreos.com/v1 and backstage.io/v1alpha1"


def _without_version(
    document: Mapping, reader: Reader, converters: MappingType[str, Callable[[Reader, Foreign], None]]
) -> Foreign:
    """A document that only its keys tell apart."""
    key = next(key for key in converters if key in document.children)
    result = Foreign("sloth" if key == "slos" else "rules")
    converters[key](reader, result)
    result.findings += reader.unused()
    return result


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
