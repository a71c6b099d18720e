"""`runbook run` without a server: the command runs what was asked for itself, and its exit status says how it went."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchbill.entrypoints.cli.main import run

HOUSE = """
service: {name: checkout}
---
runbook:
  title: Checkout fails
  name: cf
  service: checkout
  diagnosis:
    - {step: Say hello, command: "echo hello {{ service }} {{ region }}", expected: hello checkout}
    - {step: Say more, command: echo less, expected: more, if_unexpected: Shout}
"""
ACTIONS = '[commands.echo]\nprogram = "/bin/echo"\nallow = [["[a-z]+", "..."]]\n'
Typed = Callable[..., Any]  # Any: JSON


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command on a house of one runbook; the JSON that it prints, or what it complains about."""
    actions, house = tmp_path / "actions.toml", tmp_path / "house.yaml"
    actions.touch(mode=0o600)
    actions.write_text(ACTIONS)
    house.write_text(HOUSE)
    monkeypatch.setenv("WATCHBILL_ACTIONS", str(actions))

    def words(*given: str, status: int = 0) -> Any:  # Any: JSON
        capsys.readouterr()
        found = run([*given, "--json", "--data", str(tmp_path / "data")])
        said = capsys.readouterr()

        assert found == status, said.err
        return json.loads(said.out or said.err)

    words("apply", str(house))
    return words


def test_a_step_is_run_and_its_result_printed(typed: Typed) -> None:
    """0 as expected, 3 not as expected, 1 where a value does not fit and nothing was run."""
    walk = typed("runbook", "run", "cf")["id"]

    done = typed("runbook", "run", walk, "--step", "1", "--set", "region=eu-1")
    assert (done["status"], done["output"], done["matched"]) == ("done", "hello checkout eu-1\n", True)
    assert typed("runbook", "run", walk, "--step", "2", status=3)["if_unexpected"] == "Shout"
    refused = typed("runbook", "run", walk, "--step", "1", "--set", "region=$(reboot)", status=1)
    assert "is no region" in json.dumps(refused)

    steps = typed("runbook", "run", walk)["steps"]
    assert [(step["verdict"], step["then"]) for step in steps] == [("expected", ""), ("unexpected", "Shout")]
    assert typed("runbook", "run", walk, "--end", "did-not-help")["outcome"] == "did_not_help"
    assert typed("runbook", "list")[0]["freshness"]["last_used"] is not None
