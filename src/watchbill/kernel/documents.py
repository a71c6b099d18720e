"""Definitions as stored documents: the port to the table in which every resource (service, SLO, schedule...) lies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from watchbill.kernel.events import Event

__all__ = ["Document", "DocumentVersion", "Documents", "ResourcesChanged"]


@dataclass(frozen=True, slots=True)
class Document:
    """One resource as it is stored. `origin` names the file it came from (None: made in the UI or over the API)."""

    kind: str
    name: str
    spec: Mapping[str, object]  # canonical: what was written, typed by the schema, nothing filled in
    origin: str | None
    line: int
    revision: int  # counts the changes of this spec, from 1
    changed_by: str
    changed_at: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Kind and name: what identifies a resource."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True)
class DocumentVersion:
    """The state of all documents together: a counter for people, a digest that names exactly one content."""

    number: int
    digest: str


class Documents(Protocol):
    """The stored documents, in the running transaction."""

    def version(self) -> DocumentVersion:
        """The version that this transaction sees; one small read."""

    def all(self) -> Sequence[Document]:
        """Every document, ordered by kind and name."""

    def get(self, kind: str, name: str) -> Document | None:
        """One document."""

    def write(
        self, put: Sequence[Document], drop: Sequence[tuple[str, str]], *, expected: DocumentVersion
    ) -> DocumentVersion:
        """Save and delete in one step and return the new version; raises Conflict where `expected` is no longer current."""


@dataclass(frozen=True)
class ResourcesChanged(Event):
    """Resources were created, changed or deleted in one step; each entry is `kind/name`."""

    kind: ClassVar[str] = "resources.changed"

    version: int
    actor: str
    created: tuple[str, ...]
    changed: tuple[str, ...]
    deleted: tuple[str, ...]
