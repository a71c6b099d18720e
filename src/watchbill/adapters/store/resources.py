"""The resource documents over one connection: rows by kind and name, and the version that names their state."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from watchbill.adapters.store.dialects import insert_into, was_inserted
from watchbill.adapters.store.tables.resources import resource_versions, resources
from watchbill.kernel.documents import Document, DocumentVersion
from watchbill.kernel.errors import Conflict

__all__ = ["DocumentStore"]

_ONLY = 1  # the id of the one version row
_NEVER = DocumentVersion(0, "")
_BATCH = 400  # keys in one DELETE: two bound values each, SQLite takes at least 999


class DocumentStore:
    """The kernel's Documents over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self) -> DocumentVersion:
        """The version that this transaction sees; 0 before anything was ever written."""
        row = self._connection.execute(select(resource_versions)).one_or_none()
        return DocumentVersion(row.number, row.digest) if row is not None else _NEVER

    def all(self) -> Sequence[Document]:
        """Every document, ordered by kind and name."""
        return _in_order(map(_document, self._connection.execute(select(resources))))

    def get(self, kind: str, name: str) -> Document | None:
        """One document, or None."""
        found = select(resources).where(resources.c.kind == kind, resources.c.name == name)
        row = self._connection.execute(found).one_or_none()
        return None if row is None else _document(row)

    def write(
        self, put: Sequence[Document], drop: Sequence[tuple[str, str]], *, expected: DocumentVersion
    ) -> DocumentVersion:
        """Save and delete in one step; raises Conflict where somebody else wrote since `expected` was read.

        The version row is taken first, so that two writers stand in line on it and the second one sees that it is late.
        """
        version = DocumentVersion(expected.number + 1, _digest(expected, put, drop))
        self._take(expected, version)
        for start in range(0, len(drop), _BATCH):
            keys = [
                and_(resources.c.kind == kind, resources.c.name == name) for kind, name in drop[start : start + _BATCH]
            ]
            self._connection.execute(delete(resources).where(or_(*keys)))
        if put:
            upsert = insert_into(self._connection, resources)
            replaced = {
                column.name: upsert.excluded[column.name] for column in resources.columns if not column.primary_key
            }
            self._connection.execute(
                upsert.on_conflict_do_update(index_elements=["kind", "name"], set_=replaced), [_row(one) for one in put]
            )
        return version

    def _take(self, expected: DocumentVersion, version: DocumentVersion) -> None:
        values = {"number": version.number, "digest": version.digest}
        if expected == _NEVER:
            first = insert_into(self._connection, resource_versions).values(id=_ONLY, **values)
            taken = was_inserted(self._connection, first.on_conflict_do_nothing(), resource_versions.c.id)
        else:
            step = update(resource_versions).where(resource_versions.c.digest == expected.digest).values(**values)
            taken = self._connection.execute(step).rowcount == 1
        if not taken:
            raise Conflict("the resources were changed by somebody else meanwhile", hint="look at the diff again")


def _document(row: Row[Any]) -> Document:  # Any: SQLAlchemy's row of a table
    return Document(
        row.kind, row.name, row.spec, row.origin, row.line, row.revision, row.changed_by, row.changed_at
    )  # fmt: skip


def _row(document: Document) -> dict[str, object]:
    return {column.name: getattr(document, column.name) for column in resources.columns}


def _in_order(documents: Iterable[Document]) -> list[Document]:
    # Sorted here and not by the database: PostgreSQL's order of text depends on how it was set up.
    return sorted(documents, key=lambda one: one.key)


def _digest(expected: DocumentVersion, put: Sequence[Document], drop: Sequence[tuple[str, str]]) -> str:
    """Names the state after the write: the state before it and all that was written, hashed."""
    written = [expected.digest, [[*one.key, one.spec, one.origin, one.line] for one in put], list(drop)]
    return hashlib.sha256(msgspec.json.encode(written, order="deterministic")).hexdigest()
