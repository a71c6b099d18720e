"""The command contract: names, first options and the JSON keys that outside programs read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from watchbill.entrypoints.cli.main import run

SHOP = Path(__file__).parents[3] / "examples" / "shop"
Ask = Callable[..., Any]  # Any: JSON


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Asks for JSON on a data directory into which the example was applied; `status` is what is expected."""

    def typed(*words: str, status: int = 0) -> Any:  # Any: JSON
        capsys.readouterr()
        where = () if "--data" in words else ("--data", str(tmp_path / "data"))
        found = run([*words, "--json", *where])
        said = capsys.readouterr()

        assert found == status, said.err
        return json.loads(said.out)

    typed("apply", str(SHOP))
    return typed


SLO_KEYS = {
    "slo", "service", "target_pct", "window", "good", "total", "sli_ratio", "budget_remaining_pct", "state", "frozen",
    "burn_rates", "exhausted_at", "coverage_pct",
}  # fmt: skip
INCIDENT_KEYS = {"id", "number", "title", "severity", "status", "roles", "timeline", "slo_impact"}


def test_promises(ask: Ask) -> None:
    """`slo show`, and `budget show` as a list of the same."""
    shown, budget = ask("slo", "show", "checkout-availability"), ask("budget", "show", "checkout")

    assert set(shown) >= SLO_KEYS
    assert set(shown["burn_rates"]) >= {"1h", "6h", "24h"}
    assert [row["slo"] for row in budget] == ["checkout-availability"]
    assert set(budget[0]) >= SLO_KEYS


def test_a_log_is_tried(ask: Ask) -> None:
    """`slo try`."""
    log = SHOP.parent / "logs" / "access.log"
    tried = ask("slo", "try", "--log", str(log), "--good", "status < 500", "--total", "true", "--per-minute")

    assert set(tried) >= {"lines", "rejected", "format", "good", "total", "sli_ratio", "per_minute"}
    assert tried["lines"] == len(log.read_bytes().splitlines())
    assert sum(minute["total"] for minute in tried["per_minute"]) == tried["total"]


def test_alerts(ask: Ask) -> None:
    """`alerts send`, then `alerts list`."""
    ask("alerts", "send", "HighCpu", "host=a", "--service", "search", "--severity", "warning")
    rows = ask("alerts", "list")

    assert len(rows) == 1
    assert set(rows[0]) >= {"id", "fingerprint", "status", "severity", "service", "labels", "starts_at", "ends_at"}


def test_oncall(ask: Ask) -> None:
    """`oncall now` and `oncall show`; a person is the handle."""
    now, shifts = ask("oncall", "now", "checkout"), ask("oncall", "show", "shop-primary")

    assert set(now[0]) >= {"schedule", "service", "primary", "secondary", "until"}
    assert set(shifts[0]) >= {"start", "end", "person", "layer"}
    assert now[0]["primary"] == shifts[0]["person"]


def test_from_incident_to_postmortem(ask: Ask) -> None:
    """`incident start|show|...`, `postmortem draft|list|export`, `trace`, `action list`; a number is an integer."""
    started = ask("incident", "start", "checkout", "is", "down", "--severity", "SEV2", "--service", "checkout", "--detected-by", "user report", "--yes")  # fmt: skip
    name = f"INC-{started['number']}"
    ask("incident", "ack", name)
    ask("incident", "mitigate", name, "--how", "restarted")
    ask("incident", "resolve", name, "--root-cause", "a leak", "--override", "a drill of the contract")
    shown = ask("incident", "show", str(started["number"]))
    draft = ask("postmortem", "draft", name)
    exported = ask("postmortem", "export", draft["id"], "--format", "yaml")
    chain = ask("trace", name)

    assert set(started) >= INCIDENT_KEYS
    assert set(shown) >= INCIDENT_KEYS
    assert isinstance(shown["number"], int)
    assert {"id", "incident", "status"} <= set(ask("postmortem", "list")[0])
    assert exported["content"].startswith("postmortem:")
    assert all(set(link) >= {"id", "kind", "at", "cause"} for link in chain)
    assert {"incident", "postmortem"} <= {link["kind"] for link in chain}
    assert ask("action", "list") == []


def test_the_house(ask: Ask, tmp_path: Path) -> None:
    """`token create`, `user add`, `audit verify`, `db upgrade`, `doctor` (status 3: there is no mail), `backup`, `restore`."""
    made = ask("token", "create", "--role", "viewer")
    ask("user", "add", "zoe", "--role", "responder")
    found = ask("doctor", status=3)
    backup = ask("backup", str(tmp_path / "b.zip"))

    assert made["token"].startswith("wb_")
    assert ask("audit", "verify")["ok"] is True
    assert "current" in ask("db", "upgrade")
    assert all(set(row) >= {"check", "ok", "detail", "fix"} for row in found)
    assert Path(backup["file"]).stat().st_mode & 0o777 == 0o600
    assert ask("restore", backup["file"], "--data", str(tmp_path / "other"))["audit_head"] == backup["audit_head"]
    assert ask("sending", "show", "--data", str(tmp_path / "other"))["paused"] is True
    assert ask("sending", "resume", "--data", str(tmp_path / "other"))["paused"] is False
