"""The tutorial is typed along, command by command, as a newcomer would."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from watchbill.kernel.clock import SystemClock

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "tutorial" / "first-ten-minutes.md"
COMMANDS = re.findall(r"^\$ (watchbill .*)$", PAGE.read_text("utf-8"), re.MULTILINE)
# What the page says about exit statuses; all others are 0.
SAYS_NO = {
    "watchbill diff bill": 3,
    'watchbill incident resolve INC-1 --root-cause "A deploy without a canary"': 3,
}
CLOCK = SystemClock()
PATIENCE_S = 60.0

pytestmark = pytest.mark.slow


class Newcomer:
    """A folder with the examples, a `watchbill` on the path, and a second terminal for the server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(ROOT / "examples", folder / "examples")
        program = folder / "bin" / "watchbill"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m watchbill "$@"\n', "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        mine = {name: value for name, value in os.environ.items() if not name.startswith("WATCHBILL_")}
        self._environment = mine | {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT / "src"),
            "WATCHBILL_DATA": str(folder / "data"),
            "WATCHBILL_LISTEN": "127.0.0.1:0",
        }
        self._server: subprocess.Popen[str] | None = None
        self.terminal = folder / "second-terminal.txt"

    def type(self, command: str) -> tuple[int, str]:
        """Exit status and everything that was printed."""
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def serve(self) -> None:
        """`watchbill serve` in the second terminal."""
        with self.terminal.open("w") as screen:
            command = ["watchbill", "serve"]
            program = str(self._folder / "bin" / "watchbill")
            self._server = subprocess.Popen(
                command,
                executable=program,
                cwd=self._folder,
                env=self._environment,
                stdout=screen,
                stderr=screen,
                text=True,
            )
        self.see("Log in once with")

    def see(self, text: str) -> None:
        """Wait until the second terminal shows it."""
        give_up = CLOCK.monotonic() + PATIENCE_S
        while text not in self.terminal.read_text("utf-8"):
            assert CLOCK.monotonic() < give_up, self.terminal.read_text("utf-8")
            CLOCK.sleep(0.1)

    def leave(self) -> int | None:
        """End the server; its exit status."""
        if self._server is None:
            return None
        self._server.terminate()
        return self._server.wait(20)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    """Nothing is set up yet."""
    someone = Newcomer(tmp_path)
    yield someone
    someone.leave()


def test_every_command_of_the_tutorial_does_what_the_page_says(newcomer: Newcomer) -> None:
    """Exit statuses as told; the page appears in the server's terminal; the chain ends in a postmortem."""
    printed = {}
    for command in COMMANDS:
        if command == "watchbill serve":
            newcomer.serve()
            continue
        status, printed[command] = newcomer.type(command)

        assert status == SAYS_NO.get(command, 0), f"{command}\n{printed[command]}"
        if command.startswith("watchbill alerts send"):
            newcomer.see("PAGE for")

    assert "Half of all orders fail" in newcomer.terminal.read_text("utf-8")
    assert "all-clear" in printed[next(iter(set(SAYS_NO) - {"watchbill diff bill"}))]
    assert [
        kind for kind in ("alert", "page", "incident", "postmortem") if kind in printed["watchbill trace INC-1"]
    ] == [
        "alert",
        "page",
        "incident",
        "postmortem",
    ]
    assert newcomer.leave() == 0


def test_what_the_tutorial_says_about_a_misspelt_word_is_true(newcomer: Newcomer) -> None:
    """`validate` names the file, the line, and the word that was meant."""
    newcomer.type(next(command for command in COMMANDS if command.startswith("watchbill init")))
    slo = newcomer._folder / "bill" / "slo.yaml"
    slo.write_text(slo.read_text("utf-8").replace("target:", "traget:"), "utf-8")
    status, said = newcomer.type("watchbill validate bill")

    assert status == 1
    assert re.search(r"bill/slo\.yaml:\d+:\d+: error: .*traget", said), said
    assert "target" in said.replace("traget", "")
