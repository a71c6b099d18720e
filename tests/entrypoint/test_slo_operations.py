"""What people and programs are told about promises: the contract keys, the edges, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watchbill.bootstrap import App
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.errors import Conflict, Invalid, NotFound
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # where the fixture's clock stands
MINUTE = timedelta(minutes=1)
WHO = Actor("ann", Role.ADMIN, "test")
RESOURCES = """
service: {name: checkout, tier: critical, aliases: [shop-checkout]}
---
service: {name: search, tier: standard}
---
sli: {name: orders, service: checkout, measurement: {total_events: All orders, source: {push: {}}}}
---
sli: {name: searches, service: search, type: latency, measurement: {total_events: All searches, source: {push: {}}}}
---
sli: {name: from-prometheus, service: search, measurement: {source: {prometheus: {url: "http://127.0.0.1:9090", good: a, total: b}}}}
---
slo: {name: checkout-availability, service: checkout, sli: orders, target: 99.9, window: 1d, runbook: "https://wiki.example.org/x", owner: ann}
---
slo: {name: search-latency, service: search, sli: searches, target: 99, window: 1d, runbook: "https://wiki.example.org/x"}
---
slo: {name: search-blind, service: search, sli: from-prometheus, target: 99, runbook: "https://wiki.example.org/x"}
"""
Ask = Callable[..., Any]  # Any: JSON


@pytest.fixture
def ask(app: App) -> Ask:
    """Runs an operation as an admin, in a transaction of its own, over a shop with two services."""

    def run(name_of_operation: str, /, **fields: object) -> Any:  # Any: JSON
        who = (
            replace(WHO, via="cli") if name_of_operation == "resources.apply" else WHO
        )  # the owner may name any server
        with app.transaction() as s:
            return perform(s, who, operation(name_of_operation), fields)

    run("resources.apply", files=[{"path": "shop.yaml", "text": RESOURCES}])
    return run


def push(
    ask: Ask, sli: str, good: int, total: int, *, minutes: int = 1, until: datetime = NOW, batch: str = "b"
) -> Any:  # Any: JSON
    """Even traffic over the minutes before `until`."""
    rows = [
        {"minute": (until - number * MINUTE).isoformat(), "good": good, "total": total}
        for number in range(1, minutes + 1)
    ]
    return ask("counts.push", sli=sli, batch=batch, counts=rows)


def test_contract_keys(ask: Ask) -> None:
    """1,000,000 orders of which 500 failed: exactly 50 % is left, which is warning."""
    push(ask, "orders", 999, 1000, minutes=500)
    push(ask, "orders", 1000, 1000, minutes=500, until=NOW - 500 * MINUTE, batch="c")

    found = ask("slo.show", name="checkout-availability")

    told = {
        key: found[key]
        for key in (
            "slo",
            "service",
            "target_pct",
            "window",
            "good",
            "total",
            "sli_ratio",
            "budget_remaining_pct",
            "state",
            "frozen",
            "exhausted_at",
        )
    }
    assert told == {
        "slo": "checkout-availability",
        "service": "checkout",
        "target_pct": 99.9,
        "window": "1d",
        "good": 999_500,
        "total": 1_000_000,
        "sli_ratio": 0.9995,
        "budget_remaining_pct": 50.0,
        "state": "warning",
        "frozen": False,
        "exhausted_at": found["forecast"]["exhausts_at"],
    }
    assert found["burn_rates"] == {"1h": 1.0, "6h": 1.0, "24h": 0.5}
    assert found["coverage_pct"] == pytest.approx(100 * 1000 / 1440)
    assert (found["data_status"], found["budget_minutes"], found["kept"]) == ("partial", 1.44, True)
    assert [(tier["name"], tier["burn_rate"], tier["firing"]) for tier in found["tiers"]] == [
        ("fast_burn", 14.4, False),
        ("medium_burn", 6.0, False),
        ("slow_burn", 1.0, False),
    ]
    assert found["tiers"][0]["detects_outage_in_seconds"] == 51.84
    assert found["source"]["kind"] == "push"


def test_nothing_measured_is_unknown_and_says_why(ask: Ask) -> None:
    """A source without an adapter is no_data with its reason: never 100 %, never healthy."""
    found = ask("slo.show", name="search-blind")

    assert (found["budget_remaining_pct"], found["state"], found["sli_ratio"], found["kept"]) == (
        None,
        None,
        None,
        None,
    )
    assert (found["data_status"], found["coverage_pct"], found["budget_remaining"]) == ("no_data", 0.0, "unknown")
    assert "the source has not been asked yet" in found["data_reason"]
    assert any("nothing is measured" in warning for warning in found["warnings"])
    assert found["sentence"].startswith("Nothing is known about search:")


def test_list_puts_the_worst_first(ask: Ask) -> None:
    """Least budget first, the unknown last; by service, alias and state."""
    push(ask, "orders", 1000, 1000, minutes=100)
    push(ask, "searches", 0, 100, minutes=10)

    assert [one["slo"] for one in ask("slo.list")] == ["search-latency", "checkout-availability", "search-blind"]
    assert [one["slo"] for one in ask("slo.list", service="shop-checkout")] == ["checkout-availability"]
    assert [one["slo"] for one in ask("slo.list", state="exhausted")] == ["search-latency"]
    assert [one["slo"] for one in ask("budget.show", service="search")] == ["search-latency", "search-blind"]


def test_every_answer_to_budget_show_is_that_of_slo_show(ask: Ask) -> None:
    """The same keys and figures."""
    push(ask, "orders", 999, 1000, minutes=100)

    assert ask("budget.show", service="checkout") == [ask("slo.show", name="checkout-availability")]


@pytest.mark.parametrize(("good", "kept"), [(999, True), (998, False)])
def test_check(ask: Ask, good: int, *, kept: bool) -> None:
    """Exactly the target is kept, less is not."""
    push(ask, "orders", good, 1000, minutes=100)

    assert ask("slo.check", name="checkout-availability")["kept"] is kept


def test_check_of_the_unknown(ask: Ask) -> None:
    """No data is neither yes nor no."""
    assert ask("slo.check", name="checkout-availability")["kept"] is None


def test_burn_down_ends_where_the_budget_stands(ask: Ask) -> None:
    """As many points as asked for; the last one is what is left."""
    push(ask, "orders", 999, 1000, minutes=600)

    chart = ask("slo.burndown", name="checkout-availability", points=48)

    assert len(chart["points"]) == 48
    assert chart["points"][-1]["remaining_pct"] == ask("slo.show", name="checkout-availability")["budget_remaining_pct"]


def test_series_default_is_the_last_hour(ask: Ask) -> None:
    """Sixty minutes, the running one last; steps add up."""
    push(ask, "orders", 9, 10, minutes=30)

    hour = ask("slo.series", name="checkout-availability")
    steps = ask(
        "slo.series",
        name="checkout-availability",
        start=(NOW - 30 * MINUTE).isoformat(),
        end=NOW.isoformat(),
        step_minutes=10,
    )

    assert len(hour["points"]) == 60
    assert sum(one["total"] for one in hour["points"]) == 300
    assert [(one["good"], one["total"]) for one in steps["points"]] == [(90, 100)] * 3


def test_same_batch_twice_changes_nothing(ask: Ask) -> None:
    """A sender may repeat what it is not sure of."""
    first, again = push(ask, "orders", 9, 10), push(ask, "orders", 9, 10)

    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert ask("slo.show", name="checkout-availability")["total"] == 10


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"minute": "2026-11-24T02:59:30Z", "good": 1, "total": 1}, "not the start of a minute"),
        ({"minute": "2026-11-24T02:59:00", "good": 1, "total": 1}, "timezone"),
        ({"minute": "2026-11-24T02:59:00Z", "good": 2, "total": 1}, "good is counted inside total"),
        ({"minute": "2026-11-24T02:59:00Z", "good": -1, "total": 1}, "greater than or equal to 0"),
        ({"minute": "2026-11-24T04:00:00Z", "good": 1, "total": 1}, "in the future"),
        ({"minute": "2026-11-24T02:59:00Z", "good": 1, "totl": 1}, "unknown field"),
    ],
)
def test_counts_that_make_no_sense_are_refused_whole(ask: Ask, row: dict[str, object], said: str) -> None:
    """The fault names the row, and the good rows beside it are not taken either."""
    fine = {"minute": "2026-11-24T02:58:00Z", "good": 1, "total": 1}

    with pytest.raises(Invalid) as refused:
        ask("counts.push", sli="orders", batch="x", counts=[fine, row])

    faults = getattr(refused.value, "faults", (refused.value,))
    assert any(said in str(fault) for fault in faults)
    assert ask("slo.show", name="checkout-availability")["total"] == 0


def test_only_push_slis_take_counts(ask: Ask) -> None:
    """What has a source of its own is not to be counted twice; a typo is told."""
    with pytest.raises(Conflict, match="a source of its own"):
        push(ask, "from-prometheus", 1, 1)
    with pytest.raises(NotFound, match="did you mean 'orders'"):
        push(ask, "order", 1, 1)


def test_name_of_a_service_leads_to_its_promises(ask: Ask) -> None:
    """`slo show checkout` says what checkout promises."""
    with pytest.raises(NotFound, match="the service checkout promises checkout-availability"):
        ask("slo.show", name="checkout")
    with pytest.raises(NotFound, match="service"):
        ask("budget.show", service="nobody")


def test_looking_back(ask: Ask, app: App) -> None:
    """`at` answers as of then."""
    push(ask, "orders", 1000, 1000, minutes=60)
    assert isinstance(app.clock, ManualClock)
    app.clock.forward(timedelta(minutes=10))
    push(ask, "orders", 0, 1000, minutes=5, until=NOW + 10 * MINUTE, batch="outage")

    assert ask("slo.show", name="checkout-availability")["state"] == "exhausted"
    then = ask("slo.show", name="checkout-availability", at=(NOW - MINUTE).isoformat())
    assert (then["state"], then["budget_remaining_pct"]) == ("healthy", 100.0)


def test_nines_with_one_more(ask: Ask) -> None:
    """The guide's six rows and the one that was asked for."""
    rows = ask("slo.nines", target_pct="99.97")

    assert [row["target_pct"] for row in rows] == [99.0, 99.5, 99.9, 99.95, 99.97, 99.99, 99.999]
    assert (rows[2]["month"], rows[2]["four_weeks_seconds"]) == ("43m 50s", 2419.2)
    with pytest.raises(Invalid, match="target_pct"):
        ask("slo.nines", target_pct="99.9%")
