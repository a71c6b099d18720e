"""What the checks say about runbooks, budget policies, people, routes, capacity, experiments and remedies."""

from collections.abc import Callable

import pytest

from watchbill.bootstrap import validate_files
from watchbill.kernel.errors import Fault

Faults = Callable[[str], list[Fault]]
BARE = """\
service: {name: checkout}
---
sli: {name: success, measurement: {good: "status < 500", source: {logs: {path: /x}}}}
---
"""


def _without_runbook(slo: str, runbook: str = "") -> list[str]:
    text = f"{BARE}slo: {slo}\n" + (f"---\nrunbook: {runbook}\n" if runbook else "")
    return [fault.reason for fault in validate_files([("a.yaml", text)]).faults]


PAGING = "{name: promise, service: checkout, sli: success, target: 99.9}"
NO_RUNBOOK = "it pages people and has no runbook: nobody would know what to do"


def test_a_promise_that_pages_without_a_runbook_is_refused() -> None:
    """The default tiers page; so a runbook is demanded even where no tier is written."""
    assert _without_runbook(PAGING) == [NO_RUNBOOK]


@pytest.mark.parametrize(
    "alert", ["SLOBurn", "promise", "promise fast_burn", "PROMISE_FAST_BURN", "SLOBurn promise", "success", "fast_burn"]
)
def test_a_runbook_written_for_its_alert_is_enough(alert: str) -> None:
    """By the house's alert, the SLO, its tiers or its SLI, whatever the punctuation."""
    assert _without_runbook(PAGING, f"{{title: x, alert_name: {alert}}}") == []


def test_a_runbook_for_another_alert_is_not_enough() -> None:
    """Another SLO's runbook does not count."""
    assert _without_runbook(PAGING, "{title: x, alert_name: OtherAlert}") == [NO_RUNBOOK]


@pytest.mark.parametrize(
    "tiers", ["[]", "[{name: t, burn_rate: 1, short_window: 6h, long_window: 3d, severity: ticket}]"]
)
def test_a_promise_that_pages_nobody_needs_no_runbook(tiers: str) -> None:
    """Tickets can wait for somebody to think."""
    slo = f"{{service: checkout, sli: success, target: 99, burn_rate_alerts: {tiers}}}"

    assert _without_runbook(slo) == []


POLICY = """\
error_budget_policy:
  budget_states:
    healthy: {condition: "%s"}
    warning: {condition: "%s"}
    critical: {condition: "%s"}
    exhausted: {condition: "%s"}
"""
CONDITIONS = {
    "the playbook's": (("> 50%", "25-50%", "0-25%", "<= 0"), []),
    "an overlap": (("> 50%", "25-60%", "0-25%", "<= 0"), [("warning", "overlap between 50 % and 60 %")]),
    "a gap": (("> 50%", "30-50%", "0-25%", "<= 0"), [("critical", "nothing is said between 25 % and 30 %")]),
    "an edge for nobody": (("> 50%", "25-50%", "0-25%", "< 0"), [("exhausted", "leave exactly 0 % to nobody")]),
    "two that cannot be read": (
        ("plenty", "25-50%", "0-25%", "none"),
        [("healthy", "does not say which part"), ("exhausted", "does not say which part")],
    ),
}


@pytest.mark.parametrize(("conditions", "expected"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_budget_conditions_cover_every_number_once(
    faults: Faults, conditions: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    """Each unreadable condition by itself, then gaps and overlaps, at the state where they show."""
    written = ["remaining_budget " + one if one[0] in "><0123456789" else one for one in conditions]

    found = faults(POLICY % tuple(written))

    assert [fault.field for fault in found] == [
        f"error_budget_policy.budget_states.{state}.condition" for state, _ in expected
    ]
    assert all(reason in fault.reason for fault, (_, reason) in zip(found, expected, strict=True))


def test_one_policy_holds_for_a_service(faults: Faults) -> None:
    """The second one is refused; so is a second one for everybody else."""
    text = POLICY % tuple("remaining_budget " + one for one in ("> 50%", "25-50%", "0-25%", "<= 0"))
    other = text.replace("error_budget_policy:\n", "error_budget_policy:\n  name: zzz\n")

    assert [fault.reason for fault in faults(f"{text}---\n{other}")] == [
        "default is the policy of services without a policy of their own already"
    ]


WARNINGS = {
    "somebody who cannot be reached": ("person: {name: zoe}", "has no contact and no email: cannot be paged"),
    "a rule over no contact": (
        "person: {name: zoe, email: z@e.org, notification_rules: [{after: 0m, channel: sms}]}",
        "no contact has the channel 'sms'",
    ),
    "a team of nobody": ("team: {name: t}", "nobody is in the team"),
    "a lead from elsewhere": ("team: {name: t, members: [ann], lead: bob}", "bob leads the team and is not in it"),
    "a route that is never asked": (
        "route: {routes: [{escalation_policy: payments}, {match: ['a=\"b\"'], escalation_policy: payments}]}",
        "is never asked: route 1 before it matches everything",
    ),
    "hours that do not add up": (
        "toil_item: {name: x, time_per_occurrence_min: 30, occurrences_per_month: 6, total_hours_per_month: 4}",
        "is 4, but 30 min x 6 / 60 is 3; 3 is used",
    ),
    "a priority that does not follow": (
        "toil_item: {name: x, automation_value: 10, automation_difficulty: high, priority_score: 10}",
        "is 10, but 10 / 3 is 3.33; 3.33 is used",
    ),
    "an abort condition for people": (
        'experiment: {name: x, safety: {abort_conditions: ["It feels wrong"]}}',
        "no machine can watch this: the experiment will refuse to run",
    ),
    "a remedy by prose": (
        "auto_remediation: {trigger: x, condition: disk_usage > 85%, action: Clean up}",
        "not armed: the action is prose and does nothing by itself",
    ),
    "a remedy without a comparison": (
        "auto_remediation: {trigger: x, condition: disk is full, run: {argv: [cleanup]}}",
        "not armed: the condition is no comparison a machine can make",
    ),
}


@pytest.mark.parametrize(("text", "reason"), WARNINGS.values(), ids=WARNINGS.keys())
def test_what_would_silently_do_nothing_is_a_warning(faults: Faults, text: str, reason: str) -> None:
    """It loads, and says that it does nothing."""
    assert [(fault.severity, fault.reason) for fault in faults(text)] == [("warning", reason)]


SENSE = {
    "abort conditions of the playbook": (
        'experiment: {name: x, safety: {abort_conditions: [SLO burn rate exceeds 10x, "Alert fires that we didn\'t expect",'
        ' "error_ratio > 0.02", "burn_rate > 10", "Customer-visible errors detected"]}}'
    ),
    "an armed remedy": "auto_remediation: {trigger: x, condition: restart_count > 3 in 10 min, run: {argv: [restart]}}",
    "figures with one decimal": (
        "toil_item: {name: x, time_per_occurrence_min: 20, occurrences_per_month: 1, total_hours_per_month: 0.3}"
    ),
}


@pytest.mark.parametrize("text", SENSE.values(), ids=SENSE.keys())
def test_what_makes_sense_is_not_commented(faults: Faults, text: str) -> None:
    """No warning without a reason."""
    assert faults(text) == []


ERRORS = {
    "fewest above most": (
        "capacity_model: {service: checkout, scaling_strategy: {min_instances: 5, max_instances: 3}}",
        "5 is more than max_instances 3",
    ),
    "thresholds that flap": (
        "capacity_model: {service: checkout, scaling_strategy: {scale_up_threshold: 50, scale_down_threshold: 50}}",
        "50 is not below scale_up_threshold 50: it would flap",
    ),
    "a probe of two things": (
        'probe: {name: p, service: checkout, http: {url: "http://x/"}, tcp: {host: x, port: 1}}',
        "needs exactly one of http, tcp, dns and tls, has http and tcp",
    ),
    "a port that is none": (
        "probe: {name: p, service: checkout, tcp: {host: x, port: 70000}}",
        "70000 is not between 1 and 65535",
    ),
    "a day that no month has": (
        'maintenance_window: {name: w, services: [checkout], starts: "2026-01-05T09:00", duration: 1h,'
        ' recurrence: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"}',
        "no month 2 has a day 31: it would never happen",
    ),
    "a recurrence with a typo": (
        'maintenance_window: {name: w, services: [checkout], starts: "2026-01-05T09:00", duration: 1h, recurrence: "FREK=DAILY"}',
        "'FREK=DAILY' is no part of a recurrence",
    ),
    "an SLO of nothing": ("slo: {service: checkout, target: 99.9}", "needs exactly one of sli and composite"),
    "two tiers of one name": (
        "slo: {service: checkout, sli: success, target: 99, burn_rate_alerts: ["
        "{name: t, burn_rate: 1, short_window: 1h, long_window: 3d}, {name: t, burn_rate: 2, short_window: 1h, long_window: 1d}]}",
        "'t' is the name of two tiers",
    ),
    "an override that ends before it starts": (
        "schedule: {name: s, layers: [{name: w, rotation: weekly, start: '2026-01-05T09:00:00', people: [ann]}],"
        " overrides: [{start: '2026-02-02T09:00', end: '2026-02-01T09:00', person: bob}]}",
        "an override ends after it starts",
    ),
    "its own secondary": (
        "schedule: {name: s, secondary: s, layers: [{name: w, rotation: weekly, start: '2026-01-05T09:00:00', people: [ann]}]}",
        "s cannot be its own secondary",
    ),
    "a month that is none": ("monthly_report: {period: 2026-13}", "'2026-13' is not a month"),
    "an address that is none": ("person: {name: zoe, email: zoe}", "'zoe' is not an e-mail address"),
    "holidays of nowhere": ("person: {name: zoe, email: a@b.c, holidays: XX}", "no holidays are known for 'XX'"),
    "holidays of no such part": (
        "person: {name: zoe, email: a@b.c, holidays: DE-XX}",
        "no holidays are known for 'DE-XX'",
    ),
}


@pytest.mark.parametrize(("text", "reason"), ERRORS.values(), ids=ERRORS.keys())
def test_what_cannot_work_is_an_error(faults: Faults, text: str, reason: str) -> None:
    """One fault, one reason."""
    assert [(fault.severity, fault.reason) for fault in faults(text)] == [("error", reason)]


def test_names_made_from_others_are_bounded(faults: Faults) -> None:
    """SERVICE-SLI of two long names asks for a name of its own."""
    long = "a" * 60
    text = f"service: {{name: {long}}}\n---\nslo: {{service: {long}, sli: success, target: 99.9}}"

    [fault] = faults(text)

    assert fault.reason == f"its name '{long}-success' is longer than 64 characters"
    assert fault.hint == "give it a name of its own: name: ..."


def test_two_routes_of_one_service_need_names(faults: Faults) -> None:
    """A derived name that is taken says which field would make another."""
    route = "route: {service: checkout, escalation_policy: payments}"

    [fault] = faults(f"{route}\n---\n{route}")

    assert fault.reason == "route 'checkout' is already written in a.yaml:1"
    assert fault.hint == "remove one, or give it a name of its own: name: ..."
