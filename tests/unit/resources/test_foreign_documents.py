"""OpenSLO and Backstage documents become resources; what does not fit is named."""

from collections.abc import Callable

import pytest

from watchbill.adapters.resources.validation import Report

Read = Callable[[str], Report]
OPENSLO = """\
apiVersion: openslo/v1
kind: Service
metadata: {name: checkout, displayName: Checkout}
spec: {description: Takes orders}
---
apiVersion: openslo/v1
kind: DataSource
metadata: {name: prom}
spec: {type: Prometheus, connectionDetails: {url: "http://prom:9090"}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: checkout-availability, labels: {team: payments}}
spec:
  description: Orders can be placed
  service: checkout
  indicator:
    metadata: {name: checkout-success}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, metricSourceRef: prom, spec: {query: "sum(good)"}}}
        total: {metricSource: {type: Prometheus, metricSourceRef: prom, spec: {query: "sum(total)"}}}
  timeWindow: [{duration: 28d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{displayName: x, target: 0.995}]
  alertPolicies: [{alertPolicyRef: page}]
"""
RUNBOOK = "---\nrunbook: {title: x, alert_name: SLOBurn}\n"


def test_openslo_becomes_service_sli_and_slo(read: Read) -> None:
    """Queries find their server, a ratio becomes percent exactly, and what has no counterpart is a warning at its line."""
    report = read(OPENSLO + RUNBOOK)

    written = {one.kind.word: one.written for one in report.resources}
    queries = {"url": "http://prom:9090", "good": "sum(good)", "total": "sum(total)"}
    assert written["service"] == {"name": "checkout", "description": "Takes orders"}
    assert written["sli"]["measurement"] == {"source": {"prometheus": queries}}
    assert written["slo"] == {
        "name": "checkout-availability",
        "service": "checkout",
        "sli": "checkout-success",
        "target": 99.5,
        "window": "28d",
        "description": "Orders can be placed",
        "budgeting": "occurrences",
    }
    assert [(fault.severity, fault.line, fault.field) for fault in report.faults] == [
        ("warning", 13, "openslo.metadata.labels"),
        ("warning", 27, "openslo.spec.alertPolicies"),
    ]


WINDOWS = {
    "{duration: 1M, isRolling: false, calendar: {timeZone: Europe/Paris}}": {
        "calendar": "month",
        "timezone": "Europe/Paris",
    },
    "{duration: 1w, isRolling: false}": {"calendar": "week"},
    "{duration: 7d, isRolling: true}": "7d",
}


@pytest.mark.parametrize(("window", "made"), WINDOWS.items(), ids=["month", "week", "rolling"])
def test_openslo_windows(read: Read, window: str, made: object) -> None:
    """Calendar periods and rolling days."""
    report = read(OPENSLO.replace("{duration: 28d, isRolling: true}", window) + RUNBOOK)

    assert [one.written["window"] for one in report.resources if one.kind.word == "slo"] == [made]


@pytest.mark.parametrize("window", ["{duration: 1M, isRolling: true}", "{duration: 1Y, isRolling: false}"])
def test_an_openslo_window_without_counterpart_is_an_error(read: Read, window: str) -> None:
    """A rolling month is no fixed number of days; guessing one would change the promise."""
    faults = read(OPENSLO.replace("{duration: 28d, isRolling: true}", window) + RUNBOOK).faults

    assert any(fault.severity == "error" and fault.field.endswith("timeWindow[0].duration") for fault in faults)


def test_an_openslo_query_without_a_server_is_kept_as_prose(read: Read) -> None:
    """Nothing is measured then, and two warnings say so."""
    report = read(OPENSLO.replace("kind: DataSource", "kind: AlertPolicy") + RUNBOOK)

    [sli] = [one for one in report.resources if one.kind.word == "sli"]
    assert sli.written["measurement"] == {"source": "good: sum(good); total: sum(total)"}
    assert report.ok
    assert any("the queries have no server" in fault.reason for fault in report.faults)
    assert any("AlertPolicy documents are left out" in fault.reason for fault in report.faults)


def test_several_objectives_become_several_slos(read: Read) -> None:
    """Numbered in their order."""
    two = "[{target: 0.99}, {targetPercent: 99.9}]"
    report = read(OPENSLO.replace("[{displayName: x, target: 0.995}]", two) + RUNBOOK)

    targets = {one.name: one.written["target"] for one in report.resources if one.kind.word == "slo"}
    assert targets == {"checkout-availability-1": 99, "checkout-availability-2": 99.9}


def test_faults_of_foreign_fields_are_faults_of_ours(read: Read) -> None:
    """A target of 1 leaves no budget in any dialect."""
    faults = read(OPENSLO.replace("target: 0.995", "target: 1.0") + RUNBOOK).faults

    assert [(fault.field, fault.reason) for fault in faults if fault.severity == "error"] == [
        ("slo.target", "100 percent leaves no error budget")
    ]


def test_an_unknown_format_says_what_can_be_read(read: Read) -> None:
    """Kubernetes documents and other versions of OpenSLO."""
    found = [
        read(f"apiVersion: {version}\nkind: SLO\nmetadata: {{name: a}}\n").faults[0].hint
        for version in ("v1", "openslo/v2alpha1")
    ]

    assert found == [
        "openslo/v1, sloth.slok.dev/v1, pyrra.dev/v1alpha1, monitoring.coreos.com/v1 and backstage.io/v1alpha1 can be read",
        "openslo/v1 can be read",
    ]


BACKSTAGE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: artist-web, description: The place to be, tags: [java]}
spec:
  type: website
  lifecycle: experimental
  owner: group:default/web
  dependsOn: ["component:default/artist-api", "resource:artist-db", "api:lookup"]
  dependencyOf: [portal]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: web}
spec: {type: team, members: [ann], children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {profile: {displayName: Ann Lee, email: ann@example.org}, memberOf: [web]}
"""


def test_backstage_becomes_service_team_and_person(read: Read) -> None:
    """Owners and dependencies lose their prefixes; entities that are no services are named."""
    report = read(BACKSTAGE)

    assert {one.kind.word: one.written for one in report.resources} == {
        "service": {
            "name": "artist-web",
            "tier": "experimental",
            "owner_team": "web",
            "dependencies": {"upstream": ["artist-api", "artist-db"], "downstream": ["portal"]},
            "type": "frontend",
            "description": "The place to be",
        },
        "team": {"name": "web", "members": ["ann"]},
        "person": {"name": "ann", "full_name": "Ann Lee", "email": "ann@example.org"},
    }
    assert {fault.severity for fault in report.faults} == {"warning"}
    assert "api:lookup is no service and is left out" in {fault.reason for fault in report.faults}
    assert "backstage.io.metadata.tags" in {fault.field for fault in report.faults}


@pytest.mark.parametrize(
    "spec", ["", "spec: x", "spec: []", "spec: {objectives: x}", "spec: {objectives: [x]}", "spec: {timeWindow: x}"]
)
@pytest.mark.parametrize(
    "head",
    [
        "openslo/v1\nkind: SLO",
        "openslo/v1\nkind: SLI",
        "backstage.io/v1alpha1\nkind: Component",
        "backstage.io/v1alpha1\nkind: Group",
    ],
)
def test_misshapen_foreign_documents_are_faults(read: Read, head: str, spec: str) -> None:
    """Whatever stands where a mapping should, the answer is a fault and not a crash."""
    report = read(f"apiVersion: {head}\nmetadata: {{name: [x]}}\n{spec}\n")

    assert not report.ok
