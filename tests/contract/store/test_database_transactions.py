"""What a transaction promises, on both databases."""

import stat
import threading
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from watchbill.adapters.store import engine
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.tables.people import accounts
from watchbill.adapters.store.types import from_builtins, from_json, to_builtins, to_json
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Invalid, Unavailable

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def _add(database: Database, person: str, at: datetime = AT) -> None:
    with database.begin() as connection:
        connection.execute(insert(accounts).values(person=person, role="viewer", created_at=at, created_by="x"))


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(accounts.c.person).order_by(accounts.c.person)).scalars())


def test_a_transaction_commits_at_the_end_of_its_block(database: Database) -> None:
    """What was written is there for the next reader."""
    _add(database, "ann")

    assert _names(database) == ["ann"]


def test_a_transaction_that_raises_changes_nothing(database: Database) -> None:
    """All of it or nothing."""
    with pytest.raises(ZeroDivisionError), database.begin() as connection:  # noqa: PT012 - the block is what fails
        connection.execute(insert(accounts).values(person="ann", role="viewer", created_at=AT, created_by="x"))
        _ = 1 / 0

    assert _names(database) == []


def test_a_reader_cannot_write(database: Database) -> None:
    """Whatever runs in `read()`, nothing is changed by it."""
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(insert(accounts).values(person="ann", role="viewer", created_at=AT, created_by="x"))

    assert _names(database) == []


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    """A commit in the middle of a reading transaction does not show in it, and does not wait for it."""
    with database.read() as connection:
        before = connection.execute(select(accounts.c.person)).all()
        writer = threading.Thread(target=_add, args=(database, "ann"))
        writer.start()
        writer.join(10)

        assert connection.execute(select(accounts.c.person)).all() == before == []
    assert _names(database) == ["ann"]


def test_threads_write_one_after_the_other(database: Database) -> None:
    """Forty writers at once: every commit arrives, none fails."""
    threads = [threading.Thread(target=_add, args=(database, f"p{number:02}")) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(_names(database)) == 40


def test_a_transaction_inside_a_transaction_is_refused(database: Database) -> None:
    """It would wait for itself: the programmer is told at once."""
    with database.begin(), pytest.raises(RuntimeError, match="already has a transaction open"), database.begin():
        pass


def test_moments_come_back_aware_in_utc_and_to_the_microsecond(database: Database) -> None:
    """A moment given in another zone is the same moment when read."""
    paris = datetime(2026, 11, 24, 4, 12, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    _add(database, "ann", paris)
    with database.read() as connection:
        found = connection.execute(select(accounts.c.created_at)).scalar_one()

    assert (found, found.tzinfo) == (datetime(2026, 11, 24, 3, 12, 0, 123456, tzinfo=UTC), UTC)


def test_order_of_moments_is_time_order(database: Database) -> None:
    """Whole seconds and fractions sort alike on both databases."""
    for number, micro in enumerate([5, 0, 999_999, 100_000]):
        _add(database, f"p{number}", AT.replace(microsecond=micro))
    with database.read() as connection:
        found = connection.execute(select(accounts.c.person).order_by(accounts.c.created_at)).scalars().all()

    assert found == ["p1", "p0", "p3", "p2"]


def test_a_naive_moment_is_refused(database: Database) -> None:
    """A time without a zone names no moment."""
    with pytest.raises(StatementError, match="naive"):
        _add(database, "ann", datetime(2026, 11, 24, 3, 0))


def test_a_fault_of_the_program_stays_what_it_is(database: Database) -> None:
    """A broken unique key is no passing state of the database."""
    _add(database, "ann")
    with pytest.raises(IntegrityError):
        _add(database, "ann")


def test_a_statement_that_takes_too_long_is_unavailable(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends it, and the caller may try again."""
    monkeypatch.setattr(engine, "STATEMENT_TIMEOUT_MS", 50)
    database = Database(postgresql_url)
    with pytest.raises(Unavailable, match="statement timeout"), database.begin() as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    database.close()


def test_a_server_that_is_away_is_unavailable() -> None:
    """Nobody listens there: 503, not a fault."""
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable) as caught, database.begin():
        pass

    assert caught.value.retry_after_s > 0


def test_connections_survive_that_the_server_drops_them(postgresql_url: str) -> None:
    """After the server killed every connection the next transaction works."""
    database = Database(postgresql_url)
    _add(database, "ann")
    with database.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    _add(database, "bob")
    names = _names(database)
    database.close()

    assert names == ["ann", "bob"]


def test_another_process_that_holds_the_file_makes_it_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the busy timeout a writer is told to come back, and readers go on."""
    monkeypatch.setitem(engine._SQLITE_PRAGMAS, "busy_timeout", "100")
    first, second = (Database(f"sqlite:///{tmp_path / 'a.db'}") for _ in range(2))
    first.create_all()
    with first.begin():
        with pytest.raises(Unavailable, match="locked"), second.begin():
            pass
        names = _names(second)
    first.close()
    second.close()

    assert names == []


def test_the_file_is_private(tmp_path: Path) -> None:
    """The database and its write-ahead log can be read by their owner only."""
    path = tmp_path / "deep" / "a.db"
    database = Database(f"sqlite:///{path}")
    database.create_all()
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in path.parent.iterdir()}
    database.close()

    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


def test_the_database_in_memory_is_one_for_all_threads() -> None:
    """The fast fake of the tests: what one thread writes another reads."""
    database = Database("sqlite://", clock=ManualClock(AT))
    database.create_all()
    writer = threading.Thread(target=_add, args=(database, "ann"))
    writer.start()
    writer.join(10)
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(text("DELETE FROM accounts"))

    assert _names(database) == ["ann"]


def test_full_durability_is_on(tmp_path: Path) -> None:
    """SQLite syncs at every commit and keeps its log beside the file."""
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.begin() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    database.close()

    assert found == ["wal", 2, 1]


def test_other_databases_are_refused() -> None:
    """The message says which there are."""
    with pytest.raises(Invalid, match="sqlite:///PATH"):
        Database("mysql://localhost/x")


def test_leases_are_judged_by_the_databases_clock(postgresql_url: str) -> None:
    """Without a clock of a test, PostgreSQL says what time it is."""
    database = Database(postgresql_url)
    with database.begin() as connection:
        first, second = database.now(connection), database.now(connection)
    database.close()

    assert first.tzinfo is not None
    assert first < second


def test_stored_json_keeps_exact_shares() -> None:
    """A Fraction is stored as text and comes back exactly; what has no stored form is refused."""
    assert from_json(to_json({"share": Fraction(1, 3)})) == {"share": "1/3"}
    assert from_builtins(to_builtins({"share": Fraction(1, 3)}), dict[str, Fraction]) == {"share": Fraction(1, 3)}
    with pytest.raises(NotImplementedError, match="complex"):
        to_json(1j)
