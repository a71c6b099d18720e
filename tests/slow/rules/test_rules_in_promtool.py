"""The generated rules, run by Prometheus's own tools on the same synthetic series as watchbill's own engine."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest
from ruamel.yaml import YAML
from tests.unit.promises.conftest import World

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.adapters.outward.grafana import dashboard_for
from watchbill.adapters.outward.prometheus import rules_for
from watchbill.adapters.outward.written import yaml_text
from watchbill.adapters.resources.kinds.slo import BurnRateAlertSpec
from watchbill.adapters.resources.snapshot.promises import burn_tier
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.units import Ratio
from watchbill.slo.model import BurnTier, Calendar, CalendarUnit, NoData, Prometheus, Sli, Slo, TierSeverity
from watchbill.slo.plain_counts import PlainCounts
from watchbill.slo.rules.alarms import NO_DATA_TIER

pytestmark = pytest.mark.slow

PROMTOOL = shutil.which("promtool")
SCENARIO = YAML(typ="safe").load((Path(__file__).parent / "scenario.yaml").read_text("utf-8"))
MINUTE = timedelta(minutes=1)
START = datetime(1970, 1, 1, tzinfo=UTC)  # where promtool's time begins
TOTAL, BAD = 'http_requests_total{job="checkout"}', 'http_errors_total{job="checkout"}'
SLI = Sli(
    "orders",
    source=Prometheus("http://prom.example:9090", f"increase({TOTAL}[$window])", bad=f"increase({BAD}[$window])"),
)


@pytest.fixture
def promtool() -> str:
    """Debian's promtool (package prometheus)."""
    if PROMTOOL is None:
        if os.environ.get("CI") == "true":
            pytest.fail("promtool is not installed: apt-get install prometheus")
        pytest.skip("promtool is not installed: apt-get install prometheus")
    return PROMTOOL


@pytest.fixture(scope="module")
def slo() -> Slo:
    """The promise of the scenario."""
    tiers = tuple(burn_tier(BurnRateAlertSpec.model_validate(tier)) for tier in SCENARIO["tiers"])
    return Slo(
        "checkout-availability",
        "checkout",
        "orders",
        Ratio.percent(str(SCENARIO["target"])),
        tiers=tiers,
        no_data=NoData(SCENARIO["no_data"]),
        min_events=SCENARIO["min_events"],
        runbook="https://wiki.example/checkout",
    )


@pytest.fixture(scope="module")
def states(slo: Slo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bool]]:
    """What watchbill's own engine decided over the scenario."""
    return _own_engine(slo, tmp_path_factory.mktemp("engine"))


def _traffic() -> list[tuple[int, int]]:
    """(total, bad) of each minute."""
    return [(one["total"], one["bad"]) for one in SCENARIO["stretches"] for _ in range(one["minutes"])]


def _own_engine(slo: Slo, folder: Path) -> dict[str, list[bool]]:
    """Whether each tier fires at each evaluation: at minute m with the counts of the minutes before it."""
    world = World()
    store = CountsStore(folder / "counts", ManualClock(START))
    world.counts = cast("PlainCounts", store)  # the product's own store: the same two ports, and fast
    world.promise(slo)  # the counts are the same; here they are pushed, there Prometheus is asked
    found: dict[str, list[bool]] = {tier.name: [False] for tier in slo.tiers} | {NO_DATA_TIER: [False]}
    # All at once: a window ends with the minute that is judged, so what lies after it is not seen yet.
    cells = [Cell("orders", number, total - bad, total) for number, (total, bad) in enumerate(_traffic()) if total]
    store.append(Batch("orders", cells))
    for number, (total, _) in enumerate(_traffic()):
        start = START + number * MINUTE
        if total:
            world.newest["orders"] = start + timedelta(seconds=59)
        world.clock.jump(start + timedelta(seconds=59))
        world.tick()
        for tier, states in found.items():
            states.append((slo.name, tier) in world.tiers)
    store.close()
    return found


def _series(values: list[int]) -> str:
    """A counter's values at each minute, from 0 on, in promtool's notation."""
    sums, whole = ["0"], 0
    for value in values:
        whole += value
        sums.append(str(whole))
    return " ".join(sums)


def _samples(tier: str, minute: int, *, firing: bool) -> dict[str, Any]:  # Any: YAML
    selector = f'{{slo="checkout-availability",tier="{tier}",alertstate="firing"}}'
    return {
        "expr": f"count(ALERTS{selector}) or vector(0)",
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": "{}", "value": int(firing)}],
    }


def _expectations(states: dict[str, list[bool]]) -> list[dict[str, Any]]:  # Any: YAML
    """What promtool has to see: right after and right before each change, an evaluation's grace on either side."""
    found = []
    for tier, seen in states.items():
        changes = [minute for minute in range(1, len(seen)) if seen[minute] is not seen[minute - 1]]
        for before, after in zip([0, *changes], [*changes, len(seen) + 1], strict=True):
            # The stretch [before, after) is one state; its first and last evaluation may be the neighbour's.
            inside = sorted({before + 1, (before + after) // 2, after - 2} & set(range(before + 1, after - 1)))
            found += [_samples(tier, minute, firing=seen[minute]) for minute in inside]
    return found


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def test_both_engines_fire_and_clear_within_one_evaluation(
    promtool: str, slo: Slo, states: dict[str, list[bool]], tmp_path: Path
) -> None:
    """Every tier and the alarm about silence: the same course, minute by minute, in Prometheus and in watchbill."""
    traffic = _traffic()
    rules = rules_for([(slo, SLI)], START)
    (tmp_path / "rules.yml").write_text(yaml_text([{"groups": rules.groups}]), "utf-8")
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": TOTAL, "values": _series([total for total, _ in traffic])},
                    {"series": BAD, "values": _series([bad for _, bad in traffic])},
                ],
                "promql_expr_test": _expectations(states),
            }
        ],
    }
    (tmp_path / "test.yml").write_text(json.dumps(test), "utf-8")
    ran = _run([promtool, "test", "rules", "test.yml"], tmp_path)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    for tier in (*(tier.name for tier in slo.tiers), NO_DATA_TIER):
        assert any(states[tier]), f"{tier} never fires in this scenario, so nothing is proved about it"
        assert not all(states[tier][1:])


def test_the_scenario_can_tell_engines_apart(
    promtool: str, slo: Slo, states: dict[str, list[bool]], tmp_path: Path
) -> None:
    """With rules of another rate the very same test fails."""
    other = Slo(
        slo.name,
        slo.service,
        slo.sli,
        slo.target,
        tiers=(BurnTier("fast_burn", 5 * MINUTE, 60 * MINUTE, TierSeverity.PAGE, burn_rate=Fraction(200)),),
    )
    (tmp_path / "rules.yml").write_text(yaml_text([{"groups": rules_for([(other, SLI)], START).groups}]), "utf-8")
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": TOTAL, "values": _series([total for total, _ in _traffic()])},
                    {"series": BAD, "values": _series([bad for _, bad in _traffic()])},
                ],
                "promql_expr_test": _expectations({"fast_burn": states["fast_burn"]}),
            }
        ],
    }
    (tmp_path / "test.yml").write_text(json.dumps(test), "utf-8")

    assert _run([promtool, "test", "rules", "test.yml"], tmp_path).returncode != 0


def test_generated_rules_are_valid(promtool: str, slo: Slo, tmp_path: Path) -> None:
    """Good or bad queries, odd names, calendar windows, shares of the budget: `promtool check rules` takes them all."""
    good = Sli("by-good", source=Prometheus("http://p", f"increase({TOTAL}[$window])", f"increase({TOTAL}[$window])"))
    odd = Slo(
        'odd "name" \\ {{ $labels }}',
        "checkout",
        "by-good",
        Ratio.percent("99.95"),
        window=Calendar(CalendarUnit.MONTH, "Europe/Paris"),
        tiers=(BurnTier("x", 7 * MINUTE, 95 * MINUTE, TierSeverity.TICKET, budget_pct=Fraction(7)),),
        no_data=NoData.BAD,
        runbook="checkout-errors",
    )
    rules = rules_for([(slo, SLI), (odd, good)], datetime(2026, 2, 10, tzinfo=UTC))
    (tmp_path / "rules.yml").write_text(yaml_text([{"groups": rules.groups}], rules.notes), "utf-8")
    ran = _run([promtool, "check", "rules", "rules.yml"], tmp_path)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "SUCCESS" in ran.stdout


def test_dashboard_queries_are_promql(promtool: str, slo: Slo, tmp_path: Path) -> None:
    """Every expression of the dashboard parses, once its variables have values."""
    panels = dashboard_for([slo])["panels"]
    exprs = [target["expr"] for panel in panels for target in panel["targets"]]
    rules = [
        {"record": f"panel:{number}", "expr": expr.replace("$slo", ".*").replace("$service", ".*")}
        for number, expr in enumerate(exprs)
    ]
    (tmp_path / "rules.yml").write_text(yaml_text([{"groups": [{"name": "dashboard", "rules": rules}]}]), "utf-8")
    ran = _run([promtool, "check", "rules", "rules.yml"], tmp_path)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert len(exprs) >= 7
