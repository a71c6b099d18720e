"""The commands validate, diff, apply, export and schema, run in this process on a data directory of their own."""

import json
from pathlib import Path
from typing import Any

import pytest

from watchbill.entrypoints.cli.main import run
from watchbill.operations.resources import ValidationView

SHOP = Path(__file__).parents[3] / "examples" / "shop"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder with one team and its member."""
    (tmp_path / "specs").mkdir()
    file = tmp_path / "specs" / "a.yaml"
    file.write_text("person: {name: ann, email: ann@example.org}\n---\nteam: {name: shop, members: [ann]}\n", "utf-8")
    return tmp_path / "specs"


class _Shell:
    """Runs commands over one data directory and keeps what they print."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data = data
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str]:
        """Exit status and standard output."""
        self._capsys.readouterr()
        status = run([*(str(word) for word in words), "--data", str(self._data)])
        return status, self._capsys.readouterr().out

    def json(self, *words: str | Path) -> tuple[int, Any]:
        """The same, with --json."""
        status, out = self(*words, "--json")
        return status, json.loads(out)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Shell:
    """A shell over an empty data directory."""
    return _Shell(tmp_path / "data", capsys)


def test_validate_says_each_fault_on_a_line(shell: _Shell, specs: Path) -> None:
    """`file:line:col: severity: field: reason (hint)`, and status 1; warnings alone are status 0."""
    (specs / "b.yaml").write_text("service:\n  name: web\n  tier: vital\n", "utf-8")
    (specs / "c.yaml").write_text("service: {name: api, owner_team: nobody}\n", "utf-8")

    status, out = shell("validate", specs)
    fine, _ = shell("validate", specs / "c.yaml")

    assert status == 1
    assert out.splitlines()[:2] == [
        (
            f"{specs}/b.yaml:3:3: error: service.tier: 'vital' is not accepted"
            " (did you mean 'critical'? one of: critical, important, standard, experimental)"
        ),
        (
            f"{specs}/c.yaml:1:22: warning: service.owner_team: there is no team 'nobody'"
            " (write the team, or correct the name)"
        ),
    ]
    assert fine == 0


def test_validate_needs_no_server_and_answers_as_one_would(shell: _Shell) -> None:
    """The JSON is the operation's view, key for key; the example is valid."""
    status, answer = shell.json("validate", SHOP)

    assert (status, answer) == (0, ValidationView.model_validate(answer, strict=True).model_dump())
    assert (answer["ok"], answer["faults"]) == (True, [])


def test_diff_then_apply_then_nothing_differs(shell: _Shell, specs: Path) -> None:
    """Status 3 while something would change, 0 when nothing would."""
    before, plan = shell("diff", specs)
    applied, _ = shell("apply", specs)
    after, _ = shell("diff", specs)

    assert (before, applied, after) == (3, 0, 0)
    assert plan.splitlines() == [
        "+ person ann",
        "+ team shop",
        "2 to create, 0 to change, 0 to delete, 0 unchanged.",
    ]


def test_apply_prunes_only_when_told_and_asked(shell: _Shell, specs: Path) -> None:
    """Without a terminal, --yes says that deleting is meant."""
    shell("apply", specs)
    (specs / "a.yaml").write_text("person: {name: ann, email: ann@example.org}\n", "utf-8")

    refused, _ = shell("apply", specs, "--prune")
    kept, listed = shell.json("export")
    pruned, _ = shell("apply", specs, "--prune", "--yes")
    _, left = shell.json("export")

    assert (refused, kept, pruned) == (2, 0, 0)
    assert [file["path"] for file in listed["files"]] == ["person.yaml", "team.yaml"]
    assert [file["path"] for file in left["files"]] == ["person.yaml"]


def test_an_export_goes_into_a_folder_and_comes_back(shell: _Shell, tmp_path: Path) -> None:
    """The whole shop: what was exported differs in nothing from what was applied."""
    shell("apply", SHOP)

    exported, _ = shell("export", tmp_path / "out")
    differs, out = shell("diff", tmp_path / "out", "--prune")

    assert (exported, differs) == (0, 0)
    assert out.splitlines()[-1] == "0 to create, 0 to change, 0 to delete, 39 unchanged."


def test_a_schema_is_printed_and_an_unknown_kind_is_not_found(
    shell: _Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 4 with the nearest name."""
    status, out = shell("schema", "slo")
    unknown = run(["schema", "sol"])

    assert (status, json.loads(out)["required"]) == (0, ["slo"])
    assert unknown == 4
    assert "did you mean 'slo'?" in capsys.readouterr().err
