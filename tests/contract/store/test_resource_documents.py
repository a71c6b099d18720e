"""The resource documents, on both databases."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.resources import DocumentStore
from watchbill.kernel.documents import Document, DocumentVersion
from watchbill.kernel.errors import Conflict

AT = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)
SPEC: dict[str, Any] = {
    "name": "checkout",
    "target": 99.95,
    "flags": [True, None, 1, 0.1],
    "text": "é😀\n'\"",
    "open": {"b": 1, "a": [{}]},
}


def _document(name: str = "checkout", kind: str = "service", spec: dict[str, Any] | None = None) -> Document:
    return Document(kind, name, SPEC if spec is None else spec, "a.yaml", 3, 1, "ann", AT)


@pytest.fixture
def store(connection: Connection) -> DocumentStore:
    """The store inside a write transaction."""
    return DocumentStore(connection)


def test_an_empty_store_has_version_zero(store: DocumentStore) -> None:
    """Before anything was written."""
    assert store.version() == DocumentVersion(0, "")
    assert store.all() == []
    assert store.get("service", "checkout") is None


def test_a_document_comes_back_as_it_was_written(store: DocumentStore) -> None:
    """Numbers, letters, nesting, times: equal, whatever the database."""
    written = store.write([_document()], [], expected=store.version())

    assert store.get("service", "checkout") == _document()
    assert store.version() == written
    assert written.number == 1


def test_all_are_ordered_by_kind_and_name(store: DocumentStore) -> None:
    """By code point, as both databases are told to agree."""
    names = ["b", "a-b", "a", "ab", "a_b", "a1"]
    store.write([_document(name) for name in names] + [_document("z", "person")], [], expected=store.version())

    assert [one.key for one in store.all()] == [("person", "z")] + [("service", name) for name in sorted(names)]


def test_writing_again_replaces_and_deleting_removes(store: DocumentStore) -> None:
    """In one step, with one new version."""
    first = store.write([_document("a"), _document("b")], [], expected=store.version())
    changed = replace(_document("a", spec={"name": "a"}), revision=2, origin=None, line=0)

    second = store.write([changed], [("service", "b"), ("service", "never-was")], expected=first)

    assert store.all() == [changed]
    assert second.number == 2
    assert second.digest != first.digest


def test_thousands_are_written_and_deleted_at_once(store: DocumentStore) -> None:
    """More keys than one statement binds."""
    documents = [_document(f"s{number:04d}", spec={"n": number}) for number in range(2_500)]
    version = store.write(documents, [], expected=store.version())

    store.write([], [one.key for one in documents[1:]], expected=version)

    assert [one.name for one in store.all()] == ["s0000"]


def test_writing_over_a_newer_version_is_a_conflict(store: DocumentStore) -> None:
    """Who planned against an older state must look again; nothing is written."""
    old = store.version()
    store.write([_document("a")], [], expected=old)

    with pytest.raises(Conflict, match="changed by somebody else"):
        store.write([_document("b")], [("service", "a")], expected=old)

    assert [one.name for one in store.all()] == ["a"]


class _Stop(Exception):
    """Ends a transaction without a commit."""


@contextlib.contextmanager
def _undone(database: Database) -> Iterator[Connection]:
    """A write transaction that is rolled back at its end."""
    with contextlib.suppress(_Stop), database.begin() as connection:
        yield connection
        raise _Stop


def test_a_version_that_was_rolled_back_never_comes_again(database: Database) -> None:
    """The number does, the digest does not: what was cached for one is not taken for the other."""
    with _undone(database) as connection:
        undone = DocumentStore(connection).write([_document("a")], [], expected=DocumentVersion(0, ""))

    with database.begin() as connection:
        done = DocumentStore(connection).write([_document("b")], [], expected=DocumentVersion(0, ""))

    assert undone.number == done.number
    assert undone.digest != done.digest
