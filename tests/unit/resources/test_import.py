"""Files of Sloth, Pyrra and OpenSLO, and the rules that the first two generate, become resources; every loss is named."""

import pytest

from watchbill.adapters.resources.files import SourceFile
from watchbill.adapters.resources.importing import Imported, import_files
from watchbill.adapters.resources.loading import parse_file
from watchbill.bootstrap.resources import PREDICATES
from watchbill.kernel.errors import Faults, Invalid

PROM, RUNBOOK = "http://prom.example:9090", "https://wiki.example/errors"

# The first example of Sloth's documentation, shortened.
SLOTH = """\
version: "prometheus/v1"
service: "myservice"
labels: {owner: "myteam"}
slos:
  - name: "requests-availability"
    objective: 99.9
    description: "Requests are answered"
    sli:
      events:
        error_query: sum(rate(http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_request_duration_seconds_count{job="myservice"}[{{.window}}]))
    alerting:
      name: MyServiceHighErrorRate
      page_alert: {labels: {severity: pageteam}}
      ticket_alert: {disable: true}
"""
SLOTH_K8S = """\
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: {name: sloth-slo-home-wifi, namespace: monitoring}
spec:
  service: "home-wifi"
  slos:
    - name: "good-wifi"
      objective: 95
      sli:
        events:
          errorQuery: sum_over_time((count(satisfaction < 0.75))[{{.window}}:]) OR on() vector(0)
          totalQuery: sum_over_time((count(satisfaction))[{{.window}}:])
      alerting: {name: GoodWifi}
"""
# What Sloth generates, shortened to what is read.
SLOTH_RULES = """\
groups:
- name: sloth-slo-sli-recordings-myservice-requests-availability
  rules:
  - record: slo:sli_error:ratio_rate5m
    expr: |
      (sum(rate(http_total{job="myservice",code=~"(5..|429)"}[5m])))
      /
      (sum(rate(http_total{job="myservice"}[5m])))
    labels: {sloth_id: myservice-requests-availability, sloth_service: myservice, sloth_slo: requests-availability, sloth_window: 5m}
- name: sloth-slo-meta-recordings-myservice-requests-availability
  rules:
  - {record: "slo:objective:ratio", expr: vector(0.9990000000000001), labels: {sloth_id: myservice-requests-availability}}
  - {record: "slo:time_period:days", expr: vector(30), labels: {sloth_id: myservice-requests-availability}}
- name: sloth-slo-alerts-myservice-requests-availability
  rules:
  - alert: MyServiceAvailabilitySLO
    expr: |
      (
          (slo:sli_error:ratio_rate5m{sloth_id="myservice-requests-availability"} > (14.4 * 0.0009999999999999432))
          and ignoring (sloth_window)
          (slo:sli_error:ratio_rate1h{sloth_id="myservice-requests-availability"} > (14.4 * 0.0009999999999999432))
      )
      or ignoring (sloth_window)
      (
          (slo:sli_error:ratio_rate30m{sloth_id="myservice-requests-availability"} > (6 * 0.0009999999999999432))
          and ignoring (sloth_window)
          (slo:sli_error:ratio_rate6h{sloth_id="myservice-requests-availability"} > (6 * 0.0009999999999999432))
      )
    labels: {sloth_severity: page, severity: pageteam}
"""
PYRRA = """\
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: nginx-api-errors, namespace: monitoring, labels: {role: alert-rules, pyrra.dev/service: nginx}}
spec:
  target: '99.9'
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'requests{ingress="lastfm",status=~"5.."}'}
      total: {metric: 'requests{ingress="lastfm"}'}
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: nginx-api-latency}
spec:
  target: '90'
  window: 2w
  indicator:
    latency:
      success: {metric: 'duration_bucket{le="1"}'}
      total: {metric: duration_count}
      grouping: [handler]
---
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: up}
spec:
  target: "99"
  window: 28d
  indicator: {bool_gauge: {metric: 'up{job="p"}'}}
  alerting: {disabled: true}
"""
PYRRA_RULES = """\
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: http}
spec:
  groups:
  - name: monitoring-http-errors-increase
    interval: 2m30s
    rules:
    - {record: "http_requests:increase4w", expr: 'sum by (code) (increase(http_requests_total{job="app"}[4w]))', labels: {slo: monitoring-http-errors}}
    - {alert: SLOMetricAbsent, expr: 'absent(http_requests_total{job="app"}) == 1', labels: {slo: monitoring-http-errors}}
  - name: monitoring-http-errors
    interval: 30s
    rules:
    - record: http_requests:burnrate5m
      expr: sum(rate(http_requests_total{code=~"5..",path!="/a/b",job="app"}[5m])) / sum(rate(http_requests_total{job="app"}[5m]))
      labels: {job: app, slo: monitoring-http-errors}
    - alert: ErrorBudgetBurn
      expr: http_requests:burnrate5m{slo="monitoring-http-errors"} > (14 * (1-0.99)) and http_requests:burnrate1h{slo="monitoring-http-errors"} > (14 * (1-0.99))
      for: 2m0s
      labels: {severity: critical, long: 1h, short: 5m, slo: monitoring-http-errors, exhaustion: 2d}
"""


def imported(text: str, **said: str | None) -> Imported:
    """The text of a file, with a server and a runbook unless said otherwise."""
    return import_files(
        [SourceFile("given.yaml", text)], PREDICATES, **{"prometheus": PROM, "runbook": RUNBOOK, **said}
    )


def written(made: Imported) -> dict[str, dict[str, object]]:
    """Every resource of the resulting text, by kind and name."""
    parsed = parse_file("imported.yaml", made.text)

    assert [fault for fault in parsed.faults if fault.severity == "error"] == []
    return {f"{one.kind.word}/{one.name}": dict(one.written) for one in parsed.resources}


def errors(made: Imported) -> list[str]:
    """What applying would refuse."""
    return [fault.reason for fault in made.to_do if fault.severity == "error"]


def test_a_sloth_spec_becomes_resources_that_apply() -> None:
    """Rates become counts, the window ours, the page tiers shares of 30 days; the tickets were switched off."""
    made = imported(SLOTH)
    found = written(made)

    assert set(found) == {
        "service/myservice",
        "sli/myservice-requests-availability",
        "slo/myservice-requests-availability",
    }
    assert found["sli/myservice-requests-availability"]["measurement"] == {
        "source": {
            "prometheus": {
                "url": PROM,
                "bad": 'sum(increase(http_request_duration_seconds_count{job="myservice",code=~"(5..|429)"}[$window]))',
                "total": 'sum(increase(http_request_duration_seconds_count{job="myservice"}[$window]))',
            }
        }
    }
    slo = found["slo/myservice-requests-availability"]
    assert (slo["target"], slo["window"], slo["runbook"]) == (99.9, "30d", RUNBOOK)
    assert slo["burn_rate_alerts"] == [
        {"name": "page_quick", "short_window": "5m", "long_window": "1h", "severity": "page", "budget_pct": 2},
        {"name": "page_slow", "short_window": "30m", "long_window": "6h", "severity": "page", "budget_pct": 5},
    ]
    assert errors(made) == []
    assert [fault.field for fault in made.losses] == [
        "sloth.labels",
        "sloth.slos",
        "sloth.slos[0].alerting.page_alert",
    ]


def test_sloth_for_kubernetes_is_read_as_well() -> None:
    """Subqueries stay as they are; all four tiers."""
    found = written(imported(SLOTH_K8S))

    source = found["sli/home-wifi-good-wifi"]["measurement"]
    assert source == {
        "source": {
            "prometheus": {
                "url": PROM,
                "bad": "sum_over_time((count(satisfaction < 0.75))[$window:]) OR on() vector(0)",
                "total": "sum_over_time((count(satisfaction))[$window:])",
            }
        }
    }
    tiers = found["slo/home-wifi-good-wifi"]["burn_rate_alerts"]
    assert isinstance(tiers, list)
    assert [tier["budget_pct"] for tier in tiers] == [2, 5, 10, 10]


def test_rules_of_sloth_are_read_back() -> None:
    """Queries, target without the noise of floats, period, and both pairs of windows of the page alert."""
    found = written(imported(SLOTH_RULES))

    slo = found["slo/myservice-requests-availability"]
    assert (slo["service"], slo["target"], slo["window"]) == ("myservice", 99.9, "30d")
    assert slo["burn_rate_alerts"] == [
        {"name": "burn_1h", "burn_rate": 14.4, "short_window": "5m", "long_window": "1h", "severity": "page"},
        {"name": "burn_6h", "burn_rate": 6, "short_window": "30m", "long_window": "6h", "severity": "page"},
    ]
    assert found["sli/myservice-requests-availability"]["measurement"] == {
        "source": {
            "prometheus": {
                "url": PROM,
                "bad": 'sum(increase(http_total{job="myservice",code=~"(5..|429)"}[$window]))',
                "total": 'sum(increase(http_total{job="myservice"}[$window]))',
            }
        }
    }


def test_pyrra_objectives_become_resources() -> None:
    """Ratio, latency and gauge; windows stretch with the period; groups and a missing service are named as losses."""
    made = imported(PYRRA)
    found = written(made)

    assert found["slo/nginx-api-errors"]["service"] == "nginx"
    assert found["slo/nginx-api-errors"]["window"] == "28d"
    two_weeks = found["slo/nginx-api-latency"]["burn_rate_alerts"]
    assert isinstance(two_weeks, list)
    assert [(tier["short_window"], tier["long_window"]) for tier in two_weeks] == [
        ("2m", "30m"), ("15m", "3h"), ("1h", "12h"), ("3h", "2d"),
    ]  # fmt: skip
    assert found["slo/up"]["burn_rate_alerts"] == []
    assert found["sli/nginx-api-latency"]["measurement"] == {
        "source": {
            "prometheus": {
                "url": PROM,
                "good": 'sum(increase(duration_bucket{le="1"}[$window]))',
                "total": "sum(increase(duration_count[$window]))",
            }
        }
    }
    assert {fault.reason for fault in made.losses} >= {
        "one objective for each group has no counterpart: the groups are added up",
        "Pyrra names no service; 'nginx-api-latency' is taken",
    }
    # Pyrra would have run that tier for ever without a word.
    assert errors(made) == ["a burn rate of 14 can never be exceeded: at 90 % a full outage burns at 10"]


def test_rules_of_pyrra_are_read_back() -> None:
    """A slash inside a label's value does not divide."""
    found = written(imported(PYRRA_RULES, service="app"))

    slo = found["slo/monitoring-http-errors"]
    assert (slo["service"], slo["target"], slo["window"]) == ("app", 99, "4w")
    assert found["sli/monitoring-http-errors"]["measurement"] == {
        "source": {
            "prometheus": {
                "url": PROM,
                "bad": 'sum(increase(http_requests_total{code=~"5..",path!="/a/b",job="app"}[$window]))',
                "total": 'sum(increase(http_requests_total{job="app"}[$window]))',
            }
        }
    }


@pytest.mark.parametrize("text", [SLOTH, SLOTH_K8S, SLOTH_RULES, PYRRA, PYRRA_RULES])
def test_without_a_server_the_queries_are_kept_as_prose(text: str) -> None:
    """Nothing is measured then, and each file says what to add."""
    made = imported(text, prometheus=None)

    assert any(fault.hint == "say --prometheus URL" for fault in made.losses)
    assert all("prometheus" not in str(one.get("measurement")) for one in written(made).values())


def test_a_missing_runbook_is_left_to_do() -> None:
    """Importing names what applying would refuse."""
    assert any("runbook" in reason for reason in errors(imported(SLOTH, runbook=None)))


def test_our_own_files_are_not_imported() -> None:
    """They are applied as they are."""
    with pytest.raises(Invalid) as refused:
        imported("service: {name: checkout}\n")

    assert "watchbill apply" in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "groups: [{name: x, rules: [{record: a, expr: b}]}]",
        "version: prometheus/v2\nslos: []\n",
        "version: prometheus/v1\nslos: []\n",
        "groups: {a: 1}",
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    """With the place and what would be right, never a traceback."""
    with pytest.raises(Faults) as refused:
        imported(text)

    assert all(fault.line for fault in refused.value.faults)
