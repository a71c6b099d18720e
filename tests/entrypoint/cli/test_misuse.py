"""What the command line says to arguments that cannot be: an exit status, a sentence, a hint, and never a traceback."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from watchbill.entrypoints.cli.main import COMMANDS, run

Run = Callable[..., tuple[int, str, str]]
ROOT = Path(__file__).parents[3]


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on an empty data directory: status, standard output, standard error."""

    def typed(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run([*words, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return typed


# What was typed, the exit status, and a part of what is said.
MISUSED: tuple[tuple[list[str], int, str], ...] = (
    (["slo", "show", "x", "--at", "tomorrow"], 2, "'tomorrow' is not a time"),
    (["oncall", "show", "x", "--from", "yesterday"], 2, "'yesterday' is not a time"),
    (["alerts", "list", "--limit", "-5m"], 2, "--limit"),
    (["alerts", "list", "--limit", "0"], 2, "--limit"),
    (["slo", "nines", "½"], 1, "½"),
    (["silence", "add", "service=x"], 2, "--for"),
    (["silence", "add", "service=x", "--for", "-5m"], 1, "'-5m' is not a duration"),
    (["token", "create", "--role", "admn"], 1, "did you mean 'admin'?"),
    (["page", "send", "hello"], 2, "--to"),
    (["route", "test", "service"], 2, "'service' has no name and value"),
    (["slo", "try", "--log", "/nonexistent/access.log"], 1, "cannot read /nonexistent/access.log"),
    (["slo", "try", "--log", "/"], 1, "Is a directory"),
    (["validate", "/nonexistent"], 4, "there is no file or folder"),
    (["backup", "/"], 2, "is a folder"),
    (["restore", "/nonexistent.zip"], 1, "No such file or directory"),
    (["slo", "shwo"], 2, "Did you mean 'show'?"),
    (["slo", "show"], 2, "`watchbill slo show --help` shows how"),
    (["incident", "start", "x", "--sevrity", "SEV1"], 2, "--severity"),
    (["incidnet", "list"], 2, "did you mean `watchbill incident`?"),
    (["nonsense"], 2, "`watchbill --help` lists the commands"),
    (["slo", "show", "a\udcff"], 2, "is not UTF-8 text"),
    (["incident", "ack", "INC-99"], 4, "there is no incident 'INC-99'"),
    (["runbook", "show", "nope"], 4, "there is no runbook 'nope'"),
    (["user", "disable", "nobody"], 4, "there is no account 'nobody'"),
    (["serve", "--server", "http://127.0.0.1:1"], 2, "a server is started here"),
    (["slo", "list", "--server", "ftp://x"], 2, "'ftp://x' is not an address"),
    (["slo", "list", "--server", "http://127.0.0.1:1"], 6, "does not answer"),
)


@pytest.mark.parametrize(("words", "status", "said"), MISUSED, ids=lambda given: str(given)[:60])
def test_a_wrong_argument_gets_a_sentence(shell: Run, words: list[str], status: int, said: str) -> None:
    """The exit status of the contract, the sentence on standard error, nothing on standard output."""
    found, out, err = shell(*words)

    assert found == status, err
    assert said in err
    assert out == ""
    assert "Traceback" not in err
    assert "itself failed" not in err


@pytest.mark.parametrize(("words", "status", "said"), MISUSED, ids=lambda given: str(given)[:60])
def test_with_json_an_error_is_json(shell: Run, words: list[str], status: int, said: str) -> None:
    """One object with code, message and hint, under the same exit status."""
    found, out, err = shell(*words, "--json")
    problem = json.loads(err)

    assert found == status
    assert out == ""
    assert {"code", "message", "hint"} <= set(problem)


@pytest.mark.parametrize("data", ["/dev/null", "/proc/nowhere"])
def test_a_data_directory_that_cannot_be_is_named(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operating system refused, on which path; status 1."""
    status = run(["slo", "list", "--data", data])
    said = capsys.readouterr().err

    assert status == 1
    assert data in said
    assert "itself failed" not in said


def test_a_setting_with_a_typo_is_refused(shell: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearest one is named."""
    monkeypatch.setenv("WATCHBILL_LISTN", "x")
    status, _, err = shell("slo", "list")

    assert status == 2
    assert "did you mean WATCHBILL_LISTEN?" in err


@pytest.mark.parametrize("command", [one.name for one in COMMANDS])
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 0, on standard output; a noun without a verb gets the same on standard error, status 2."""
    helped = run([command, "--help"])
    shown = capsys.readouterr().out

    assert helped == 0
    assert shown.startswith("Usage: watchbill " + command)


def test_a_noun_without_a_verb_gets_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the verbs."""
    status = run(["slo"])

    assert status == 2
    assert "Commands:" in capsys.readouterr().err


def _program(
    *words: str, stdout: IO[bytes] | int, stdin: int | None = None, variables: dict[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **(variables or {})}
    command = [sys.executable, "-m", "watchbill", *words]
    return subprocess.Popen(command, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)


def test_a_reader_that_leaves_is_no_error() -> None:
    """`watchbill schema | head -c 1`: quiet, status 0."""
    with _program("schema", stdout=subprocess.PIPE) as writing:
        assert writing.stdout is not None
        writing.stdout.read(1)
        writing.stdout.close()
        said = writing.stderr.read() if writing.stderr else b""

    assert (writing.returncode, said) == (0, b"")


def test_a_full_disk_is_said_in_a_sentence() -> None:
    """Standard output on /dev/full: status 1."""
    with Path("/dev/full").open("wb") as full, _program("schema", stdout=full) as writing:
        said = writing.communicate()[1].decode()

    assert writing.returncode == 1
    assert said == "watchbill: No space left on device\n"


def test_a_terminal_without_unicode_gets_question_marks(tmp_path: Path) -> None:
    """In an ASCII-only environment a non-ASCII name is shown as well as it goes, and nothing fails."""
    specs = tmp_path / "a.yaml"
    specs.write_text("person: {name: zoe, full_name: Zoë Ångström}\n", "utf-8")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    data = str(tmp_path / "data")
    with _program("apply", str(specs), "--data", data, stdout=subprocess.PIPE) as applying:
        applying.communicate()
    with _program("user", "list", "--data", data, stdout=subprocess.PIPE, variables=ascii_only) as listing:
        out, said = listing.communicate()

    assert listing.returncode == 0, said
    assert b"zoe" in out


def _interrupted(waiting: "subprocess.Popen[bytes]") -> bool:
    """Press Ctrl-C as people do: again after a while, because Python swallows one that falls into the end of an import."""
    for _ in range(10):
        time.sleep(1.5)  # noqa: TID251 - it has to have begun to read
        waiting.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            waiting.wait(timeout=3)
            return True
    waiting.kill()
    return False


def test_ctrl_c_ends_with_130() -> None:
    """While standard input is waited for; no traceback."""
    with _program("validate", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE) as waiting:
        ended = _interrupted(waiting)
        said = waiting.stderr.read() if ended and waiting.stderr else b"it did not end"

    assert waiting.returncode == 130
    assert said == b""
