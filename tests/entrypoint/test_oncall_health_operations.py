"""Health and hand-over as programs and spreadsheets see them."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from watchbill.adapters.resources.files import SourceFile
from watchbill.bootstrap import App
from watchbill.entrypoints.cli.main import run
from watchbill.entrypoints.worker import Worker
from watchbill.kernel.clock import ManualClock
from watchbill.people.model import Actor, Role

OWNER = Actor(name="owner", role=Role.ADMIN, via="test")
HOUSE = """
organisation: {name: Shop, timezone: Europe/Paris}
---
person: {name: ann, timezone: Europe/Paris}
---
person: {name: bob, timezone: Europe/Paris}
---
team: {name: owls, members: [ann, bob]}
---
schedule:
  name: watch
  timezone: Europe/Paris
  compensation: {kind: lieu, note: "=one day off"}
  layers: [{name: daily, rotation: daily, start: "2026-01-05T09:00:00", people: [ann, bob]}]
---
service: {name: shop, owner_team: owls, oncall_rotation: watch}
"""


def _write(app: App) -> None:
    with app.transaction() as s:
        s.resources.apply([SourceFile("house.yaml", HOUSE)], OWNER)


def test_the_review_names_metrics_bands_and_edges(app: App, admin: TestClient) -> None:
    """A quiet team: seven metrics in the playbook's order, and what is not known is null."""
    _write(app)
    found = admin.get("/api/v1/oncall/review", params={"team": "owls", "days": 7}).json()
    team = found["teams"][0]

    assert found["days"] == 7
    assert [(one["metric"], one["healthy"], one["critical"]) for one in team["metrics"]] == [
        ("pages_per_shift", 2, 5), ("off_hours_pages_per_week", 1, 3), ("acknowledge_minutes", 5, 15),
        ("mitigate_minutes", 30, 60), ("false_positive_pct", 10, 30), ("escalation_pct", 20, 40), ("satisfaction", 4, 3),
    ]  # fmt: skip
    assert (team["metrics"][0]["value"], team["metrics"][0]["band"]) == (0, "healthy")
    assert (team["metrics"][2]["value"], team["metrics"][2]["band"]) == (None, None)
    assert len(team["heat"]) == 168
    assert sum(one["hours"] for one in team["people"]) == pytest.approx(168)


def test_wrong_questions_are_refused_with_what_is_known(app: App, admin: TestClient) -> None:
    """An unknown team, a month that is none, and one that lies ahead."""
    _write(app)

    assert admin.get("/api/v1/oncall/review", params={"team": "owl"}).status_code == 404
    assert admin.get("/api/v1/oncall/compensation", params={"month": "2026-13"}).status_code == 422
    assert admin.get("/api/v1/oncall/compensation", params={"month": "2999-01"}).status_code == 422


def test_a_token_of_somebody_else_does_not_sign(app: App, admin: TestClient) -> None:
    """The watch passes from bob to ann; the document is there by its schedule, and an admin's token does not sign it."""
    _write(app)
    app.rounds.shifts()
    clock = app.clock
    assert isinstance(clock, ManualClock)
    clock.forward(timedelta(hours=5, minutes=5))
    app.rounds.shifts()
    worker = Worker(app, name="test")
    worker.drain(periodic=False)
    worker.close()
    found = admin.get("/api/v1/handoffs/watch").json()
    refused = admin.post("/api/v1/handoffs/watch/sign")

    assert (found["outgoing"], found["incoming"], found["status"]) in {
        ("bob", "ann", "drafted"),
        ("ann", "bob", "drafted"),
    }
    assert [line for line in found["markdown"].splitlines() if line.startswith("###")] == [
        "### Open Issues", "### Recent Changes (last 7 days)", "### Known Risks", "### Scheduled Maintenance",
        "### Runbook Updates",
    ]  # fmt: skip
    assert refused.status_code == 403
    assert found["outgoing"] in refused.json()["detail"]
    assert [one["id"] for one in admin.get("/api/v1/handoffs").json()["items"]] == [found["id"]]
    assert admin.get("/api/v1/schedules/watch/handoff").json()["outgoing"] == found["incoming"]
    assert admin.get("/api/v1/surveys").json() == []


def test_the_month_is_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CSV with a head; a text that a spreadsheet would take for a formula is quoted."""
    house = tmp_path / "house.yaml"
    house.write_text(HOUSE, "utf-8")
    data = str(tmp_path / "data")
    assert run(["apply", str(house), "--yes", "--data", data]) == 0
    capsys.readouterr()

    assert run(["oncall", "compensation", "--csv", "--data", data]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["person"] for row in rows} == {"ann", "bob"}
    assert {row["compensation"] for row in rows} == {"lieu: =one day off"}
    assert run(["oncall", "review", "owls", "--data", data]) == 0
    assert "Interruptions per shift" in capsys.readouterr().out
