"""Every template, filled in, loads as it is printed; and what it says by prose alone is named."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from watchbill.adapters.resources.kinds import KINDS
from watchbill.adapters.resources.loading import parse_file
from watchbill.adapters.resources.validation import Report

Read = Callable[[str], Report]
HERE = Path(__file__).parent
# What the playbook's templates speak of and the playbook has no template for.
BESIDE = """\
person: {name: ann, email: ann@example.org}
---
person: {name: bob, email: bob@example.org}
---
team: {name: payments, members: [ann, bob], lead: ann}
---
service: {name: checkout}
---
service: {name: ledger}
---
schedule: {name: payments-primary, layers: [{name: w, rotation: weekly, start: "2026-01-05T09:00:00", people: [ann, bob]}]}
"""


def _blocks(name: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (HERE / name).read_text("utf-8"), re.DOTALL)


PLAYBOOK = {block.partition(":")[0]: block for block in _blocks("playbook_templates.md")}
FURTHER = "---\n".join(_blocks("further_templates.md"))


@pytest.mark.parametrize("kind", PLAYBOOK)
def test_each_template_of_the_playbook_loads_by_itself(kind: str) -> None:
    """No field of it is unknown, of the wrong type, or required but missing."""
    parsed = parse_file(f"{kind}.yaml", PLAYBOOK[kind])

    assert parsed.faults == []
    assert {one.kind.word for one in parsed.resources} == {kind}


def test_the_playbook_as_a_whole_is_valid(read: Read) -> None:
    """All of its templates together have no error; warnings name the budget minutes and every line that is only prose."""
    report = read("---\n".join([*PLAYBOOK.values(), BESIDE]))

    assert [str(fault) for fault in report.faults if fault.severity == "error"] == []
    assert [(fault.field, fault.reason.partition(":")[0]) for fault in report.faults] == [
        ("sli.measurement.good_events", "it is prose and does nothing by itself"),
        ("sli.measurement.total_events", "it is prose and does nothing by itself"),
        ("sli.measurement.source", "it is prose and does nothing by itself"),
        ("slo.error_budget_minutes", "is 40, but 99.9 % leaves 40.32 minutes of 28d; 40.32 is used"),
        *[("auto_remediation.action", "not armed")] * 4,
    ]


def test_an_empty_template_names_what_it_needs(read: Read) -> None:
    """A template as it is copied, with nothing filled in, asks for the name and no more."""
    text = re.sub(r'"[^"]*"', '""', PLAYBOOK["service"])

    assert [str(fault) for fault in read(text).faults] == ["a.yaml:2:3: error: service.name: is required"]


def test_every_further_template_loads() -> None:
    """Persons, teams, schedules, policies, routes, windows, pages, checklists, probes, heartbeats, the organisation."""
    parsed = parse_file("further.yaml", FURTHER)

    assert parsed.faults == []
    assert {one.kind.word for one in parsed.resources} >= {
        "person", "team", "schedule", "escalation_policy", "route", "maintenance_window", "status_page",
        "readiness_checklist", "probe", "heartbeat", "organisation", "sli", "slo",
    }  # fmt: skip


def test_every_kind_has_a_template() -> None:
    """Nothing can be written that these files do not show."""
    shown = {
        one.kind.word for text in ("---\n".join(PLAYBOOK.values()), FURTHER) for one in parse_file("t", text).resources
    }

    assert shown == set(KINDS)


MACHINE = """\
sli:
  name: success
  measurement:
    good_events: "HTTP responses with status < 500"
    total_events: "All HTTP requests"
    source: {logs: {path: /var/log/a.log}}
    good: "status < 500"
    total: "true"
  exclusions:
    - "path IN ('/healthz', '/readyz')"
    - "Synthetic monitoring traffic"
    - "Requests that nobody wanted"
    - "path IN ('/healthz'"
"""


def test_prose_beside_its_machine_form_is_fine_and_prose_alone_is_named(read: Read) -> None:
    """Predicates and the playbook's sentences exclude; other lines say that they do not, and why."""
    found = read(MACHINE).faults

    assert [(fault.line, fault.severity, fault.reason.partition(" (")[0]) for fault in found] == [
        (12, "warning", "excludes nothing: it is prose and does nothing by itself"),
        (13, "warning", "excludes nothing: it is prose and does nothing by itself"),
    ]
    assert "cannot be read" in found[1].reason


CONDITIONS = {
    "a sub-query": "status IN (SELECT 1)",
    "a statement": "DROP TABLE x",
    "two statements": "true; true",
    "a file": "read_text('/etc/passwd') = 'x'",
    "prose": "responses that are good",
}


@pytest.mark.parametrize("text", CONDITIONS.values(), ids=CONDITIONS.keys())
def test_a_condition_that_is_none_is_an_error(read: Read, text: str) -> None:
    """What is evaluated must be a predicate; the fault stands at its line."""
    faults = read(MACHINE.replace('good: "status < 500"', f'good: "{text}"')).faults

    assert [(fault.line, fault.severity) for fault in faults][:1] == [(7, "error")]


SOURCES = {
    "two at once": ("{logs: {path: /x}, push: {}}", "needs exactly one source, has 2"),
    "none": ("{}", "needs exactly one source, has 0"),
    "a ratio of one query": (
        '{prometheus: {url: "http://p:9090", total: sum(x)}}',
        "give exactly one of good and bad",
    ),
    "three queries": (
        '{prometheus: {url: "http://p:9090", total: a, good: b, bad: c}}',
        "give exactly one of good and bad",
    ),
    "no such probe": ("{probe: nowhere}", "there is no probe 'nowhere'"),
    "an address that is none": (
        '{prometheus: {url: "file:///etc", total: a, good: b}}',
        "'file:///etc' is not a web address",
    ),
}


@pytest.mark.parametrize(("source", "reason"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_that_measures_nothing_is_an_error(read: Read, source: str, reason: str) -> None:
    """Exactly one way to get at events."""
    faults = read(f'sli: {{name: s, measurement: {{source: {source}, good: "status < 500"}}}}').faults

    assert [fault.reason for fault in faults if fault.severity == "error"] == [reason]


def test_logs_need_to_know_what_is_good(read: Read) -> None:
    """Without `good` every event would be one."""
    [fault] = read("sli: {name: s, measurement: {source: {logs: {path: /x}}}}").faults

    assert (fault.severity, fault.field, fault.hint) == ("error", "sli.measurement.good", "write good: status < 500")
