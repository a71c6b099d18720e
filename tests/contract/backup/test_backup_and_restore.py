"""A backup is one cut, taken while everything goes on; what is restored from it is the same installation, with sending paused."""

import stat
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text

from watchbill.adapters.store.copying import rows_of, tables
from watchbill.adapters.store.schema import HEAD
from watchbill.adapters.store.tables.spine import events, jobs
from watchbill.bootstrap import App
from watchbill.bootstrap.backup import restore
from watchbill.config import Config
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Conflict, Invalid, WatchbillError
from watchbill.kernel.jobs import JobParked
from watchbill.people.model import Actor, Role
from watchbill.slo.model.counts import Bucket

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ROOT = Actor("root", Role.ADMIN, "test")


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Settings of an installation on each database."""
    config = Config.load({}, data=tmp_path / "data")
    return config if request.param == "sqlite" else replace(config, database=request.getfixturevalue("postgresql_url"))


@pytest.fixture
def installation(settings: Config) -> Iterator[App]:
    """One with something in it: an account, a token, events, jobs, counts, and a key."""
    app = App.open(settings, clock=ManualClock(START))
    with app.transaction() as s:
        s.people.set_role("ann", Role.ADMIN, ROOT)
        s.people.create_token("ci", Role.VIEWER, ROOT)
        s.jobs.schedule("tick", "later", s.now + timedelta(days=1), {"n": [1, None, "ö"]})
        s.events.publish(JobParked("k", "x", 5, "boom"), subject="job_1", cause=None)
    app.measure.counts.push("sli", "b1", [Bucket(START, 90, 100)])
    (settings.data / "link.key").write_bytes(b"k" * 32)
    yield app
    app.close()


def _content(app: App) -> dict[str, list[Any]]:
    """Every row of every table but those that a restore changes."""
    with app.reading() as s:
        found = {table.name: [msgspec.json.decode(row) for row in rows_of(s.connection, table)] for table in tables()}
    del found["pauses"]
    for row in found["events"]:
        del row["tx"]
    return found


def test_what_is_restored_is_what_was_backed_up(installation: App, tmp_path: Path) -> None:
    """Row for row, with its counts and keys, on SQLite whatever it came from."""
    manifest = installation.backup(tmp_path / "b.zip")
    before = _content(installation)
    target = Config.load({}, data=tmp_path / "restored")
    restore(tmp_path / "b.zip", target, ManualClock(START))
    with closing(App.open(target, clock=ManualClock(START))) as restored:
        after = _content(restored)
        counts = restored.measure.counts.between("sli", START, START + timedelta(minutes=1))
        with restored.reading() as s:
            verdict = s.audit.verify(head=manifest.audit_head)

    assert after == before
    assert (counts.good, counts.total) == (90, 100)
    assert verdict.fault is None
    assert (target.data / "link.key").read_bytes() == b"k" * 32


def test_a_backup_of_sqlite_can_be_restored_into_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    """The way to grow: and numbers go on behind the restored ones."""
    with closing(App.open(Config.load({}, data=tmp_path / "data"), clock=ManualClock(START))) as small:
        with small.transaction() as s:
            s.events.publish(JobParked("k", "x", 5, "boom"), subject="job_1", cause=None)
        small.backup(tmp_path / "b.zip")
        before = _content(small)
    target = replace(Config.load({}, data=tmp_path / "grown"), database=postgresql_url)
    with (
        closing(App.open(replace(target, data=tmp_path / "x"), clock=ManualClock(START))) as app,
        app.database.begin() as connection,
    ):
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    restore(tmp_path / "b.zip", target, ManualClock(START))
    with closing(App.open(target, clock=ManualClock(START))) as large:
        after = _content(large)
        with large.transaction() as s:
            s.events.publish(JobParked("k", "y", 5, "boom"), subject="job_2", cause=None)
        with large.reading() as s:
            subjects = [found.recorded.subject for found in s.records.events()]

    assert after == before
    assert subjects == ["job_1", "job_2"]


def test_sending_is_paused_after_a_restore_until_somebody_resumes(installation: App, tmp_path: Path) -> None:
    """Nobody is called for what was over long before."""
    installation.backup(tmp_path / "b.zip")
    target = Config.load({}, data=tmp_path / "restored")
    restore(tmp_path / "b.zip", target, ManualClock(START))
    with closing(App.open(target, clock=ManualClock(START))) as restored, restored.transaction() as s:
        pause = s.pauses.sending()
        resumed = [s.pauses.resume_sending(), s.pauses.resume_sending()]
        now = s.pauses.sending()

    assert pause is not None
    assert pause.reason == "restored from a backup of 2026-11-24T03:00:00.000000Z"
    assert (resumed, now) == ([True, False], None)


def test_a_backup_under_load_is_one_cut(installation: App, tmp_path: Path) -> None:
    """Every transaction is in it as a whole or not at all: each wrote one job and one event of the same name."""
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with installation.transaction() as s:
                s.jobs.schedule("pair", str(number), s.now)
                s.events.publish(JobParked("pair", str(number), 1, ""), subject=f"pair {number}", cause=None)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(5):
        installation.backup(tmp_path / f"{number}.zip")
    stop.set()
    writer.join(30)
    for number in range(5):
        target = Config.load({}, data=tmp_path / f"r{number}")
        restore(tmp_path / f"{number}.zip", target, ManualClock(START))
        with closing(App.open(target, clock=ManualClock(START))) as restored, restored.reading() as s:
            keys = set(s.connection.execute(select(jobs.c.key).where(jobs.c.kind == "pair")).scalars())
            told = set(
                s.connection.execute(select(events.c.subject).where(events.c.subject.startswith("pair "))).scalars()
            )

        assert {f"pair {key}" for key in keys} == told


def test_the_file_is_private_and_whole(installation: App, tmp_path: Path) -> None:
    """Mode 0600, nothing half written beside it, and the manifest counts what is in it."""
    manifest = installation.backup(tmp_path / "out" / "b.zip")
    with zipfile.ZipFile(tmp_path / "out" / "b.zip") as pack:
        rows = {name: pack.read(f"state/{name}.jsonl").count(b"\n") for name in manifest.rows}

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.zip"]
    assert stat.S_IMODE((tmp_path / "out" / "b.zip").stat().st_mode) == 0o600
    assert rows == manifest.rows


def _rewritten(source: Path, target: Path, change: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change.get(name, old.read(name)))
        for name in set(change) - set(old.namelist()):
            new.writestr(name, change[name])
    return target


@pytest.mark.parametrize(
    "fault", ["no zip", "no manifest", "changed row", "newer schema", "cut off", "outside", "missing"]
)
def test_a_backup_that_is_not_whole_is_refused(installation: App, tmp_path: Path, fault: str) -> None:
    """Before anything is written: the target stays as it was."""
    good = tmp_path / "b.zip"
    manifest = installation.backup(good)
    newer = msgspec.json.encode({**msgspec.to_builtins(manifest), "schema": "9999"})
    bad = tmp_path / "bad.zip"
    match fault:
        case "no zip":
            bad.write_bytes(b"hello")
        case "cut off":
            bad.write_bytes(good.read_bytes()[:-200])
        case "missing":
            bad = tmp_path / "nowhere.zip"
        case "no manifest":
            zipfile.ZipFile(bad, "w").close()
        case "changed row":
            _rewritten(good, bad, {"state/accounts.jsonl": b'{"person":"eve","role":"admin"}\n'})
        case "newer schema":
            _rewritten(good, bad, {"manifest.json": newer})
        case "outside":
            _rewritten(good, bad, {"keys/../../evil.key": b"x"})
    with pytest.raises(Conflict if fault == "newer schema" else Invalid):
        restore(bad, Config.load({}, data=tmp_path / "target"))

    assert not (tmp_path / "target").exists()
    assert not (tmp_path / "evil.key").exists()
    assert list(tmp_path.glob("*.restoring")) == []


def test_a_directory_that_is_not_empty_is_not_restored_into(installation: App, tmp_path: Path) -> None:
    """An installation is never overwritten."""
    installation.backup(tmp_path / "b.zip")
    with pytest.raises(Conflict, match="is not empty"):
        restore(tmp_path / "b.zip", Config.load({}, data=installation.config.data))


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(tmp_path: Path) -> None:
    """The backup looks first, and an older good one stays."""
    config = Config.load({}, data=tmp_path / "data")
    with closing(App.open(config, clock=ManualClock(START))) as app, app.transaction() as s:
        for number in range(500):
            s.jobs.schedule("k", str(number), s.now, {"text": "x" * 200})
    path = config.data / "watchbill.db"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with (
        pytest.raises(WatchbillError, match=r"damaged|malformed"),
        closing(App.open(config, clock=ManualClock(START))) as app,
    ):
        app.backup(tmp_path / "b.zip")

    assert list(tmp_path.glob("b.zip*")) == []


def test_the_manifest_says_what_wrote_it(installation: App, tmp_path: Path) -> None:
    """Version, schema and moment of the cut."""
    manifest = installation.backup(tmp_path / "b.zip")

    assert (manifest.schema, manifest.at, manifest.rows["accounts"]) == (HEAD, START, 1)
