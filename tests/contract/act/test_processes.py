"""Commands that misbehave: they hang, flood, fork, ignore signals or hold a pipe; none of them takes watchbill along."""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from watchbill.adapters.act.processes import run_command
from watchbill.execution.model import AllowedCommand, ExecutionStatus, Outcome
from watchbill.kernel.clock import SystemClock

CLOCK = SystemClock()
PYTHON = str(Path(sys.executable).resolve())


def run(code: str, *, timeout_s: int = 30, stop: Callable[[], bool] = lambda: False, **more: object) -> Outcome:
    """Run Python code as an allowed command."""
    allowed = AllowedCommand("python", PYTHON, lambda _given: True, timeout_s=timeout_s, **more)  # type: ignore[arg-type]  # fields by name
    return run_command(
        allowed, (PYTHON, "-I", "-c", code), monotonic=CLOCK.monotonic, stop=stop, began=lambda _pid: None
    )


def alive(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int) -> bool:
    """Whether the process ends soon."""
    deadline = CLOCK.monotonic() + 20
    while alive(pid) and CLOCK.monotonic() < deadline:
        CLOCK.sleep(0.02)
    return not alive(pid)


def test_both_streams_are_kept_in_order_with_the_exit_code() -> None:
    """Standard output and error come back as one text; an exit other than 0 is a failure."""
    outcome = run("import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(3)")

    assert (outcome.status, outcome.exit_code, outcome.output) == (ExecutionStatus.FAILED, 3, "out\nerr\n")


def test_arguments_reach_the_program_as_they_are() -> None:
    """No shell looks at them."""
    allowed = AllowedCommand("echo", "/bin/echo", lambda _given: True)
    words = ("; rm -rf /", "$(id)", "`id`", "*", "a\nb", "$HOME", "--", "'")

    outcome = run_command(allowed, ("/bin/echo", *words), monotonic=CLOCK.monotonic, stop=lambda: False, began=lambda _pid: None)  # fmt: skip

    assert outcome.output == " ".join(words) + "\n"


def test_the_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the server's environment is handed on but what the settings name, and that is blanked in the output."""
    monkeypatch.setenv("WATCHBILL_SECRET", "top-secret")

    outcome = run("import os; print(sorted(os.environ), os.environ['TOKEN'])", environment={"TOKEN": "hush-hush"})

    assert outcome.output == "['HOME', 'LANG', 'PATH', 'TOKEN'] ***\n"


def test_a_hundred_megabytes_are_read_and_forgotten() -> None:
    """Beginning and end are kept, the count is exact, and memory stays bounded by the cap."""
    code = "import sys\nw=sys.stdout.buffer.write\nw(b'BEGIN')\nfor _ in range(1600): w(b'x'*65536)\nw(b'END')"

    outcome = run(code, output_bytes=10_000, timeout_s=120)

    assert outcome.status is ExecutionStatus.DONE
    assert outcome.output_bytes == 1600 * 65536 + 8
    assert outcome.output.startswith("BEGIN")
    assert outcome.output.endswith("END")
    assert "bytes left out" in outcome.output
    assert len(outcome.output) < 10_100


def test_one_that_hangs_and_ignores_signals_is_killed_with_its_children(tmp_path: Path) -> None:
    """At the time limit the whole group goes, whatever it does about SIGTERM."""
    note = tmp_path / "pid"
    code = f"""
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child: open({str(note)!r}, "w").write(str(child))
print("begun", flush=True)
time.sleep(600)
"""

    outcome = run(code, timeout_s=2)

    assert outcome.status is ExecutionStatus.TIMED_OUT
    assert outcome.answer == "killed after its 2 s"
    assert "begun" in outcome.output
    assert gone(int(note.read_text()))


def test_what_it_leaves_behind_is_killed_and_its_open_pipe_keeps_nobody(tmp_path: Path) -> None:
    """A child that holds the output open does not delay the end, and does not live on."""
    note = tmp_path / "pid"
    code = f"""
import os, time
child = os.fork()
if not child: time.sleep(600)
open({str(note)!r}, "w").write(str(child))
print("done", flush=True)
os._exit(0)
"""

    outcome = run(code, timeout_s=60)

    assert (outcome.status, outcome.output) == (ExecutionStatus.DONE, "done\n")
    assert gone(int(note.read_text()))


def test_stopping_kills_it() -> None:
    """Whoever asks for the end gets it, with what was said until then."""
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3

    outcome = run("import time; print('x', flush=True); time.sleep(600)", stop=stop)

    assert outcome.status is ExecutionStatus.STOPPED


def test_control_characters_and_wrong_utf8_do_not_reach_a_terminal() -> None:
    """Escapes and NUL are dropped, line breaks and tabs stay, bytes that are no text become a mark."""
    outcome = run(r"import sys; sys.stdout.buffer.write(b'a\x1b[31m\x00b\tc\r\nd\xff\n')")

    assert outcome.output == "a[31mb\tc\nd\N{REPLACEMENT CHARACTER}\n"


def test_a_program_that_others_can_write_or_that_was_changed_is_not_run(tmp_path: Path) -> None:
    """Neither is one that is missing; the reason is said."""
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\necho ran\n")
    script.chmod(0o777)
    allowed = AllowedCommand("script", str(script), lambda _given: True)

    def outcome(of: AllowedCommand) -> str:
        return run_command(of, (of.program,), monotonic=CLOCK.monotonic, stop=lambda: False, began=lambda _pid: None).answer  # fmt: skip

    assert outcome(allowed) == f"not run: {script} can be written by others"
    script.chmod(0o755)
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    pinned = AllowedCommand("script", str(script), lambda _given: True, sha256=digest)
    assert outcome(pinned) == "exit 0"
    script.write_text("#!/bin/sh\necho other\n")
    assert "sha256" in outcome(pinned)
    script.chmod(0o644)
    assert outcome(allowed) == f"not run: {script} is no program"
    script.unlink()
    assert outcome(allowed) == f"not run: {script}: No such file or directory"


def test_a_program_the_system_cannot_run_is_a_sentence(tmp_path: Path) -> None:
    """A script without an interpreter fails with the system's reason."""
    script = tmp_path / "script"
    script.write_text("no interpreter")
    script.chmod(0o755)
    allowed = AllowedCommand("script", str(script), lambda _given: True)

    outcome = run_command(
        allowed, (str(script),), monotonic=CLOCK.monotonic, stop=lambda: False, began=lambda _pid: None
    )

    assert outcome.answer == "cannot be run: Exec format error"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights up")
def test_another_user_has_no_rights_of_ours() -> None:
    """With `user` the command runs as that user, without our groups."""
    outcome = run_command(
        AllowedCommand("id", "/usr/bin/id", lambda _given: True, user="nobody"),
        ("/usr/bin/id", "-un"),
        monotonic=CLOCK.monotonic,
        stop=lambda: False,
        began=lambda _pid: None,
    )

    assert outcome.output == "nobody\n"
