"""Loops are woken by commits: those of this process directly, those of others through PostgreSQL."""

import threading

import pytest
from sqlalchemy import text

from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.signals import Signals
from watchbill.adapters.store.wakeups import INBOX, WORK, Wakeups

PATIENCE_S = 20.0


def test_waiting_ends_when_the_topic_is_woken() -> None:
    """And at once when it was woken between looking and waiting."""
    wakeups = Wakeups()
    seen = wakeups.count()
    wakeups.wake()

    assert wakeups.wait(seen, PATIENCE_S) == seen + 1


def test_topics_do_not_wake_each_other() -> None:
    """Intake does not make the jobs loop look."""
    wakeups = Wakeups()
    wakeups.wake(INBOX)

    assert wakeups.wait(0, 0.0, WORK) == 0
    assert wakeups.count(INBOX) == 1


def test_listeners_are_called_until_they_leave() -> None:
    """Live pages come and go."""
    wakeups, calls = Wakeups(), []
    leave = wakeups.subscribe(lambda: calls.append(1))
    wakeups.wake()
    leave()
    leave()
    wakeups.wake()

    assert calls == [1]


def test_another_process_is_woken_through_postgresql(postgresql_url: str) -> None:
    """Two sides with nothing in common but the database."""
    databases = [Database(postgresql_url) for _ in range(2)]
    here, there = Wakeups(), Wakeups()
    announcing, listening = Signals(databases[0], here), Signals(databases[1], there)
    seen = there.count(INBOX)
    listening.listen()
    there.wait(seen, PATIENCE_S, INBOX)  # it says when it listens
    seen = there.count(INBOX)
    announcing.announce(INBOX)
    woken = there.wait(seen, PATIENCE_S, INBOX)
    announcing.close()
    listening.close()
    for database in databases:
        database.close()

    assert woken > seen
    assert here.count(INBOX) == 0


def test_what_is_pending_is_announced_before_the_end(postgresql_url: str) -> None:
    """A command that lives for a moment still wakes the worker."""
    databases = [Database(postgresql_url) for _ in range(2)]
    there = Wakeups()
    listening = Signals(databases[1], there)
    listening.listen()
    there.wait(0, PATIENCE_S)
    seen = there.count()
    command = Signals(databases[0], Wakeups())
    command.announce(WORK)
    command.close()
    woken = there.wait(seen, PATIENCE_S)
    listening.close()
    for database in databases:
        database.close()

    assert woken > seen


def test_listening_goes_on_after_the_connection_was_cut(postgresql_url: str) -> None:
    """The server restarts, a firewall forgets: whoever listens comes back and looks at everything."""
    databases = [Database(postgresql_url) for _ in range(2)]
    there = Wakeups()
    listening = Signals(databases[1], there)
    listening.listen()
    there.wait(0, PATIENCE_S)
    seen = there.count()
    with databases[0].begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    back = there.wait(seen, PATIENCE_S)
    listening.close()
    for database in databases:
        database.close()

    assert back > seen


def test_on_sqlite_there_is_nobody_else(database: Database, request: pytest.FixtureRequest) -> None:
    """No threads are started for nothing."""
    if database.is_postgresql:
        return
    before = threading.active_count()
    signals = Signals(database, Wakeups())
    signals.listen()
    signals.announce(WORK)
    during = threading.active_count()
    signals.close()

    assert during == before
