"""Change events, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from watchbill.adapters.store.changes import ChangeStore
from watchbill.catalog.model import Change, ChangeKind, Risk
from watchbill.kernel.ids import ChangeId

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FULL = Change(
    id=ChangeId("chg_full"),
    service="checkout",
    kind=ChangeKind.FLAG,
    at=AT + timedelta(microseconds=1),
    summary="pay later on",
    recorded_by="ann",
    version="842",
    author="bob",
    risk=Risk.HIGH,
    rollback_plan="switch it off",
    url="https://ci.example/842",
    cause="inc_1",
)


def _change(number: int, service: str = "checkout", *, minutes: int = 0) -> Change:
    at = AT + timedelta(minutes=minutes)
    return Change(ChangeId(f"chg_{number:04d}"), service, ChangeKind.DEPLOY, at, f"deploy {number}", "ci")


@pytest.fixture
def store(connection: Connection) -> ChangeStore:
    """The store inside a write transaction."""
    return ChangeStore(connection)


def test_a_change_comes_back_as_it_was_saved(store: ChangeStore) -> None:
    """Every field, to the microsecond."""
    store.add(FULL)

    assert store.get("chg_full") == FULL
    assert store.get("chg_none") is None


def test_changes_are_found_newest_first_within_a_half_open_span(store: ChangeStore) -> None:
    """The start belongs to the span, the end does not."""
    for number, minutes in enumerate((0, 10, 20, 30)):
        store.add(_change(number, minutes=minutes))

    found = store.find(services=None, since=AT + timedelta(minutes=10), until=AT + timedelta(minutes=30), limit=10)

    assert [one.summary for one in found] == ["deploy 2", "deploy 1"]


def test_changes_are_found_by_service(store: ChangeStore) -> None:
    """Of these services and no other; of none, nothing."""
    for number, service in enumerate(("a", "b", "c")):
        store.add(_change(number, service))

    assert {one.service for one in store.find(services=["a", "c"], since=None, until=None, limit=10)} == {"a", "c"}
    assert store.find(services=[], since=None, until=None, limit=10) == []


def test_pages_neither_repeat_nor_skip(store: ChangeStore) -> None:
    """Nine changes, three at each moment, in pages of two: each once, in order."""
    for number in range(9):
        store.add(_change(number, minutes=number // 3))
    seen: list[Change] = []

    while page := store.find(
        services=None, since=None, until=None, limit=2, before=(seen[-1].at, seen[-1].id) if seen else None
    ):
        seen += page

    assert [one.id for one in seen] == sorted((f"chg_{number:04d}" for number in range(9)), reverse=True)
