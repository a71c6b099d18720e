"""The postmortem as a writer types it: fields and files, the blameless check, comparison, files in a folder and a repository."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchbill.entrypoints.cli.main import run

SHOP = Path(__file__).parents[3] / "examples" / "shop"
Type = Callable[..., str]


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types a command on a house with one incident and its draft; what it prints."""

    def command(*words: str, status: int = 0) -> str:
        capsys.readouterr()
        found = run([*words, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()

        assert found == status, said.err
        return said.out if status in {0, 3} else said.err

    command("apply", str(SHOP), "--yes")
    command("incident", "start", "checkout is down", "--severity", "SEV2", "--yes")
    command("postmortem", "draft", "1")
    return command


def _shown(typed: Type) -> dict[str, Any]:  # Any: JSON
    found: dict[str, Any] = json.loads(typed("postmortem", "show", "1", "--json"))
    return found


def test_fields_are_written_one_by_one(typed: Type) -> None:
    """Texts, lists, the chain, the bones, counts and what people remember; a typo names the nearest field."""
    typed("postmortem", "edit", "1", "root_cause", "no", "plan", "check")
    typed("postmortem", "edit", "1", "five_whys", "Why did it fail? -> no index | https://graphs/1")
    typed("postmortem", "edit", "1", "five_whys", "--add", "Why no index? -> no check in CI")
    typed("postmortem", "edit", "1", "fishbone", "testing: no load test", "people: one on shift")
    typed("postmortem", "edit", "1", "users_affected", "0")
    typed("postmortem", "edit", "1", "moments", "2026-11-24T03:01:00Z the alarm rang")
    one = _shown(typed)

    assert one["root_cause"] == "no plan check"
    assert [why["answer"] for why in one["five_whys"]] == ["no index", "no check in CI"]
    assert [bone["category"] for bone in one["fishbone"]] == ["testing", "people"]
    assert one["impact"]["users_affected"] == 0
    assert [at["event"] for at in one["timeline"] if at["remembered"]] == ["the alarm rang"]
    assert "did you mean 'root_cause'" in typed("postmortem", "edit", "1", "root_casue", "x", status=1)
    assert "no question with an answer" in typed("postmortem", "edit", "1", "five_whys", "because", status=1)
    assert "six categories" in typed("postmortem", "edit", "1", "fishbone", "luck: none", status=1)


def test_a_file_is_written_back(typed: Type, tmp_path: Path) -> None:
    """Export, change, edit; what is computed is said to stay; a fault names its line and nothing is written."""
    file = tmp_path / "pm.yaml"
    typed("postmortem", "export", "1", "-o", str(file))
    text = file.read_text("utf-8")
    file.write_text(text.replace("severity: SEV2", "severity: SEV1").replace("title: ", "title: Drill of "), "utf-8")
    said = typed("postmortem", "edit", "1", "--file", str(file))

    assert "note: severity is computed and stays SEV2; the file says SEV1" in said
    assert _shown(typed)["title"].startswith("Drill of")
    file.write_text(text.replace("summary:", "sumary:"), "utf-8")
    assert "sumary" in typed("postmortem", "edit", "1", "--file", str(file), status=1)


def test_the_editor_is_the_users_own(typed: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the YAML is opened in $EDITOR; what was not changed is not written."""
    script = tmp_path / "edit.sh"
    script.write_text("#!/bin/sh\nsed -i 's/^  title: /  title: Edited /' \"$1\"\n", "utf-8")
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed("postmortem", "edit", "1")
    assert _shown(typed)["title"].startswith("Edited")
    monkeypatch.setenv("EDITOR", "true")
    assert "Nothing was changed." in typed("postmortem", "edit", "1")
    monkeypatch.setenv("EDITOR", "false")
    assert "nothing was written" in typed("postmortem", "edit", "1", status=1)


def test_blame_is_answered_with_three(typed: Type, tmp_path: Path) -> None:
    """Of a postmortem and of any file, each with what to write instead."""
    assert "Nothing blames a person." in typed("postmortem", "lint", "1")
    file = tmp_path / "notes.txt"
    file.write_text("It was human error.\n", "utf-8")
    said = typed("postmortem", "lint", str(file), status=3)
    assert said.startswith('text:1:8: "human error": it ends the search')
    assert "instead: say what made the slip easy" in said
    typed("postmortem", "edit", "1", "what_went_wrong", "somebody forgot it")
    assert "somebody forgot" in typed("postmortem", "lint", "1", status=3)


def test_versions_comments_and_the_meeting(typed: Type) -> None:
    """What changed, what readers say, the agenda, and decisions that become action items."""
    typed("postmortem", "edit", "1", "what_went_well", "paging worked")
    assert "+ - paging worked" in typed("postmortem", "diff", "1")
    assert "open" in typed("postmortem", "comment", "1", "which graph?", "--field", "timeline")
    assert "which graph?" in typed("postmortem", "comments", "1")
    assert "1. Timeline walk-through (15 min)" in typed("postmortem", "agenda", "1")
    said = typed("postmortem", "meeting", "1", "--minutes", "read", "--decision", "add a probe")
    assert "Decided: AI-1 add a probe" in said
    assert "Minutes: read" in said
    assert "add a probe" in typed("action", "board")
    assert "in-progress" in typed("action", "edit", "1", "--status", "in-progress")
    assert "OVERDUE" in typed("action", "burndown", "--days", "2")
    assert "mirrored nowhere" in typed("action", "issue", "1")
    assert "checkout is down" in typed("postmortem", "search", "probe")
    assert "No postmortem holds" in typed("postmortem", "search", "zebra")
    assert "No other postmortem" in typed("postmortem", "similar", "1")
    assert "1 postmortem compared." in typed("postmortem", "recurring")


def test_they_are_published_to_a_repository(typed: Type, tmp_path: Path) -> None:
    """Files and a list of them, committed once; a second time nothing changed."""
    site = tmp_path / "site"
    site.mkdir()
    git = ["git", "-C", str(site), "-c", "init.defaultBranch=main"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    for key, value in (("user.name", "Ann"), ("user.email", "ann@shop.test")):
        subprocess.run([*git, "config", key, value], check=True)
    said = typed("postmortem", "publish", str(site), "1", "--format", "html", "--format", "yaml", "--commit")
    assert "1 postmortem, 3 files written." in said
    names = sorted(path.name for path in site.iterdir() if path.suffix)
    assert [name.rpartition("-")[2] for name in names] == ["1.html", "1.yaml", "README.md"]
    assert "[checkout is down](" in (site / "README.md").read_text("utf-8")
    log = subprocess.run([*git, "log", "--oneline"], check=True, capture_output=True, text=True).stdout
    assert len(log.splitlines()) == 1
    assert "no files written" in typed("postmortem", "publish", str(site), "1", "--format", "html", "--format", "yaml", "--commit")  # fmt: skip
    assert subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True, text=True).stdout == ""
    assert "git add failed" in typed("postmortem", "publish", str(tmp_path / "none"), "1", "--commit", status=1)
