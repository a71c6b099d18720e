"""Debian's amtool against watchbill, as it is used against Alertmanager: alerts, silences, configuration, cluster."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from tests.slow.servers import Watchbill, ask, program, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("amtool")]

SPECS = """
person: {name: ana, email: ana@shop.test, contacts: [{channel: web}]}
---
escalation_policy: {name: payments, steps: [{notify: [person:ana], wait: 5m}]}
---
escalation_policy: {name: search, steps: [{notify: [person:ana], wait: 5m}]}
---
route:
  name: pay
  match: ['team="pay"', 'note!="a \\"b\\" \\\\ c"']
  escalation_policy: payments
  group_by: [alertname, region]
  repeat_interval: 90m
  routes: [{name: loud, match: ['severity=~"critical|page"'], continue: true}]
---
route: {name: search, match: ['team="search"'], escalation_policy: search}
"""

Amtool = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watchbill]:
    """Watchbill with two teams and their routes."""
    one = Watchbill(tmp_path_factory.mktemp("amtool"), specs=SPECS)
    with running(one):
        yield one


@pytest.fixture
def amtool(server: Watchbill) -> Amtool:
    """Runs amtool against the server; fails unless it exits as expected."""
    tool = program("amtool")

    def run(*words: str, status: int = 0) -> "subprocess.CompletedProcess[str]":
        command = [tool, f"--alertmanager.url={server.url}", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == status, f"{command}: {done.stdout}{done.stderr}"
        return done

    return run


def _found(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:  # Any: JSON
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_alerts(amtool: Amtool) -> None:
    """`alert add` stores one, `alert query` finds it by matchers, and an end that has passed resolves it."""
    amtool("alert", "add", "alertname=Disk", "team=search", "--annotation=summary=full", "--generator-url=http://g/")
    amtool("alert", "add", "Cpu", "team=search")

    (found,) = _found(amtool("-o", "json", "alert", "query", "alertname=Disk"))
    assert found["labels"] == {"alertname": "Disk", "team": "search"}
    assert found["annotations"] == {"summary": "full"}
    assert found["generatorURL"] == "http://g/"
    assert found["receivers"] == [{"name": "search"}]
    assert len(_found(amtool("-o", "json", "alert", "query", "team=~sea.*"))) == 2
    assert len(_found(amtool("-o", "json", "alert", "query", "--receiver=payments"))) == 0
    assert "Disk" in amtool("alert").stdout
    assert "full" in amtool("-o", "extended", "alert", "query", "Disk").stdout

    amtool("alert", "add", "alertname=Disk", "team=search", "--end=2026-01-01T00:00:00Z", status=0)
    assert [one["labels"]["alertname"] for one in _found(amtool("-o", "json", "alert", "query", "team=search"))] == [
        "Cpu"
    ]


def test_the_life_of_a_silence(amtool: Amtool) -> None:
    """`silence add`, `query`, `update` and `expire`, and what a silence hides."""
    amtool("alert", "add", "alertname=Noise", "region=eu")
    silence = amtool(
        "silence", "add", "--author=ana", "--comment=deploy", "alertname=Noise", "region=~e."
    ).stdout.strip()

    (found,) = _found(amtool("-o", "json", "silence", "query", "alertname=Noise"))
    assert (found["id"], found["createdBy"], found["comment"], found["status"]["state"]) == (
        silence,
        "ana",
        "deploy",
        "active",
    )
    assert _found(amtool("-o", "json", "alert", "query", "Noise")) == []
    (hidden,) = _found(amtool("-o", "json", "alert", "query", "--silenced", "Noise"))
    assert hidden["status"] == {"state": "suppressed", "silencedBy": [silence], "inhibitedBy": []} | (
        {"mutedBy": hidden["status"]["mutedBy"]} if "mutedBy" in hidden["status"] else {}
    )
    assert amtool("silence", "query", "-q", "--created-by=ana").stdout.split() == [silence]

    updated = amtool("silence", "update", "--duration=2h", "--comment=longer", silence).stdout
    assert silence in updated or "longer" in updated
    (changed,) = _found(amtool("-o", "json", "silence", "query"))
    assert changed["comment"] == "longer"

    amtool("silence", "expire", changed["id"])
    assert _found(amtool("-o", "json", "silence", "query")) == []
    assert len(_found(amtool("-o", "json", "silence", "query", "--expired"))) >= 1
    assert [one["labels"]["alertname"] for one in _found(amtool("-o", "json", "alert", "query", "Noise"))] == ["Noise"]


def test_silences_from_a_file(amtool: Amtool, tmp_path: Path) -> None:
    """`silence import` takes what `silence query` gave."""
    amtool("silence", "add", "--author=ana", "--comment=x", "alertname=Imported")
    (given,) = _found(amtool("-o", "json", "silence", "query", "alertname=Imported"))
    amtool("silence", "expire", given["id"])
    file = tmp_path / "silences.json"
    file.write_text(json.dumps([{**given, "id": ""}]))

    amtool("silence", "import", "--force", str(file))

    (again,) = _found(amtool("-o", "json", "silence", "query", "alertname=Imported"))
    assert again["id"] != given["id"]
    amtool("silence", "expire", again["id"])


def test_what_it_refuses(amtool: Amtool) -> None:
    """A silence that nobody has, and one that would hide everything, fail with a sentence."""
    assert "404" in amtool("silence", "expire", "00000000-0000-4000-8000-000000000000", status=1).stderr
    refused = amtool("silence", "add", "--author=ana", "--comment=x", "alertname=~.*", status=1).stderr
    assert "400" in refused or "empty string" in refused


ROUTES = [
    (["team=pay"], "payments"),
    (["team=pay", "severity=critical"], "payments"),
    (["team=search"], "search"),
    (["team=nobody"], "default"),
    (["team=pay", 'note=a "b" \\ c'], "default"),
]


@pytest.mark.parametrize(("labels", "receiver"), ROUTES, ids=[" ".join(labels) for labels, _ in ROUTES])
def test_routes(amtool: Amtool, server: Watchbill, labels: list[str], receiver: str) -> None:
    """`config routes test` follows the rendered tree to where the alert really goes."""
    pairs = dict(label.split("=", 1) for label in labels)
    asked = [f"{name}={_quoted(text)}" for name, text in pairs.items()]
    assert amtool("config", "routes", "test", *asked).stdout.strip() == receiver
    server.send({"labels": {"alertname": "Routed", **pairs}})
    query = "&".join(["filter=alertname=Routed", *(f"filter={quote(one)}" for one in asked)])
    found = ask(f"{server.url}/api/v2/alerts?{query}").json
    assert receiver in {one["name"] for alert in found for one in alert["receivers"]}


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_the_configuration(amtool: Amtool, tmp_path: Path) -> None:
    """`config show` prints a configuration that `check-config` takes; `config routes show` draws its tree."""
    shown = amtool("config", "show").stdout
    file = tmp_path / "alertmanager.yml"
    file.write_text(shown)

    checked = amtool("check-config", str(file)).stdout
    assert "SUCCESS" in checked
    assert "3 receivers" in checked
    tree = amtool("config", "routes", "show").stdout
    assert "default-route" in tree
    assert "receiver: payments" in tree


def test_the_cluster(amtool: Amtool) -> None:
    """`cluster show` says that there is none."""
    assert "disabled" in amtool("cluster", "show").stdout
