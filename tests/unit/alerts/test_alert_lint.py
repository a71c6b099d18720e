"""Each rule of the alert lint: what breaks it, and what does not."""

import pytest

from watchbill.adapters.resources.alerting.files import read_rules
from watchbill.alerts.rules.lint import RULES, Surroundings, lint

GOOD = """
groups:
  - name: shop
    rules:
      - alert: CheckoutErrors
        expr: |
          sum(rate(http_requests_total{code=~"5.."}[1h])) / sum(rate(http_requests_total[1h])) > 0.01
        for: 5m
        labels: {severity: critical, service: checkout}
        annotations: {summary: Checkout fails, runbook_url: "https://runbooks.test/checkout"}
"""
KNOWN = Surroundings(runbooks={"full": 2, "empty": 0}, pages_a_week={"Noisy": 5.0, "Calm": 4.9})


def _rules(text: str) -> list[str]:
    found = read_rules("rules.yml", text)
    assert not found.faults
    return [finding.rule for alert in found.alerts for finding in lint(alert, KNOWN)]


def _changed(old: str, new: str) -> list[str]:
    assert old in GOOD
    return _rules(GOOD.replace(old, new))


def test_a_good_alert_has_no_findings() -> None:
    """The example that the others are made from breaks no rule."""
    assert _rules(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("> 0.01", "> 0.01)", "WB001"),
        ("> 0.01", "", "WB002"),
        ("severity: critical, ", "", "WB003"),
        ("severity: critical", "severity: wichtig", "WB003"),
        (', runbook_url: "https://runbooks.test/checkout"', "", "WB101"),
        ('runbook_url: "https://runbooks.test/checkout"', "runbook: unknown", "WB103"),
        (", service: checkout", "", "WB201"),
        ('runbook_url: "https://runbooks.test/checkout"', "runbook: empty", "WB202"),
        ("summary: Checkout fails, ", "", "WB203"),
        ("        for: 5m\n", "", "WB601"),
        ("for: 5m", "for: 0s", "WB601"),
        ("alert: CheckoutErrors", "alert: Noisy", "WB602"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_finding(old: str, new: str, rule: str) -> None:
    """Each change to the good example breaks exactly the rule that it is about."""
    assert _changed(old, new) == [rule]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("for: 5m", "keep_firing_for: 5m"),
        ('runbook_url: "https://runbooks.test/checkout"', "runbook: full"),
        ("alert: CheckoutErrors", "alert: Calm"),
        ("severity: critical", "severity: Critical"),
        ("service: checkout", "team: shop"),
    ],
)  # fmt: skip
def test_other_ways_to_keep_a_rule(old: str, new: str) -> None:
    """What says the same in another way is no finding."""
    assert _changed(old, new) == []


def _alert(expr: str, severity: str = "critical", name: str = "X", more: str = "") -> list[str]:
    return _rules(
        f"groups: [{{name: g, rules: [{{alert: {name}, expr: '{expr}', for: 5m, labels: {{severity: {severity},"
        f" service: s}}, annotations: {{summary: s, runbook_url: 'https://r.test/'{more}}}}}]}}]"
    )


@pytest.mark.parametrize(
    ("expr", "rule"),
    [
        ("rate(node_cpu_seconds_total[5m]) > 0.8", "WB301"),
        ("up == 0", "WB301"),
        ("pg_stat_activity_count > 100 and node_load1 > 4", "WB301"),
        ("widgets_lost_total > 3", "WB501"),
    ],
)
def test_a_page_on_a_cause_or_on_nothing_a_customer_sees_is_found(expr: str, rule: str) -> None:
    """What is known to be a cause breaks rule 3, what nobody can tell breaks rule 5."""
    assert _alert(expr) == [rule]
    assert _alert(expr, severity="warning") == []


def test_an_author_may_say_what_a_customer_notices() -> None:
    """An annotation `impact` is an answer to rule 5."""
    assert _alert("widgets_lost_total > 3", more=", impact: parcels get lost") == []


def test_a_cause_beside_a_symptom_is_a_symptom() -> None:
    """CPU together with slow answers pages for the slow answers."""
    assert _alert("node_load1 > 4 and http_request_duration_seconds > 2") == []


def test_an_alert_on_a_promise_needs_two_windows() -> None:
    """One window is found, two joined by `and` are not; nor are two recorded ones, whose names carry the window."""
    assert _alert("rate(slo_errors_total[1h]) > 0.01", name="Burn") == ["WB401"]
    assert _alert("rate(slo_errors_total[1h]) > 0.01 and rate(slo_errors_total[5m]) > 0.01", name="Burn") == []
    assert _alert("slo:errors:ratio_rate1h > 0.01 and slo:errors:ratio_rate5m > 0.01", name="Burn") == []


def test_absent_series_need_no_threshold() -> None:
    """`absent` yields nothing where all is well."""
    assert "WB002" not in _alert("absent(http_requests_total)")


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {groups: [{name: g, rules: [{alert: A, expr: up}]}]}",
        "anonymous: [{name: g, rules: [{alert: A, expr: up}]}]",
        "groups: [{name: g, rules: [{record: r, expr: up}, {alert: A, expr: up}]}]",
    ],
)
def test_rule_files_of_prometheus_the_operator_and_mimir_are_read(text: str) -> None:
    """Every form holds the one alert, once; recording rules are passed over."""
    assert [alert.name for alert in read_rules("r.yml", text).alerts] == ["A"]


def test_a_file_without_rules_is_a_fault_with_a_place() -> None:
    """Nothing is silently passed over."""
    [fault] = read_rules("r.yml", "service: {name: a}").faults

    assert str(fault).startswith("r.yml:1:1: error: groups:")


def test_a_finding_points_at_the_line_of_its_part() -> None:
    """The severity finding lies on the line of the labels."""
    [alert] = read_rules("r.yml", GOOD.replace("severity: critical, ", "")).alerts

    assert lint(alert, KNOWN)[0].place.line == 9


def test_rules_have_ids_of_their_own() -> None:
    """No two rules share an id or a name, and all six design rules have a check."""
    assert len({rule.id for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    assert {rule.design_rule for rule in RULES} == {0, 1, 2, 3, 4, 5, 6}
