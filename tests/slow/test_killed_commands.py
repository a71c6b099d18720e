"""Kill -9 of the real server around a command that somebody asked for: it is shown as unknown, and never run a second time."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.slow.servers import Watchbill, until

pytestmark = [pytest.mark.slow]

SPECS = """
service: {name: checkout}
---
runbook: {title: Slow, name: slow, service: checkout, diagnosis: [{step: Sleep, command: sleeper}]}
"""
Json = Any  # Any: JSON


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Watchbill]:
    """A server that may run one program, which notes each beginning and its process, and takes a minute."""
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f'#!/bin/sh\necho "$$" >> {tmp_path}/begun\nexec sleep 60\n')
    sleeper.chmod(0o755)
    actions = tmp_path / "actions.toml"
    actions.touch(mode=0o600)
    actions.write_text(f'[commands.sleeper]\nprogram = "{sleeper}"\nallow = [[]]\ntimeout = "50s"\n')
    one = Watchbill(tmp_path / "server", specs=SPECS, environment={"WATCHBILL_ACTIONS": str(actions)})
    yield one
    one.kill()
    for pid in _begun(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _begun(folder: Path) -> list[int]:
    file = folder / "begun"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def _asked(server: Watchbill) -> str:
    """Ask for the command; the execution's id."""
    run = server.api("/runbooks/slow/runs", "POST", {})
    return str(server.api(f"/runbook-runs/{run['id']}/steps/1/execute", "POST", {})["id"])


def _shown(server: Watchbill, execution: str) -> Json:
    return server.api(f"/executions/{execution}")


def test_a_server_killed_while_a_command_runs_says_unknown_and_does_not_repeat(
    server: Watchbill, tmp_path: Path
) -> None:
    """After the restart the command is unknown, names the process that may still run, and stays as it is."""
    server.start()
    execution = _asked(server)
    until("the command begins", lambda: _begun(tmp_path))
    until("its process is noted", lambda: _pid_noted(server, execution))
    (pid,) = _begun(tmp_path)

    server.kill()
    server.start()

    found = until("it is given up", lambda: (one := _shown(server, execution))["status"] == "unknown" and one)
    assert f"process {pid} may still run" in found["answer"]
    step = server.api(f"/runbook-runs/{found['run']}")["steps"][0]
    assert step["verdict"] == "unknown"
    server.stop()
    server.start()
    assert _shown(server, execution)["status"] == "unknown"
    assert _begun(tmp_path) == [pid]


@pytest.mark.parametrize("place", ["execution.started", "execution.before_record"])
def test_a_server_that_dies_right_before_or_after_does_not_repeat(
    server: Watchbill, tmp_path: Path, place: str
) -> None:
    """Whether it had begun or had ended already: it is unknown, and begun at most once."""
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f'#!/bin/sh\necho "$$" >> {tmp_path}/begun\n')
    server.start({"WATCHBILL_CRASHPOINT": place})
    with contextlib.suppress(OSError, AssertionError):  # the answer may be cut off by the death
        _asked(server)
    server.ended()
    server.start({"WATCHBILL_CRASHPOINT": ""})

    found = until(
        "it is given up", lambda: [one for one in server.api("/executions")["items"] if one["status"] == "unknown"]
    )

    assert len(found) == 1
    assert len(_begun(tmp_path)) == (0 if place == "execution.started" else 1)


def test_a_graceful_stop_ends_the_command_and_says_so(server: Watchbill, tmp_path: Path) -> None:
    """The whole group is gone when the server is, and the record says why."""
    server.start()
    execution = _asked(server)
    until("the command begins", lambda: _begun(tmp_path))
    (pid,) = _begun(tmp_path)

    assert server.stop() == 0
    until("it is gone", lambda: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())
    server.start()

    assert _shown(server, execution)["answer"] == "stopped, because watchbill was stopped"


def _pid_noted(server: Watchbill, execution: str) -> bool:
    """The pid itself is not shown while it runs; the record is started and a moment has passed since."""
    return bool(_shown(server, execution)["status"] == "started")
