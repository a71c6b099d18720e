"""However a log grows, is rotated, packed, cut and copied, and however often the reader starts anew: every event counts once."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from watchbill.adapters.measure.counting import source_of
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.follow import LogFollower
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.crashpoint import CRASH_EXIT
from watchbill.slo.model import Logs, ReadFrom, Sli

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CLOCK = ManualClock(START + timedelta(hours=6))
MINUTE = timedelta(minutes=1)


def _slis(path: Path | str, **more: object) -> list[Sli]:
    logs = Logs(str(path), **more)  # type: ignore[arg-type]  # fields by name
    return [
        Sli("fine", good="status < 500", source=logs),
        Sli("quick", good="duration_ms <= 300", total="path = '/a'", source=logs),
    ]


def _line(number: int, minute: int, *, status: int = 200) -> bytes:
    at = START + minute * MINUTE + timedelta(seconds=number % 60)
    path = "/a" if number % 3 else "/b"
    return f'10.0.0.1 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {path}?n={number} HTTP/1.1" {status} 7 "-" "curl" 0.{number % 7}00\n'.encode()


class Follower:
    """A store and a follower that can be started anew, as after a crash of the process."""

    def __init__(self, folder: Path, slis: Sequence[Sli]) -> None:
        self.folder, self.slis = folder, list(slis)
        self.counts = CountsStore(folder / "counts", CLOCK)
        self.follower = LogFollower(self.counts, CLOCK)

    def cycle(self) -> None:
        """Read until nothing is new."""
        for _ in range(20):
            if not self.follower.cycle(self.slis):
                return
        raise AssertionError("the same lines are read over and over")

    def restart(self) -> None:
        """Let go of everything and open it again."""
        self.close()
        self.counts = CountsStore(self.folder / "counts", CLOCK)
        self.follower = LogFollower(self.counts, CLOCK)

    def found(self) -> dict[str, list[tuple[int, int]]]:
        """Good and total of each minute."""
        end = START + timedelta(hours=12)
        return {
            sli.name: [(one.good, one.total) for one in self.counts.series(sli.name, START - 60 * MINUTE, end)]
            for sli in self.slis
        }

    def reasons(self) -> dict[str, int]:
        """What was rejected, over all files, seen by the first SLI."""
        found: dict[str, int] = {}
        for source in self.counts.sources(source_of("fine", "")).values():
            for reason, count in source.reasons.items():
                found[reason] = found.get(reason, 0) + count
        return found

    def close(self) -> None:
        """Give everything back."""
        self.follower.close()
        self.counts.close()


def _whole(folder: Path, content: bytes) -> tuple[dict[str, list[tuple[int, int]]], dict[str, int]]:
    """The counts of a log that lies there complete."""
    folder.mkdir(parents=True)
    (folder / "app.log").write_bytes(content)
    one = Follower(folder, _slis(folder / "app.log"))
    one.cycle()
    found = one.found(), one.reasons()
    one.close()
    return found


def _rename(log: Path, number: int) -> None:
    """Logrotate's default."""
    log.rename(log.with_name(f"app.log.{number}"))
    log.touch()


def _rename_and_pack(log: Path, number: int) -> None:
    """With compress."""
    packed = log.with_name(f"app.log.{number}.gz")
    with gzip.open(packed, "wb") as file:
        file.write(log.read_bytes())
    log.unlink()
    log.touch()


def _copy_and_cut(log: Path, number: int) -> None:
    """With copytruncate: the writer keeps its file."""
    shutil.copy(log, log.with_name(f"app.log.{number}"))
    os.truncate(log, 0)


ROTATIONS: tuple[Callable[[Path, int], None], ...] = (_rename, _rename_and_pack, _copy_and_cut)
hostile = st.one_of(
    st.builds(_line, st.integers(0, 99), st.integers(0, 300), status=st.sampled_from([200, 200, 500])),
    st.sampled_from(
        [b"garbage\n", b"\n", b"\x00\x01\n", _line(1, 2).replace(b" 200 ", b" 999 "), b'{"a": 1}\n', _line(1, 99_999)]
    ),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.lists(hostile, min_size=1, max_size=12).map(b"".join)),
        st.tuples(st.just("cut"), st.integers(1, 60)),
        st.tuples(st.just("cycle"), st.just(0)),
        st.tuples(st.just("restart"), st.just(0)),
        st.tuples(st.just("rotate"), st.integers(0, 2)),
    ),
    min_size=2,
    max_size=14,
)


@pytest.mark.parametrize("glob", ["app.log", "app.log*"])
@settings(max_examples=12, deadline=None)
@example(steps=[("rotate", 0), ("cycle", 0), ("write", _line(0, 0)), ("rotate", 1)])
@example(steps=[("write", _line(0, 0)), ("rotate", 0), ("cycle", 0), ("write", _line(0, 0)), ("rotate", 0)])
@given(steps=steps)
def test_pieces_and_rotations_change_nothing(tmp_path_factory: pytest.TempPathFactory, glob: str, steps: list[tuple[str, object]]) -> None:  # fmt: skip
    """In pieces, cut within lines, rotated in three ways while nobody or somebody reads: the counts of the whole file.

    Only a plain path rotated before its first lines were ever seen has nothing to go by; the log begins with one cycle.
    """
    folder = tmp_path_factory.mktemp("follow")
    log = folder / "app.log"
    content = b"".join(_line(number, 0) for number in range(30))
    log.write_bytes(content)
    one = Follower(folder, _slis(folder / glob))
    one.cycle()
    rotated = 0
    waiting = b""
    for step, value in steps:
        match step, value:
            case "write", bytes(text):
                content += text
                with log.open("ab") as file:
                    file.write(waiting + text)
                waiting = b""
            case "cut", int(size):
                text = _line(size, 20)
                content += text
                with log.open("ab") as file:
                    file.write(waiting + text[:size])
                waiting = text[size:]
            case "cycle", _:
                one.cycle()
            case "restart", _:
                one.restart()
            case "rotate", int(way) if log.stat().st_size:
                with log.open("ab") as file:
                    file.write(waiting)
                waiting = b""
                if way == 2:
                    one.cycle()
                rotated += 1
                ROTATIONS[way](log, 100 - rotated)
    with log.open("ab") as file:
        file.write(waiting)
    one.cycle()
    found = one.found()
    one.close()
    wanted, _ = _whole(folder / "whole", content)

    assert found["fine"] == wanted["fine"]
    assert found["quick"] == wanted["quick"]


def test_ten_thousand_lines_in_pieces_have_the_late_events_of_the_whole(tmp_path: Path) -> None:
    """Time that jumps back and forth: what comes too late hangs on the order of the lines alone."""
    jumps = [0, 0, 0, -8, -25, 12]
    lines = [_line(number, max(0, number // 60 + jumps[number * 7919 % 101 % 6])) for number in range(10_000)]
    one = Follower(tmp_path, _slis(tmp_path / "app.log"))
    for start in range(0, len(lines), 700):
        with (tmp_path / "app.log").open("ab") as file:
            file.writelines(lines[start : start + 700])
        one.cycle()
    wanted, reasons = _whole(tmp_path / "whole", b"".join(lines))

    assert (one.found(), one.reasons()) == (wanted, reasons)
    assert reasons["too_late"] > 100
    one.close()


POINTS = ["follow.before_append", "counts.after_journal", "counts.after_apply", "follow.after_append"]


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("visit", [1, 2])
def test_killed_at_each_point(tmp_path: Path, point: str, visit: int) -> None:
    """A process that dies before, within and after an append, also in the middle of a rotation, loses and doubles nothing."""
    log = tmp_path / "app.log"
    first = b"".join(_line(number, number // 50) for number in range(400))
    second = b"".join(_line(number, number // 50) for number in range(400, 900))
    script = (
        "import sys; from pathlib import Path; from tests.contract.measure.test_following_logs import Follower, _slis\n"
        "one = Follower(Path(sys.argv[1]), _slis(Path(sys.argv[1]) / 'app.log')); one.cycle()"
    )

    def run(crash: str) -> int:
        environment = os.environ | {"WATCHBILL_CRASHPOINT": crash, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run([sys.executable, "-c", script, str(tmp_path)], env=environment, check=False).returncode

    log.write_bytes(first)
    ends = [run(f"{point}:{visit}")]
    log.write_bytes(first + second[:30_000])
    _rename(log, 1)
    log.write_bytes(second[30_000:])
    ends += [run(f"{point}:{visit}"), run("")]
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    wanted, _ = _whole(tmp_path / "whole", first + second)

    assert CRASH_EXIT in ends[:2]
    assert ends[2] == 0
    assert one.found() == wanted
    one.close()


def test_two_rotations_while_nobody_read(tmp_path: Path) -> None:
    """A file that came and went between two cycles is read under its rotated name."""
    log = tmp_path / "app.log"
    parts = [b"".join(_line(number, minute) for number in range(20)) for minute in range(4)]
    log.write_bytes(parts[0])
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    for number, part in enumerate(parts[1:]):
        _rename(log, 9 - number)
        log.write_bytes(part)
    one.cycle()

    assert one.found() == _whole(tmp_path / "whole", b"".join(parts))[0]
    one.close()


def test_packed_files_of_a_glob_are_read_once(tmp_path: Path) -> None:
    """History in .gz beside the log is read to its end, whatever its packed size, and not again."""
    old = b"".join(_line(number, number // 100) for number in range(3_000))
    with gzip.open(tmp_path / "app.log.1.gz", "wb") as file:
        file.write(old)
    (tmp_path / "app.log").write_bytes(new := b"".join(_line(number, 31) for number in range(50)))
    one = Follower(tmp_path, _slis(tmp_path / "app.log*"))
    one.cycle()
    one.restart()
    one.cycle()

    assert one.found() == _whole(tmp_path / "whole", old + new)[0]
    one.close()


def test_parquet_is_counted_when_it_is_complete(tmp_path: Path) -> None:
    """A file without its footer waits; a complete one counts once."""
    path = tmp_path / "events.parquet"
    query = "SELECT TIMESTAMPTZ '2026-11-24 03:05:00+00' AS timestamp, 200 AS status, 5.0 AS duration_ms, '/a' AS path FROM range(7)"
    duckdb.sql(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    one = Follower(tmp_path, _slis(path))
    one.cycle()
    trouble = dict(one.follower.troubles)
    path.write_bytes(whole)
    for _ in range(3):
        one.cycle()

    assert "not complete yet" in trouble["fine"]
    assert one.follower.troubles == {}
    assert one.found()["fine"][65] == (7, 7)
    one.close()


def test_rejected_lines_are_known_by_name_and_example(tmp_path: Path) -> None:
    """What was no event is counted under its reason, with the latest few lines."""
    log = tmp_path / "app.log"
    bad = [
        _line(1, 1).replace(b" 200 ", b" - "),
        _line(2, 1).replace(b"0.200", b"-3"),
        b"garbage\n",
        _line(3, 100_000),
        b"\x00\n",
    ]
    log.write_bytes(_line(0, 1) + b"".join(bad) + _line(4, 60) + _line(5, 2))
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    source = one.counts.source(source_of("fine", str(log)))

    assert source.reasons == dict.fromkeys(
        ["bad_status", "bad_duration", "other_format", "future_time", "nul", "too_late"], 1
    )
    assert source.samples["other_format"] == ["garbage"]
    assert (source.read, source.rejected) == (2, 6)
    one.close()


def test_ten_megabytes_without_a_newline(tmp_path: Path) -> None:
    """One reject, and the lines around it count."""
    log = tmp_path / "app.log"
    log.write_bytes(_line(1, 1) + b"x" * (10 << 20) + b"\n" + _line(2, 1))
    one = Follower(tmp_path, _slis(log))
    one.cycle()

    assert one.found()["fine"][61] == (2, 2)
    assert one.reasons() == {"too_long": 1}
    one.close()


def test_from_end(tmp_path: Path) -> None:
    """`from: end` begins with what is written from now on."""
    log = tmp_path / "app.log"
    log.write_bytes(_line(1, 1) * 10)
    one = Follower(tmp_path, _slis(log, read_from=ReadFrom.END))
    one.cycle()
    with log.open("ab") as file:
        file.write(_line(2, 2) * 3)
    one.cycle()

    assert one.found()["fine"][61:63] == [(0, 0), (3, 3)]
    one.close()


def test_late_events_correct_the_past_and_are_counted(tmp_path: Path) -> None:
    """A minute changes after a younger one was seen; how many did, and the newest, are known."""
    log = tmp_path / "app.log"
    log.write_bytes(_line(1, 1) + _line(2, 5))
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    with log.open("ab") as file:
        file.write(_line(3, 1, status=500) + _line(4, 5))
    one.cycle()
    source = one.counts.source(source_of("fine", str(log)))

    assert one.found()["fine"][61] == (1, 2)
    assert (source.late, source.late_at) == (1, (START + MINUTE - datetime(1970, 1, 1, tzinfo=UTC)) // MINUTE)
    one.close()


def test_changed_definition_recounts_what_is_still_there(tmp_path: Path) -> None:
    """While the whole log lies there, another predicate counts the past anew."""
    log = tmp_path / "app.log"
    log.write_bytes(_line(1, 1, status=404) + _line(2, 5, status=500))
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    before = one.found()["fine"]
    one.slis[0] = Sli("fine", good="status < 400", source=one.slis[0].source)
    one.cycle()
    one.restart()
    one.cycle()

    assert (before[61], before[65]) == ((1, 1), (0, 1))
    assert (one.found()["fine"][61], one.found()["fine"][65]) == ((0, 1), (0, 1))
    assert "changed_at" not in {name for name, value in one.counts.source(source_of("fine", str(log))).position.items() if value is not None and name == "changed_at"}  # fmt: skip
    one.close()


def test_changed_definition_is_marked_where_the_log_is_gone(tmp_path: Path) -> None:
    """After a rotation the old part stays as it was counted, and from which minute on the new one holds is known."""
    log = tmp_path / "app.log"
    log.write_bytes(_line(1, 1, status=404))
    one = Follower(tmp_path, _slis(log))
    one.cycle()
    _rename(log, 1)
    log.write_bytes(_line(2, 5, status=404))
    one.cycle()
    one.slis[0] = Sli("fine", good="status < 400", source=one.slis[0].source)
    with log.open("ab") as file:
        file.write(_line(3, 6, status=404))
    one.cycle()
    position = one.counts.source(source_of("fine", str(log))).position

    assert [one.found()["fine"][60 + minute] for minute in (1, 5, 6)] == [(1, 1), (1, 1), (0, 1)]
    assert position["changed_at"] == (START + 5 * MINUTE - datetime(1970, 1, 1, tzinfo=UTC)) // MINUTE
    assert json.dumps(position)
    one.close()


def test_each_sli_waits_as_long_as_its_slos_say(tmp_path: Path) -> None:
    """An event 30 minutes behind is too late for who waits 29 minutes, and counts for who waits 30; each once."""
    log = tmp_path / "a.log"
    log.write_bytes(_line(1, 0) + _line(2, 30))
    patient = replace(_slis(log)[0], name="patient", late_arrival=30 * MINUTE)
    hasty = replace(_slis(log)[0], late_arrival=28 * MINUTE + timedelta(seconds=1))  # a begun minute counts: 29
    follower = Follower(tmp_path, [hasty, patient])
    follower.cycle()

    with log.open("ab") as file:
        file.write(_line(4, 0) + _line(5, 1))
    follower.cycle()

    def total(name: str) -> int:
        return sum(one for _, one in follower.found()[name])

    assert {name: total(name) for name in ("fine", "patient")} == {"fine": 3, "patient": 4}
    assert follower.reasons() == {"too_late": 1}
    follower.close()
