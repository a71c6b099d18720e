"""The noise review and the lint over REST, and the lint's findings as SARIF."""

import json
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import TestClient

from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.entrypoints.cli.main import run
from watchbill.entrypoints.cli.sarif import sarif
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="test")
SCHEMA = Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json"
RULES = "groups: [{name: g, rules: [{alert: Cpu, expr: 'node_load1 > 4', labels: {severity: page}}]}]"
SHOP = """
service: {name: shop, tier: critical}
---
sli: {name: shop-ok, service: shop, type: availability, measurement: {source: {push: {}}}}
---
slo: {name: shop-slo, service: shop, sli: shop-ok, target: 99.9, window: 28d, runbook: "https://r.test/x"}
"""


def test_findings_are_valid_sarif(admin: TestClient) -> None:
    """The document satisfies the published schema, and each result names a rule of its run."""
    answer = admin.post("/api/v1/alert-lint", json={"files": [{"path": "a b.yml", "text": RULES}, {"path": "x.yml", "text": "a: ["}]}).json()  # fmt: skip
    document = sarif(answer)

    jsonschema.validate(document, json.loads(SCHEMA.read_text("utf-8")))
    driver, results = document["runs"][0]["tool"]["driver"], document["runs"][0]["results"]

    assert {"WB000", "WB101", "WB301"} <= {one["ruleId"] for one in results}
    assert all(driver["rules"][one["ruleIndex"]]["id"] == one["ruleId"] for one in results)


def test_a_broken_link_that_a_caller_tried_is_a_finding(admin: TestClient) -> None:
    """The server does not fetch addresses itself: who asks says which cannot be reached."""
    text = RULES.replace("labels:", "annotations: {runbook_url: 'https://r.test/x'}, labels:")
    given = {"files": [{"path": "r.yml", "text": text}]}
    first = admin.post("/api/v1/alert-lint", json=given).json()

    second = admin.post("/api/v1/alert-lint", json=given | {"broken_links": {"https://r.test/x": "HTTP 404"}}).json()

    assert first["runbook_links"] == ["https://r.test/x"]
    assert {one["rule"] for one in second["findings"]} - {one["rule"] for one in first["findings"]} == {"WB103"}


def test_the_review_of_an_empty_house_is_empty(admin: TestClient) -> None:
    """No alert ever came: no rows, and shares that are unknown rather than zero."""
    answer = admin.get("/api/v1/alert-review?days=7").json()

    assert (answer["alerts"], answer["services"], answer["total"]["not_actionable_ratio"]) == ([], [], None)


def test_more_than_a_year_is_refused(admin: TestClient) -> None:
    """The window has a bound, and the answer names the field."""
    answer = admin.get("/api/v1/alert-review?days=367")

    assert answer.status_code == 422
    assert "days" in answer.text


def test_the_command_leaves_with_three_when_there_are_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """Exit status 3, and each line names file, line, rule and what to write."""
    file = tmp_path / "rules.yml"
    file.write_text(RULES, "utf-8")

    status = run(["alerts", "lint", str(file), "--data", str(tmp_path / "data")])

    assert status == 3
    assert f"{file}:1:" in capsys.readouterr().out


def test_own_alerts_are_linted_where_no_file_is_named(app: App, admin: TestClient) -> None:
    """The burn alerts of a promise break no rule; a runbook that is gone is a finding for each tier, at the SLO's file."""
    with app.transaction() as s:
        s.resources.apply([SourceFile("shop.yaml", SHOP)], OWNER)
    clean = admin.post("/api/v1/alert-lint", json={}).json()
    gone = admin.post("/api/v1/alert-lint", json={"broken_links": {"https://r.test/x": "HTTP 404"}}).json()

    assert (clean["alerts"], clean["findings"]) == (3, [])
    assert [(one["rule"], one["file"]) for one in gone["findings"]] == [("WB103", "shop.yaml")] * 3
