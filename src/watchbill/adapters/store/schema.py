"""Brings the schema up to date, and refuses a database that a newer watchbill has written."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, inspect, select, text

from watchbill.adapters.store.dialects import is_postgresql
from watchbill.adapters.store.metadata import schema
from watchbill.kernel.errors import Conflict

__all__ = ["HEAD", "REVISIONS", "create", "is_current", "prepare", "upgrade", "version_of"]

# Every revision that this version knows, oldest first; a test compares it with the files.
REVISIONS: Final = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
)
HEAD: Final = REVISIONS[-1]
_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x73636865  # "sche": one process at a time upgrades a PostgreSQL database


def version_of(connection: Connection) -> str | None:
    """The revision of the database; None where it is empty. One small read, without loading Alembic."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def is_current(connection: Connection) -> bool:
    """Whether nothing is to be done; raises Conflict, with both versions, for a schema that this watchbill does not know."""
    version = version_of(connection)
    if version is not None and version not in REVISIONS:
        raise Conflict(
            f"the database has schema {version}, this watchbill knows {HEAD}",
            hint="start the newer watchbill that wrote it, or restore a backup made before the upgrade",
        )
    return version == HEAD


def create(connection: Connection) -> None:
    """Make every table at once, as the newest revision would leave them: for tests and throw-away databases."""
    schema().create_all(connection)
    if version_of(connection) is None:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def prepare(connection: Connection) -> None:
    """Bring the database to the newest revision in the connection's transaction: an empty one at once, others by what is missing.

    Making all tables at once spares a new installation the whole history, Alembic and its 15 MB. A test compares both ways.
    """
    if is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    if version_of(connection) is None and not inspect(connection).get_table_names():
        create(connection)
    else:
        upgrade(connection)


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Run the missing revisions in the connection's transaction: all of them or none."""
    from alembic import command
    from alembic.config import Config

    if is_postgresql(connection):
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = '30s'"))
    if is_current(connection):
        return  # another process was quicker
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
