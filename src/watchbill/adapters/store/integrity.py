"""Is the SQLite file whole? Looked at before it is opened, so that a damaged one is never taken for an empty one."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from watchbill.adapters.store.engine import Database
from watchbill.kernel.errors import Conflict

__all__ = ["check_file", "copy_before_upgrade", "quick_check"]

_COPIES_KEPT = 3

_MAGIC = b"SQLite format 3\x00"
_HINT = "restore a backup: `watchbill restore FILE --data NEW-DIR`; nothing was changed"


def check_file(path: Path) -> None:
    """Raise Conflict for a file that is no database, or a write-ahead log whose database is gone."""
    size = path.stat().st_size if path.exists() else 0
    log = path.with_name(path.name + "-wal")
    if size == 0 and log.exists() and log.stat().st_size > 0:
        raise Conflict(f"{path} is missing or empty, but its write-ahead log is not", hint=_HINT)
    if size > 0:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) != _MAGIC:
                raise Conflict(f"{path} is damaged: it does not begin as a SQLite database does", hint=_HINT)


def quick_check(connection: Connection) -> None:
    """Raise Conflict with SQLite's first finding; reads the whole file."""
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise Conflict(f"the database is damaged: {found}", hint=_HINT)


def copy_before_upgrade(database: Database, folder: Path, now: datetime) -> Path | None:
    """A whole copy of the file, beside it, named after its schema; the last three are kept. None where there is nothing to lose."""
    version = database.version()
    if database.path is None or version is None:
        return None
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / f"{now:%Y%m%dT%H%M%SZ}-schema-{version}.db"
    part = copy.with_suffix(".part")
    os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(database.path)) as source, closing(sqlite3.connect(part)) as target:
        source.backup(target)
    part.replace(copy)
    for old in sorted(folder.glob("*-schema-*.db"))[:-_COPIES_KEPT]:
        old.unlink()
    return copy
