"""What happened: saved with the change, typed when read, followed by its reactions, and traced from cause to effect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

import pytest
from sqlalchemy import insert, select, update

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.events import EventLog
from watchbill.adapters.store.jobs import JobStore
from watchbill.adapters.store.queue import JobQueue
from watchbill.adapters.store.records import RecordStore
from watchbill.adapters.store.tables.spine import events
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import NotFound
from watchbill.kernel.events import Event
from watchbill.kernel.ids import AlertId, IdSource, IncidentId, PageId, PostmortemId


class Colour(StrEnum):
    """A closed set inside an event."""

    RED = "red"


@dataclass(frozen=True)
class BellRang(Event):
    """Something with a field of every kind that events may hold."""

    kind: ClassVar[str] = "test.bell.rang"
    alert: AlertId | None
    colour: Colour
    at: datetime
    people: tuple[str, ...] = ()
    labels: dict[str, str] | None = None
    severity: str = "P1"


@dataclass(frozen=True)
class Noted(Event):
    """An event that nobody reacts to."""

    kind: ClassVar[str] = "test.noted"


REACTIONS = {BellRang.kind: ("reaction:page", "reaction:declare")}
BELL = BellRang(
    AlertId("alr_1"), Colour.RED, datetime(2026, 11, 24, 3, 0, 0, 5, tzinfo=UTC), ("ann", "bob"), {"a": "ö\u2028"}
)


@dataclass
class Scene:
    """The log and the chains over one database, each block a transaction."""

    database: Database
    clock: ManualClock
    ids: IdSource

    @contextmanager
    def log(self) -> Iterator[EventLog]:
        """The writing side."""
        with self.database.begin() as connection:
            store = JobStore(connection, ids=self.ids, now=self.clock.now())
            log = EventLog(
                connection,
                ids=self.ids,
                now=self.clock.now(),
                jobs=store,
                reactions=lambda event: REACTIONS.get(event.kind, ()),
                urgency=lambda _: 0,
            )
            yield log
            log.flush()
            store.flush()

    @contextmanager
    def records(self) -> Iterator[RecordStore]:
        """The reading side."""
        with self.database.begin() as connection:
            store = JobStore(connection, ids=self.ids, now=self.clock.now())
            yield RecordStore(connection, EventLog(connection, ids=self.ids, now=self.clock.now(), jobs=store))


@pytest.fixture
def scene(database: Database, clock: ManualClock, ids: IdSource) -> Scene:
    """The scene over each database."""
    return Scene(database, clock, ids)


def test_an_event_comes_back_as_what_it_was(scene: Scene) -> None:
    """Enums, moments, tuples, maps and None keep their types."""
    with scene.log() as log:
        saved = log.publish(BELL, subject="alr_1", cause=None)
    with scene.log() as log:
        found = log.get(saved.id)

    assert found == saved


def test_an_event_sets_off_its_reactions_in_the_same_transaction(scene: Scene) -> None:
    """A job for each reaction, keyed by the event, due at once; other kinds set off nothing."""
    with scene.log() as log:
        saved = log.publish(BELL, subject="alr_1", cause=None)
        log.publish(Noted(), subject="alr_1", cause=saved.id)
    with scene.database.begin() as connection:
        claimed = JobQueue(connection, now=scene.clock.now()).claim("w")

    assert [(job.kind, job.key, job.priority) for job in claimed] == [
        ("reaction:page", saved.id, 0),
        ("reaction:declare", saved.id, 0),
    ]


def test_an_event_of_a_transaction_that_failed_never_was(scene: Scene) -> None:
    """Neither the event nor its reactions."""
    with pytest.raises(ZeroDivisionError), scene.log() as log:  # noqa: PT012 - the block is what fails
        log.publish(BELL, subject="alr_1", cause=None)
        log.flush()
        _ = 1 / 0
    with scene.records() as records:
        found = records.events()

    assert found == []


def test_an_event_without_a_kind_is_refused(scene: Scene) -> None:
    """It could never be read again."""

    @dataclass(frozen=True)
    class Nameless(Event):
        pass

    with scene.log() as log, pytest.raises(ValueError, match="Nameless has no kind"):
        log.publish(Nameless(), subject="x", cause=None)


def test_an_event_of_an_unknown_class_says_so(scene: Scene) -> None:
    """Written by another version: the message names the kind."""
    with scene.database.begin() as connection:
        connection.execute(
            insert(events).values(
                id="evt_1", kind="from.the.future", at=scene.clock.now(), subject="x", cause=None, payload={}
            )
        )
    with scene.log() as log, pytest.raises(NotFound, match=r"from\.the\.future"):
        log.get(next(iter(["evt_1"])))  # type: ignore[arg-type]  # an id from another version is plain text


def test_the_stream_is_read_in_order_from_any_position(scene: Scene) -> None:
    """Positions rise; filters by subject and kind narrow it."""
    with scene.log() as log:
        for number in range(5):
            log.publish(Noted() if number % 2 else BELL, subject=f"s{number}", cause=None)
    with scene.records() as records:
        every = records.events()
        rest = records.events(after=every[1].position, limit=2)
        some = records.events(kinds=[Noted.kind])
        one = records.events(subject="s4")
        last = records.last_position()

    assert [found.recorded.subject for found in every] == ["s0", "s1", "s2", "s3", "s4"]
    assert [found.recorded.subject for found in rest] == ["s2", "s3"]
    assert [found.recorded.subject for found in some] == ["s1", "s3"]
    assert [found.recorded.subject for found in one] == ["s4"]
    assert last == every[-1].position


def test_a_follower_never_skips_a_transaction_that_is_still_open(
    postgresql_url: str, clock: ManualClock, ids: IdSource
) -> None:
    """On PostgreSQL a later position may commit first: the follower sees neither, then both in order."""
    scene = Scene(Database(postgresql_url, clock=clock), clock, ids)
    other = Scene(Database(postgresql_url, clock=clock), clock, ids)
    with scene.log() as slow:
        slow.publish(Noted(), subject="slow", cause=None)
        slow.flush()
        with other.log() as quick:
            quick.publish(Noted(), subject="quick", cause=None)
        with other.records() as records:
            during = records.events()
    with other.records() as records:
        after = records.events()
    scene.database.close()
    other.database.close()

    assert during == []
    assert [found.recorded.subject for found in after] == ["slow", "quick"]


def test_a_follower_sees_events_of_a_restored_backup(postgresql_url: str, clock: ManualClock, ids: IdSource) -> None:
    """Transaction numbers of another cluster, however high, hide nothing."""
    scene = Scene(Database(postgresql_url, clock=clock), clock, ids)
    with scene.log() as log:
        log.publish(Noted(), subject="restored", cause=None)
    with scene.database.begin() as connection:
        connection.execute(update(events).values(tx=2**50))
    with scene.records() as records:
        found = records.events()
    scene.database.close()

    assert [one.recorded.subject for one in found] == ["restored"]


def test_a_trace_shows_the_whole_chain_from_any_of_its_links(scene: Scene) -> None:
    """From the alert to the postmortem, causes before effects, whichever id is asked for; strangers stay out."""
    alert, page, incident, draft = AlertId("alr_1"), PageId("pag_1"), IncidentId("inc_1"), PostmortemId("pm_1")
    with scene.log() as log:
        opened = log.publish(Noted(), subject=alert, cause=None)
        log.publish(Noted(), subject="alr_stranger", cause=None)
        scene.clock.forward(timedelta(seconds=1))
    with scene.log() as log:
        log.publish(Noted(), subject=page, cause=opened.id)
        log.publish(Noted(), subject=incident, cause=alert)
        resolved = log.publish(Noted(), subject=incident, cause=page)
        log.publish(Noted(), subject=draft, cause=resolved.id)
    with scene.records() as records:
        chains = [records.trace(which) for which in (alert, page, incident, draft, resolved.id)]

    assert [(link.id, link.kind, link.cause) for link in chains[0]] == [
        ("alr_1", "alert", None),
        ("pag_1", "page", "alr_1"),
        ("inc_1", "incident", "alr_1"),
        ("pm_1", "postmortem", "inc_1"),
    ]
    assert all(chain == chains[0] for chain in chains)


def test_a_trace_begins_with_what_the_slo_said_then_and_leaves_its_other_chains_out(scene: Scene) -> None:
    """An SLO goes on for years: a chain shows the burn that set it off, whether an effect names the event or the SLO."""
    with scene.log() as log:
        log.publish(BELL, subject="slo/checkout", cause=None)
        log.publish(Noted(), subject="alr_old", cause="slo/checkout")
        burning = log.publish(Noted(), subject="slo/checkout", cause=None)
        log.publish(Noted(), subject="alr_new", cause=burning.id)
        log.publish(Noted(), subject="pag_new", cause="alr_new")
    with scene.records() as records:
        chains = {which: records.trace(which) for which in ("alr_old", "alr_new", "pag_new", "slo/checkout")}

    assert [(link.id, link.event, link.cause) for link in chains["alr_old"]] == [
        ("slo/checkout", BELL.kind, None),
        ("alr_old", Noted.kind, "slo/checkout"),
    ]
    assert [(link.id, link.event, link.cause) for link in chains["pag_new"]] == [
        ("slo/checkout", Noted.kind, None),
        ("alr_new", Noted.kind, "slo/checkout"),
        ("pag_new", Noted.kind, "alr_new"),
    ]
    assert chains["alr_new"] == chains["pag_new"]
    assert {link.id for link in chains["slo/checkout"]} == {"slo/checkout", "alr_old", "alr_new", "pag_new"}


def test_a_trace_of_causes_that_go_in_a_circle_ends(scene: Scene) -> None:
    """Faulty data must not hang the reader."""
    with scene.log() as log:
        log.publish(Noted(), subject="a", cause="b")
        log.publish(Noted(), subject="b", cause="a")
    with scene.records() as records:
        chain = records.trace("a")

    assert sorted(link.id for link in chain) == ["a", "b"]


def test_a_trace_of_nothing_is_not_found(scene: Scene) -> None:
    """The message says what kind of record the id would be."""
    with scene.records() as records, pytest.raises(NotFound, match="there is no incident 'inc_9'"):
        records.trace("inc_9")


def test_the_log_is_append_only_in_position(scene: Scene) -> None:
    """Positions are never given twice, even after the newest row was deleted."""
    with scene.log() as log:
        log.publish(Noted(), subject="a", cause=None)
    with scene.database.begin() as connection:
        first = connection.execute(select(events.c.position)).scalar_one()
        connection.execute(events.delete())
    with scene.log() as log:
        log.publish(Noted(), subject="b", cause=None)
    with scene.records() as records:
        second = records.last_position()

    assert second > first
