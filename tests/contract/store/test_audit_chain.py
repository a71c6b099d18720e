"""The audit log: appended with the change, and sealed so that tampering shows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import delete, update

from watchbill.adapters.store.audit import GENESIS, AuditStore
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.tables.spine import audit
from watchbill.kernel.clock import ManualClock


@contextmanager
def _log(database: Database, clock: ManualClock) -> Iterator[AuditStore]:
    with database.begin() as connection:
        log = AuditStore(connection, now=clock.now())
        yield log
        log.flush()


@pytest.fixture
def kept_head(database: Database, clock: ManualClock) -> str:
    """A log of five rows, written in two transactions; the hash of the last row."""
    for names in (["a", "b"], ["c", "d", "e"]):
        with _log(database, clock) as log:
            for name in names:
                log.record("ann", "token.create", name, {"n": 1, "b": [True, None], "a": "ö"})
    with _log(database, clock) as log:
        return log.verify().head


def test_a_whole_chain_verifies(database: Database, clock: ManualClock, kept_head: str) -> None:
    """All rows hold, and the head is the one that was kept."""
    with _log(database, clock) as log:
        verdict = log.verify(head=kept_head)

    assert (verdict.entries, verdict.head, verdict.fault) == (5, kept_head, None)


def test_an_empty_chain_verifies(database: Database, clock: ManualClock) -> None:
    """Nothing was ever written: that is no fault."""
    with _log(database, clock) as log:
        verdict = log.verify()

    assert (verdict.entries, verdict.head, verdict.fault) == (0, GENESIS, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "eve"),
        ("action", "x"),
        ("subject", "x"),
        ("details", {"n": 2}),
        ("at", None),
        ("hash", "0" * 64),
        ("previous_hash", "0" * 64),
    ],
)
def test_a_changed_row_shows(
    database: Database, clock: ManualClock, kept_head: str, column: str, value: object
) -> None:
    """Whichever field was changed, the row is named."""
    with database.begin() as connection:
        new = clock.now().replace(year=2020) if column == "at" else value
        connection.execute(update(audit).where(audit.c.sequence == 3).values({column: new}))
    with _log(database, clock) as log:
        verdict = log.verify(head=kept_head)

    assert (verdict.entries, verdict.fault) == (2, "row 3 was changed")


def test_a_removed_row_shows(database: Database, clock: ManualClock, kept_head: str) -> None:
    """A gap in the numbers."""
    with database.begin() as connection:
        connection.execute(delete(audit).where(audit.c.sequence == 3))
    with _log(database, clock) as log:
        verdict = log.verify(head=kept_head)

    assert verdict.fault == "row 3 is missing"


def test_two_rows_that_changed_places_show(database: Database, clock: ManualClock, kept_head: str) -> None:
    """Their numbers are part of their seals."""
    with database.begin() as connection:
        for old, new in ((3, 99), (4, 3), (99, 4)):
            connection.execute(update(audit).where(audit.c.sequence == old).values(sequence=new))
    with _log(database, clock) as log:
        verdict = log.verify(head=kept_head)

    assert verdict.fault == "row 3 was changed"


def test_rows_cut_off_the_end_show_against_a_kept_head(database: Database, clock: ManualClock, kept_head: str) -> None:
    """The rest of the chain still holds, so only the head that was kept outside tells."""
    with database.begin() as connection:
        connection.execute(delete(audit).where(audit.c.sequence > 3))
    with _log(database, clock) as log:
        alone, against = log.verify(), log.verify(head=kept_head)

    assert alone.fault is None
    assert against.fault is not None
    assert "rows at its end were removed" in against.fault


def test_the_row_of_a_transaction_that_failed_never_was(database: Database, clock: ManualClock, kept_head: str) -> None:
    """And the chain goes on as if nothing had been tried."""
    with pytest.raises(ZeroDivisionError), _log(database, clock) as log:  # noqa: PT012 - the block is what fails
        log.record("ann", "x", "y")
        log.flush()
        _ = 1 / 0
    with _log(database, clock) as log:
        log.record("ann", "after", "z")
        rows = log.list(after=4)
        verdict = log.verify(head=kept_head)

    assert [(row.sequence, row.action) for row in rows] == [(5, "token.create"), (6, "after")]
    assert (verdict.entries, verdict.fault) == (6, None)


def test_rows_of_many_writers_make_one_chain(database: Database, clock: ManualClock) -> None:
    """Eight threads append at once: no number twice, no gap, every seal right."""

    def write(name: str) -> None:
        for number in range(10):
            with _log(database, clock) as log:
                log.record(name, "action", str(number))

    threads = [threading.Thread(target=write, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with _log(database, clock) as log:
        verdict = log.verify()

    assert (verdict.entries, verdict.fault) == (80, None)


def test_rows_are_listed_by_subject(database: Database, clock: ManualClock, kept_head: str) -> None:
    """What happened to one record."""
    with _log(database, clock) as log:
        rows = log.list(subject="c")

    assert [(row.sequence, row.details) for row in rows] == [(3, {"n": 1, "b": [True, None], "a": "ö"})]
