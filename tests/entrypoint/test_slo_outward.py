"""Rules, dashboards, OpenSLO and imports through the REST API and on the command line; back-test and what-if as well."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watchbill.bootstrap import App, SourceFile, apply_folder
from watchbill.bootstrap.outward import import_slos, openslo, prometheus_rules
from watchbill.entrypoints.cli.main import run
from watchbill.kernel.errors import NotFound
from watchbill.operations.slo_history import BacktestSlo, WhatIf, backtest, whatif
from watchbill.operations.slo_outward import DashboardOf, dashboard
from watchbill.people.model import Actor, Role
from watchbill.slo.model import Bucket

ME = Actor(name="dana", role=Role.ADMIN, via="cli")
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPECS = """\
service: {name: checkout, description: Takes orders}
---
sli:
  name: orders
  service: checkout
  description: Orders go through
  type: availability
  measurement:
    good_events: Orders that are accepted
    source: {prometheus: {url: "http://p:9090", bad: "increase(bad[$window])", total: "increase(all[$window])"}}
---
sli:
  name: pushed
  service: checkout
  type: latency
  measurement: {source: {push: {}}}
  exclusions: ["Health check endpoints (/healthz, /readyz)"]
---
slo:
  name: checkout-availability
  service: checkout
  sli: orders
  target: 99.95
  window: 30d
  runbook: https://w.example/r
  sla: 99.5
  min_events: 50
  no_data: bad
  owner: payments
  stakeholders: [Head of product, Support]
  burn_rate_alerts:
    - {name: fast_burn, budget_pct: 2, short_window: 5m, long_window: 1h}
    - {name: slow_burn, burn_rate: 1.5, short_window: 6h, long_window: 3d, severity: ticket}
---
slo: {name: checkout-latency, service: checkout, sli: pushed, target: 99, window: {calendar: month, timezone: Europe/Paris}, runbook: https://w.example/r}
---
slo: {name: quiet, service: checkout, sli: pushed, target: 99.9, burn_rate_alerts: [], late_arrival: 20m}
"""


@pytest.fixture
def shop(app: App, tmp_path: Path) -> App:
    """An installation with these resources."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "all.yaml").write_text(SPECS, "utf-8")
    apply_folder(app, tmp_path / "specs")
    return app


def test_openslo_round_trip(shop: App, config: object, tmp_path: Path) -> None:
    """What was exported and read again is the same promise, field by field, in a fresh installation."""
    with shop.reading() as s:
        made = openslo(s, [])
        before = {slo.name: slo for slo in s.slo.list()}, {sli.name: sli for sli in s.definitions.slos.slis()}
    again = import_slos([("openslo.yaml", made.text)], prometheus=None, runbook=None, service=None)
    lost = [fault for fault in again.losses if "not read yet" not in fault.reason]
    with shop.transaction() as s:
        s.resources.apply([SourceFile("specs/again.yaml", again.text)], ME)
        after = {slo.name: slo for slo in s.slo.list()}, {sli.name: sli for sli in s.definitions.slos.slis()}

    assert lost == []
    assert after == before
    assert "short_window" in again.text


def test_rules_say_what_they_leave_out(shop: App) -> None:
    """Only SLIs that ask a Prometheus have rules; the others are named with the reason."""
    with shop.reading() as s:
        made = prometheus_rules(s, [])
        with pytest.raises(NotFound):
            prometheus_rules(s, ["nobody"])

    assert made.slos == ("checkout-availability",)
    assert any("quiet is left out: the source of pushed is push" in note for note in made.notes)
    assert "2000 * sum(watchbill:sli_bad" not in made.text  # the bound is 14.4 x 0.0005 = 9/1250
    assert '1250 * sum(watchbill:sli_bad:increase{sli="orders",window="1h"}) > 9 *' in made.text


def test_the_dashboard_is_json_of_grafana(shop: App) -> None:
    """Panels with unique ids, and queries over what the rules record."""
    with shop.reading() as s:
        found = json.loads(dashboard(s, ME, DashboardOf()).text)

    assert len({panel["id"] for panel in found["panels"]}) == len(found["panels"])
    assert all("watchbill:" in str(panel["targets"]) or "ALERTS" in str(panel["targets"]) for panel in found["panels"])


def test_backtest_and_whatif_answer_over_pushed_counts(shop: App) -> None:
    """Half an hour of failures at 99 % pages; at 90 % the budget would have stayed healthy."""
    with shop.transaction() as s:
        minutes = [Bucket(NOW - n * MINUTE, 50 if 600 < n <= 630 else 100, 100) for n in range(1, 3000)]
        s.slo.push("pushed", "b1", minutes)
    with shop.reading() as s:
        played = backtest(s, ME, BacktestSlo(name="checkout-latency", days=2))
        other = backtest(s, ME, BacktestSlo(name="checkout-latency", days=2, windows="5m/1h=90"))
        asked = whatif(s, ME, WhatIf(name="checkout-latency", target="90", window="28d", days=2))

    assert [firing.tier for firing in played.firings] == [
        "fast_burn"
    ]  # 1,500 of 6,000 in its hour; 4.2 % over 6 h and 0.5 % over 3 d stay below 6x and 1x
    assert played.precision is None  # the record holds no incident to compare with
    assert other.firings == []
    assert asked.as_is.window == "calendar month in Europe/Paris"
    assert (asked.what_if.target_pct, asked.what_if.state) == (90, "healthy")
    assert asked.what_if.good == asked.as_is.good


def test_the_command_line_writes_files(shop: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules and OpenSLO to files, and an import of what was exported; losses go to standard error."""
    data = ["--data", str(shop.config.data)]
    shop.close()
    statuses = [
        run(["slo", "rules", "checkout-availability", "--out", str(tmp_path / "rules.yml"), *data]),
        run(["slo", "dashboard", "--out", str(tmp_path / "board.json"), *data]),
        run(["export", str(tmp_path / "out"), "--format", "openslo", *data]),
        run(["slo", "import", str(tmp_path / "out" / "openslo.yaml"), "--out", str(tmp_path / "in.yaml")]),
        run(["validate", str(tmp_path / "in.yaml")]),
        run(["slo", "backtest", "quiet", *data]),
        run(["slo", "whatif", "quiet", "--target", "99", *data]),
    ]
    said = capsys.readouterr()

    assert statuses == [0] * len(statuses), said.err
    assert "groups:" in (tmp_path / "rules.yml").read_text("utf-8")
    assert "note: checkout-latency" in said.err
    assert run(["slo", "rules", "--format", "x", *data]) == 1
