"""The schema's history: migrations and tables agree, an upgrade is whole or not at all, and newer schemas are refused."""

import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from watchbill.adapters.store import schema as schema_module
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.integrity import copy_before_upgrade
from watchbill.adapters.store.metadata import schema
from watchbill.adapters.store.schema import HEAD, REVISIONS, is_current
from watchbill.kernel.errors import Conflict

MIGRATIONS = Path(schema_module.__file__).parent / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        opened = Database(request.getfixturevalue("postgresql_url"))
        with opened.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    yield opened
    opened.close()


def test_every_migration_file_is_known_in_order() -> None:
    """The list in the code is the list of files."""
    files = [path.name.partition("_")[0] for path in sorted(MIGRATIONS.glob("[0-9]*.py"))]

    assert files == list(REVISIONS)


def test_migrations_lead_to_the_tables_in_the_code(empty: Database) -> None:
    """Every table, column, type, index and constraint. To mend: `python -m watchbill.adapters.store.migrations.draft`."""
    empty.upgrade()
    with empty.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_ours})
        differences = compare_metadata(context, schema())

    assert differences == []


def _is_ours(_thing: object, name: str | None, _kind: str, *_further: object) -> bool:
    """The full-text index is made by statements of its own, which the next test compares."""
    return not str(name).startswith("postmortem_words")


def test_on_sqlite_the_statements_are_the_same(tmp_path: Path) -> None:
    """Also what Alembic does not compare: checks, partial indexes, counters that never go back."""
    shapes = []
    for name in ("migrated", "created"):
        database = Database(f"sqlite:///{tmp_path / name}.db")
        database.upgrade() if name == "migrated" else database.create_all()
        database.close()
        rows = sqlite3.connect(tmp_path / f"{name}.db").execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        )
        shapes.append(
            {
                row[0]: sorted(re.split(r"[,\s]+", row[1].replace('"', "")))
                for row in rows
                if row[0] != "alembic_version"
            }
        )

    assert shapes[0] == shapes[1]


def test_an_upgrade_can_be_repeated(empty: Database) -> None:
    """The second finds nothing to do."""
    empty.upgrade()
    empty.upgrade()
    with empty.read() as connection:
        assert is_current(connection)
    assert empty.version() == HEAD


def test_an_upgrade_that_fails_leaves_nothing(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are rolled back with everything else, on both databases."""
    from alembic.operations import Operations

    original = Operations.create_index
    calls = iter(range(1_000))

    def break_down(self: Operations, *args: object, **kwargs: object) -> None:
        if next(calls) == 10:
            raise OSError("no space left on device")
        original(self, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Operations, "create_index", break_down)
    with pytest.raises(OSError, match="no space"):
        empty.upgrade()
    with empty.read() as connection:
        left = inspect(connection).get_table_names()
    monkeypatch.undo()
    empty.upgrade()

    assert left == []
    assert empty.version() == HEAD


def test_a_killed_upgrade_is_done_again_from_the_start(tmp_path: Path) -> None:
    """Kill -9 in the middle: the next process finds an empty database and finishes."""
    program = (
        "import os\nfrom alembic.operations import Operations\nfrom watchbill.adapters.store.engine import Database\n"
        "Operations.create_index = lambda *a, **k: os._exit(137)\n"
        f"Database('sqlite:///{tmp_path / 'a.db'}').upgrade()"
    )
    killed = subprocess.run([sys.executable, "-c", program], check=False, env={"PATH": os.environ["PATH"]})
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    before = database.version()
    database.upgrade()
    after = database.version()
    database.close()

    assert (killed.returncode, before, after) == (137, None, HEAD)


def test_a_newer_schema_is_refused_with_both_versions(database: Database) -> None:
    """An old program must not touch it."""
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Conflict, match=f"has schema 9999, this watchbill knows {HEAD}"), database.begin() as connection:
        is_current(connection)


def test_a_copy_is_made_before_an_upgrade(tmp_path: Path) -> None:
    """Whole, private, and only the last three are kept; an empty database needs none."""
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    nothing = copy_before_upgrade(database, tmp_path / "backups", datetime(2026, 1, 1, tzinfo=UTC))
    database.create_all()
    with database.begin() as connection:
        connection.execute(text("INSERT INTO pauses VALUES ('a', '2026-01-01T00:00:00.000000Z', 'kept')"))
    copies = [
        copy_before_upgrade(database, tmp_path / "backups", datetime(2026, 1, day, tzinfo=UTC)) for day in range(1, 6)
    ]
    database.close()
    last = copies[-1]
    assert last is not None
    kept = sqlite3.connect(last).execute("SELECT reason FROM pauses").fetchall()

    assert nothing is None
    assert [copy.exists() for copy in copies if copy] == [False, False, True, True, True]
    assert (kept, stat.S_IMODE(last.stat().st_mode)) == ([("kept",)], 0o600)


def test_an_empty_database_gets_everything_at_once_and_an_older_one_what_it_lacks(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new installation runs no history; one of an earlier version keeps its rows and is brought on."""
    with monkeypatch.context() as patch:
        patch.setattr(schema_module, "upgrade", lambda _connection: pytest.fail("there was nothing to upgrade"))
        empty.prepare()
    assert empty.version() == HEAD
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    with pytest.raises(Conflict, match="older"):
        empty.prepare()


def test_an_older_database_is_brought_on(empty: Database) -> None:
    """The missing revisions run, and nothing is made anew."""
    with empty.begin() as connection:
        schema_module.upgrade(connection, REVISIONS[0])

    empty.prepare()

    assert empty.version() == HEAD
