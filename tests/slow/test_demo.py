"""The demo as it is installed: from a wheel, in a fresh environment, in a folder with a space; and how it can be stopped."""

import json
import os
import signal
import site
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from watchbill.kernel.clock import SystemClock

ROOT = Path(__file__).parents[2]
CLOCK = SystemClock()
SOON_S, PAGE_S = 60.0, 300.0

pytestmark = pytest.mark.slow


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("WATCHBILL_", "PYTHON"))}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `watchbill` of a fresh virtual environment into which our wheel was installed; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("an installation")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, env=_clean())
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = folder / "venv" / "bin" / "python"
    wheel = next(folder.glob("watchbill-*.whl"))
    into = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "--quiet"]
    subprocess.run([*into, "install", "--no-deps", "--no-index", str(wheel)], check=True, env=_clean())
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    # A line of a .pth file shows the packages of the tests, and not what their own .pth files add (the checkout).
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n", "utf-8")
    return python.with_name("watchbill")


def test_the_wheel_brings_the_example_and_not_the_checkout(installed: Path) -> None:
    """The package is imported from the environment, and its resources are those of examples/shop."""
    code = (
        "import json, watchbill; from watchbill.entrypoints.demo.examples import shop_resources;"
        "print(json.dumps([watchbill.__file__, dict(shop_resources())]))"
    )
    said = subprocess.run(
        [str(installed.with_name("python")), "-c", code],
        env=_clean(),
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    ).stdout
    home, resources = json.loads(said)

    assert Path(home).is_relative_to(installed.parents[1])
    assert resources == {path.name: path.read_text("utf-8") for path in (ROOT / "examples" / "shop").glob("*.yaml")}


def test_the_demo_pages_and_prints_only_the_chain(installed: Path, tmp_path: Path) -> None:
    """Status 0, one JSON list on standard output: burn, alert, page, incident, each caused by one before it."""
    command = [
        str(installed),
        "demo",
        "--exit-after-page",
        "--json",
        "--port",
        "0",
        "--data",
        str(tmp_path / "my demo"),
    ]
    done = subprocess.run(
        command, env=_clean(), capture_output=True, text=True, check=False, cwd=tmp_path, timeout=PAGE_S
    )
    chain = json.loads(done.stdout)
    seen: set[str] = set()

    assert done.returncode == 0, done.stderr
    for link in chain:
        assert link["cause"] is None or link["cause"] in seen, chain
        seen.add(link["id"])
    assert [link["event"] for link in chain if link["kind"] in {"slo", "alert", "page", "incident"}] == [
        "slo.burning",
        "alert.opened",
        "page.requested",
        "incident.declared",
    ]
    assert chain[0]["id"] == "slo/checkout-availability"
    assert "page.delivered" in {link["event"] for link in chain}
    assert "runs out of budget" in done.stderr
    assert "\ufffd" not in done.stderr


class Started:
    """A demo under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = folder.with_suffix(".txt")
        environment = _clean() | {"PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
        with self.said.open("w") as screen:
            command = [sys.executable, "-m", "watchbill", "demo", "--port", "0", "--data", str(folder)]
            self.process = subprocess.Popen(command, env=environment, stdout=screen, stderr=screen)

    def wait_for(self, text: str) -> None:
        """Until it said so."""
        give_up = CLOCK.monotonic() + SOON_S * 3
        while text not in self.said.read_text("utf-8"):
            assert CLOCK.monotonic() < give_up, self.said.read_text("utf-8")
            assert self.process.poll() is None, self.said.read_text("utf-8")
            CLOCK.sleep(0.05)

    def left_over(self) -> list[str]:
        """Processes that still work for this demo after a while."""
        give_up = CLOCK.monotonic() + SOON_S
        while (found := self._ours()) and CLOCK.monotonic() < give_up:
            CLOCK.sleep(0.1)
        return found

    def _ours(self) -> list[str]:
        found = []
        for process in psutil.process_iter(["cmdline", "pid"]):
            words = process.info["cmdline"] or []
            if process.info["pid"] != self.process.pid and any(str(self.folder) in word for word in words):
                found.append(" ".join(words))
        return found


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    """A demo that has just begun."""
    demo = Started(tmp_path / "demo")
    yield demo
    demo.process.kill()
    demo.process.wait()


def _again(folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "watchbill", "demo", "--data", str(folder), *more]
    environment = _clean() | {"PYTHONPATH": str(ROOT / "src")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=SOON_S)


def test_ctrl_c_in_the_first_act_leaves_nothing_running(started: Started) -> None:
    """Status 130, no traceback, no process; `--rm` deletes the rest."""
    started.wait_for("Writing 28 days")
    CLOCK.sleep(0.5)
    started.process.send_signal(signal.SIGINT)
    status = started.process.wait(SOON_S)
    said = started.said.read_text("utf-8")

    assert status == 130
    assert "Traceback" not in said
    assert "Stopped." in said
    assert started.left_over() == []
    assert _again(started.folder, "--rm").returncode == 0
    assert not started.folder.exists()


def test_a_killed_demo_takes_its_processes_with_it_and_can_begin_anew(started: Started) -> None:
    """While it runs, its folder is refused to another; after kill -9 nothing of it is left."""
    started.wait_for("promises measured")
    second, removal = _again(started.folder), _again(started.folder, "--rm")
    started.process.kill()
    started.process.wait()

    assert second.returncode == 1
    assert f"a demo is running in {started.folder}" in second.stderr
    assert removal.returncode == 1
    assert started.left_over() == []
    assert _again(started.folder, "--rm").returncode == 0


def test_a_folder_of_somebody_else_is_not_touched(tmp_path: Path) -> None:
    """Neither run nor `--rm` deletes what no demo made."""
    (tmp_path / "thesis.txt").write_text("three years of work", "utf-8")
    run, removal = _again(tmp_path), _again(tmp_path, "--rm")

    assert (run.returncode, removal.returncode) == (1, 1)
    assert "was not made by a demo" in run.stderr
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "three years of work"
