"""What an import comes to: resources in the order of their kinds, and what was lost or has to be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchbill.adapters.resources.kinds.table import slug

__all__ = ["Loss", "Moved", "Names", "listed"]

Json = Any  # Any: JSON has no better type


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that has no counterpart, or turned out differently. `differs`: the result does not do the same."""

    about: str
    what: str
    differs: bool = False


@dataclass(slots=True)
class Moved:
    """(kind, spec) pairs, and losses."""

    resources: list[tuple[str, dict[str, Json]]] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)

    def lost(self, about: str, what: str, *, differs: bool = False) -> None:
        """Note a loss."""
        self.losses.append(Loss(about, what, differs))


class Names:
    """Names for things that have ids elsewhere: made from their titles, each once (`ann`, `ann-2`)."""

    def __init__(self) -> None:
        self._by_id: dict[str, str] = {}
        self._taken: set[str] = set()

    def add(self, identifier: str, title: str) -> str:
        """The name of that thing; the same id gets the same name."""
        if identifier in self._by_id:
            return self._by_id[identifier]
        wished = slug(title) or slug(identifier) or "unnamed"
        name, number = wished, 1
        while name in self._taken:
            number += 1
            name = f"{wished}-{number}"
        self._taken.add(name)
        self._by_id[identifier] = name
        return name

    def get(self, identifier: object) -> str | None:
        """The name of the thing with that id, if it was in the export."""
        return self._by_id.get(str(identifier))


def listed(documents: Sequence[Json], plural: str, singular: str) -> list[Mapping[str, Json]]:
    """All things of a sort in the answers of an API: `{"users": [..]}` and `{"user": {..}}`, the first of each id."""
    found: dict[str, Mapping[str, Json]] = {}
    for document in documents:
        if not isinstance(document, Mapping):
            continue
        many, one = document.get(plural), document.get(singular)
        for thing in (*(many if isinstance(many, list) else ()), *((one,) if isinstance(one, Mapping) else ())):
            if isinstance(thing, Mapping):
                found.setdefault(str(thing.get("id") or thing.get("name")), thing)
    return list(found.values())
