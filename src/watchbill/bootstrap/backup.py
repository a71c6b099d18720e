"""One consistent cut over state and counts, as one file; and an installation made from such a file.

The state is read from the snapshot of one transaction, so that nothing waits for a backup and a backup sees no half of
anything. Counts are copied right after the snapshot began; each of their appends carries its source position, so that the
follower goes on reading exactly where the copy ends. The file is a ZIP: a manifest, a JSON-lines file for each table, the
counts, and the keys with which links and webhooks are signed. Whoever has it has everything: it is written with mode 0600.
"""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from watchbill import __version__
from watchbill.adapters.store.copying import is_empty, load_rows, reset_counters, rows_of, tables
from watchbill.adapters.store.engine import Database
from watchbill.adapters.store.integrity import quick_check
from watchbill.adapters.store.pauses import PauseStore
from watchbill.adapters.store.schema import HEAD, REVISIONS, upgrade
from watchbill.config import Config
from watchbill.kernel.clock import Clock, SystemClock
from watchbill.kernel.errors import Conflict, Invalid
from watchbill.kernel.instants import to_text

if TYPE_CHECKING:
    from watchbill.bootstrap.app import App
    from watchbill.bootstrap.services import Services

__all__ = ["Manifest", "restore", "write_backup"]

_FORMAT = 1
_HINT = "nothing was changed"


class Manifest(msgspec.Struct, frozen=True):
    """What the file says about itself. `audit_head` seals the audit log up to the cut."""

    format: int
    watchbill: str
    schema: str
    at: datetime
    rows: dict[str, int]
    audit_head: str
    digests: dict[str, str]  # SHA-256 of every other member


def write_backup(app: "App", s: "Services", file: Path) -> Manifest:
    """Write the cut that the (reading) transaction of `s` sees. The file appears only when it is whole."""
    if not app.database.is_postgresql:
        quick_check(s.connection)
    at = s.now
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(file.name + ".part")
    handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
    try:
        with os.fdopen(handle, "w+b") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
            digests: dict[str, str] = {}
            rows = {
                table.name: _pack(pack, f"state/{table.name}.jsonl", rows_of(s.connection, table), digests)
                for table in tables()
            }
            _pack_counts(app, pack, digests)
            for key in sorted(app.config.data.glob("*.key")):
                _pack(pack, f"keys/{key.name}", iter([key.read_bytes()]), digests)
            manifest = Manifest(_FORMAT, __version__, HEAD, at, rows, s.audit.verify().head, digests)
            pack.writestr("manifest.json", msgspec.json.encode(manifest))
        _sync(part)
        part.replace(file)
        _sync(file.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return manifest


def restore(file: Path, config: Config, clock: Clock | None = None) -> Manifest:
    """Make an installation from a backup, in an empty data directory (and an empty PostgreSQL database).

    It appears whole or not at all. Sending starts paused: people are not to be called for what is over by now.
    """
    clock = clock or SystemClock()
    try:
        pack = zipfile.ZipFile(file)
    except OSError as wrong:
        raise Invalid("file", f"{file} cannot be read: {wrong.strerror}", hint=_HINT) from wrong
    except zipfile.BadZipFile as wrong:
        raise Invalid("file", f"{file} is no backup: {wrong}", hint=_HINT) from wrong
    with pack:
        manifest = _manifest(pack, file)
        _check_target(config)
        staging = config.data.with_name(config.data.name + ".restoring")
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700, parents=True)
        try:
            _unpack_files(pack, staging)
            _unpack_state(pack, manifest, replace(config, data=staging), clock)
            for path in staging.rglob("*"):
                _sync(path)
            staging.replace(config.data)
            _sync(config.data.parent)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
    return manifest


def _pack(pack: zipfile.ZipFile, name: str, chunks: Iterator[bytes], digests: dict[str, str]) -> int:
    """Write one member and note its digest; the number of chunks."""
    digest, count = hashlib.sha256(), 0
    with pack.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
        for chunk in chunks:
            digest.update(chunk)
            member.write(chunk)
            count += 1
    digests[name] = digest.hexdigest()
    return count


def _pack_counts(app: "App", pack: zipfile.ZipFile, digests: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(dir=app.config.data, prefix="backup-") as folder:
        copy = Path(folder) / "counts"
        app.measure.contributor_counts.checkpoint()  # lies inside the folder that is copied
        app.measure.counts.backup(copy)
        for path in sorted(path for path in copy.rglob("*") if path.is_file()):
            _pack(pack, f"counts/{path.relative_to(copy).as_posix()}", _chunks(path), digests)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _manifest(pack: zipfile.ZipFile, file: Path) -> Manifest:
    """Read it, and check every member against it before anything is written."""
    try:
        manifest = msgspec.json.decode(pack.read("manifest.json"), type=Manifest)
    except (KeyError, msgspec.MsgspecError, zipfile.BadZipFile) as wrong:
        raise Invalid("file", f"{file} is no backup of watchbill", hint=_HINT) from wrong
    if manifest.format != _FORMAT or manifest.schema not in REVISIONS:
        message = (
            f"{file} was written by watchbill {manifest.watchbill} (schema {manifest.schema}), this one knows {HEAD}"
        )
        raise Conflict(message, hint="restore it with the newer watchbill")
    for name, digest in manifest.digests.items():
        try:
            with pack.open(name) as member:
                found = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]  # needs readinto only, which it has
        except (KeyError, zipfile.BadZipFile) as wrong:
            raise Invalid("file", f"{file} is damaged: {wrong}", hint=_HINT) from wrong
        if found != digest:
            raise Invalid("file", f"{file} is damaged in {name}", hint=_HINT)
    return manifest


def _check_target(config: Config) -> None:
    if config.data.exists() and any(config.data.iterdir()):
        raise Conflict(f"{config.data} is not empty", hint="choose another --data, or move the old one away")
    if config.is_postgresql:
        database = Database(config.database_url)
        try:
            with database.read() as connection:
                if not is_empty(connection):
                    raise Conflict("the PostgreSQL database is not empty", hint="restore into a new one")
        finally:
            database.close()


def _unpack_files(pack: zipfile.ZipFile, folder: Path) -> None:
    """Counts and keys; names come from a file that may have been tampered with, so they are confined."""
    for name in pack.namelist():
        kind, _, rest = name.partition("/")
        if kind not in {"counts", "keys"}:
            continue
        target = (folder / "counts" / rest if kind == "counts" else folder / rest).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise Invalid("file", f"the backup names {name!r}, which lies outside", hint=_HINT)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with pack.open(name) as source, os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            shutil.copyfileobj(source, file)


def _unpack_state(pack: zipfile.ZipFile, manifest: Manifest, config: Config, clock: Clock) -> None:
    database = Database(config.database_url, clock=clock)
    try:
        with database.begin() as connection:
            upgrade(connection, manifest.schema)
            members = set(pack.namelist())
            for table in tables():
                if (name := f"state/{table.name}.jsonl") in members:
                    with pack.open(name) as lines:
                        load_rows(connection, table, lines)
            reset_counters(connection)
            if manifest.schema != HEAD:
                upgrade(connection)
            reason = f"restored from a backup of {to_text(manifest.at)}"
            PauseStore(connection).stop_sending(reason, database.now(connection))
    finally:
        database.close()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
