"""A drill: checkout's log shows an outage; the burn fires, an alert opens with its cause, the budget freezes, it all ends again."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from watchbill.bootstrap import App
from watchbill.kernel.clock import ManualClock
from watchbill.operations.run import perform
from watchbill.operations.table import operation
from watchbill.people.model import Actor, Role

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WHO = Actor("owner", Role.ADMIN, "cli")
RESOURCES = """
service: {{name: checkout, tier: critical}}
---
sli:
  name: orders
  service: checkout
  measurement: {{total_events: All orders, good: status < 500, total: "true", source: {{logs: {{path: "{log}"}}}}}}
---
slo: {{name: checkout-availability, service: checkout, sli: orders, target: 99.9, window: 1d, runbook: "https://wiki.example.org/x"}}
"""


class Shop:
    """Checkout with its log, and the worker's loops that concern it, stepped by hand."""

    def __init__(self, app: App, log: Path) -> None:
        assert isinstance(app.clock, ManualClock)
        self.app, self.clock, self.log = app, app.clock, log

    def serve(self, seconds: int, status: int, *, every_s: int = 1) -> None:
        """Write that many seconds of orders with the status, and let the time pass."""
        with self.log.open("a", encoding="utf-8") as log:
            for second in range(0, seconds, every_s):
                at = self.clock.now() + timedelta(seconds=second)
                line = {
                    "timestamp": at.isoformat(),
                    "service": "checkout",
                    "http_path": "/orders",
                    "http_status": status,
                    "duration_ms": 95,
                }
                log.write(json.dumps(line) + "\n")
        self.clock.forward(timedelta(seconds=seconds))

    def cycle(self) -> int:
        """Read what was written, evaluate, fold; how much the tick moved."""
        self.app.follow_once()
        moved = self.app.evaluate_once()
        self.app.fold_once()
        return moved

    def ask(self, name: str, /, **fields: object) -> Any:  # Any: JSON
        """An operation's answer."""
        with self.app.transaction() as s:
            return perform(s, WHO, operation(name), fields)

    def alerts(self) -> dict[str, str]:
        """Status of each alert by tier."""
        return {one["labels"]["tier"]: one["status"] for one in self.ask("alerts.list")["items"]}


@pytest.fixture
def shop(app: App, tmp_path: Path) -> Callable[[], Shop]:
    """Makes a shop with six hours of good orders behind it."""

    def make() -> Shop:
        made = Shop(app, tmp_path / "checkout.log")
        made.clock.jump(NOW - timedelta(hours=6))
        made.serve(6 * 3600, 200, every_s=10)
        text = RESOURCES.format(log=made.log)
        made.ask("resources.apply", files=[{"path": "shop.yaml", "text": text}])
        made.cycle()
        return made

    return make


def test_outage_from_log_to_alert_and_back(shop: Callable[[], Shop]) -> None:
    """Two minutes in which every order fails page; ten good minutes end it; what was told stays with the alert."""
    checkout = shop()
    assert checkout.ask("slo.show", name="checkout-availability")["budget_remaining_pct"] == 100.0

    checkout.serve(120, 503)
    assert checkout.cycle() > 0

    assert checkout.alerts()["fast_burn"] == "firing"
    alert = next(one for one in checkout.ask("alerts.list")["items"] if one["labels"]["tier"] == "fast_burn")
    shown = checkout.ask("alerts.show", id=alert["id"])
    assert (alert["severity"], alert["service"]) == ("P0", "checkout")
    assert "checkout is losing" in alert["summary"]
    assert "path /orders: 100" in shown["annotations"]["top_contributors"]
    promise = checkout.ask("slo.show", name="checkout-availability")
    assert promise["firing"] != []
    assert promise["sentence"].startswith("checkout is losing")
    assert (promise["state"], promise["frozen"]) == ("exhausted", True)

    checkout.serve(4000, 200)
    checkout.cycle()

    assert checkout.alerts()["fast_burn"] == "resolved"
    ended = checkout.ask("alerts.show", id=alert["id"])
    assert ended["annotations"]["summary"].startswith("checkout is losing")


def test_chain_of_causes_leads_to_the_burn(shop: Callable[[], Shop]) -> None:
    """`trace` of the alert begins with the event that said that the tier fired."""
    checkout = shop()
    checkout.serve(120, 503)
    checkout.cycle()
    alert = checkout.ask("alerts.list")["items"][0]

    chain = checkout.ask("trace", id=alert["id"])

    assert (chain[0]["id"], chain[0]["event"]) == ("slo/checkout-availability", "slo.burning")


def test_restart_in_the_middle_of_an_outage(shop: Callable[[], Shop]) -> None:
    """A second process over the same data says nothing twice and knows what fires."""
    checkout = shop()
    checkout.serve(120, 503)
    checkout.cycle()
    before = checkout.ask("alerts.list")["items"]
    checkout.app.close()
    again = App.open(checkout.app.config, clock=checkout.clock)
    checkout.app = again
    try:
        checkout.cycle()

        assert [one["id"] for one in checkout.ask("alerts.list")["items"]] == [one["id"] for one in before]
        assert checkout.ask("slo.show", name="checkout-availability")["firing"] != []
    finally:
        again.close()
