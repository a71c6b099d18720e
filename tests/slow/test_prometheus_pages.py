"""A real Prometheus that knows watchbill as its Alertmanager pages through it: rule, alert, page, mail, one tap, resolved."""

import re
import time

import pytest
from tests.slow.post import Post
from tests.slow.servers import Prometheus, Watchbill, ask, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("prometheus")]

RULES = """
groups:
- name: shop
  rules:
  - alert: CheckoutDown
    expr: vector(time()) > {begins} < {ends}
    labels: {{service: checkout, severity: critical}}
    annotations: {{summary: "Checkout answers nothing", runbook_url: "https://runbooks.shop.test/checkout"}}
  - alert: CheckoutSlow
    expr: vector(time()) > {begins} < {ends}
    labels: {{service: checkout, severity: critical}}
    annotations: {{summary: "Checkout is slow"}}
"""


def test_from_a_rule_to_one_tap_and_back(prometheus: Prometheus, watchbill_server: Watchbill, post: Post) -> None:
    """The page arrives by mail; opening its link changes nothing, pressing its button stops the escalation; the end resolves.

    Beside it an alert that nobody answers goes on to the second step, which shows that the first one would have, too.
    """
    begins = time.time() + 2
    ends = begins + 20
    prometheus.use(alertmanager=watchbill_server.address, rules=RULES.format(begins=int(begins), ends=int(ends)))

    (letter,) = post.wait_for("ana@shop.test", "Checkout answers nothing")
    (unanswered,) = post.wait_for("ana@shop.test", "Checkout is slow")
    escalation = _escalation(watchbill_server, "Checkout answers nothing")

    seen = ask(letter.link)
    assert seen.status == 200
    assert "Checkout answers nothing" in seen.body
    assert _escalation(watchbill_server, "Checkout answers nothing")["status"] == "open"

    pressed = ask(
        letter.link, "POST", _form("ack", seen.body), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert pressed.status == 303
    acknowledged = _escalation(watchbill_server, "Checkout answers nothing")
    assert (acknowledged["status"], acknowledged["acknowledged_by"]) == ("acknowledged", "ana")
    assert acknowledged["id"] == escalation["id"]

    post.wait_for("bob@shop.test", "Checkout is slow")
    assert _escalation(watchbill_server, "Checkout is slow")["status"] == "open"
    assert unanswered.delivery != letter.delivery

    (alert,) = ask(f"{watchbill_server.url}/api/v2/alerts?filter=alertname=CheckoutDown").json
    assert alert["labels"]["site"] == "test"  # Prometheus' external labels
    assert alert["generatorURL"].startswith("http")

    until("both alerts are over", lambda: not ask(f"{watchbill_server.url}/api/v2/alerts").json, seconds=60)
    until(
        "both escalations are over",
        lambda: (
            {_escalation(watchbill_server, name)["status"] for name in ("Checkout answers nothing", "Checkout is slow")}
            == {"resolved"}
        ),
    )
    assert post.to("bob@shop.test", "Checkout answers nothing") == []
    assert len([one for one in post.to("ana@shop.test", "Checkout answers nothing") if one.link]) == 1


def _form(act: str, page: str) -> str:
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    return f"act={act}&csrf={token[1]}"


def _escalation(server: Watchbill, title: str) -> dict[str, object]:
    """The escalation of that title."""
    found = [one for one in server.api("/escalations")["items"] if one["title"] == title]
    assert found, server.api("/escalations")
    shown: dict[str, object] = server.api(f"/escalations/{found[0]['id']}")
    return shown
