"""Resources that YAML reads and sense refuses, each with the exact answer (bad input list, rows 11 to 15, 19, 21 and 22)."""

from collections.abc import Callable

import pytest

from watchbill.kernel.errors import Fault

Faults = Callable[[str], list[Fault]]
SLO = "slo: {name: promise, service: checkout, sli: success, target: %s}"


def _said(faults: list[Fault]) -> list[tuple[str, str, str, str]]:
    return [(fault.severity, fault.field, fault.reason, fault.hint) for fault in faults]


RANGE = "a target is a percentage from 1 to 99.9999, as in 99.9"
TARGETS = {
    "100": ("100", "100 percent leaves no error budget", "one failure would break it for good; 99.9 allows 0.1 %"),
    "0": ("0", "0 is not a possible target", RANGE),
    "-1": ("-1", "-1 is not a possible target", RANGE),
    "-0": ("-0", "-0 is not a possible target", RANGE),
    "100.1": ("100.1", "100.1 is not a possible target", RANGE),
    "99.9999999": ("99.9999999", "99.9999999 is not a possible target", RANGE),
    "a ratio": (
        "0.999",
        "0.999 would be 0.999 percent",
        "a target is a percentage from 1 to 99.9999; did you mean 99.9?",
    ),
    "one": ("1", "1 would be 1 percent", "a target is a percentage from 1 to 99.9999"),
    "with a sign": ('"99.9%"', "'99.9%' is not a number", "write 99.9: the field is in percent already"),
    "with a plain sign": ("99.9%", "'99.9%' is not a number", "write 99.9: the field is in percent already"),
    "quoted": ('"99.9"', "'99.9' is text, not a number", "write 99.9 without quotes"),
    "not a number": (".nan", "'.nan' is not a number", "write 10 or 99.9"),
    "infinity": (".inf", "'.inf' is not a number", "write 10 or 99.9"),
    "too large": ("1e400", "'1e400' has more than 15 digits", "write fewer digits"),
}


@pytest.mark.parametrize(("written", "reason", "hint"), TARGETS.values(), ids=TARGETS.keys())
def test_an_impossible_target_is_explained(faults: Faults, written: str, reason: str, hint: str) -> None:
    """Each way of missing the unit gets its own hint."""
    assert _said(faults(SLO % written)) == [("error", "slo.target", reason, hint)]


@pytest.mark.parametrize("target", ["1.5", "50", "99", "99.9", "99.95", "99.9999"])
def test_a_possible_target_is_accepted(faults: Faults, target: str) -> None:
    """From just above 1 to six nines."""
    assert faults(SLO % target) == []


DERIVED = {
    "minutes of the playbook": (
        "99.9, error_budget: 0.1, error_budget_minutes: 40",
        [("slo.error_budget_minutes", "is 40, but 99.9 % leaves 40.32 minutes of 28d; 40.32 is used")],
    ),
    "both right": ("99.9, error_budget: 0.1, error_budget_minutes: 40.32", []),
    "budget wrong": (
        "99.95, error_budget: 0.1",
        [("slo.error_budget", "is 0.1, but 100 - 99.95 is 0.05; 0.05 is used")],
    ),
    "a calendar month": (
        "99.9, window: {calendar: month}, error_budget_minutes: 40",
        [("slo.error_budget_minutes", "is 40, but 99.9 % leaves 43.83 minutes of a mean month; 43.83 is used")],
    ),
    "a looser own target": (
        "99.5, sla: 99.9",
        [("slo.sla", "99.9 is not below the target 99.5: the contract breaks before anybody here is warned")],
    ),
}


@pytest.mark.parametrize(("fields", "expected"), DERIVED.values(), ids=DERIVED.keys())
def test_figures_that_contradict_each_other_are_warnings_with_both(
    faults: Faults, fields: str, expected: list[tuple[str, str]]
) -> None:
    """The computed figure is used; the written one is named beside it."""
    found = faults(SLO % fields)

    assert [(fault.field, fault.reason) for fault in found] == expected
    assert {fault.severity for fault in found} <= {"warning"}


TIER = SLO % "99.9, burn_rate_alerts: [{name: fast, %s, severity: ticket}]"
TIERS = {
    "short equals long": (
        "burn_rate: 2, short_window: 1h, long_window: 1h",
        "short_window",
        "1h is not shorter than long_window 1h",
    ),
    "short above long": (
        "burn_rate: 2, short_window: 2h, long_window: 1h",
        "short_window",
        "2h is not shorter than long_window 1h",
    ),
    "zero": ("burn_rate: 2, short_window: 0m, long_window: 1h", "short_window", "a duration of zero"),
    "negative": ("burn_rate: 2, short_window: -5m, long_window: 1h", "short_window", "'-5m' is not a duration"),
    "an unknown unit": ("burn_rate: 2, short_window: 5x, long_window: 1h", "short_window", "'5x' is not a duration"),
    "longer than the window": (
        "burn_rate: 2, short_window: 1d, long_window: 30d",
        "long_window",
        "30d is longer than the SLO's window",
    ),
    "can never fire": (
        "burn_rate: 1000, short_window: 5m, long_window: 1h",
        "burn_rate",
        "a burn rate of 1000 can never be exceeded: at 99.9 % a full outage burns at 1000",
    ),
    "neither rate nor share": (
        "short_window: 5m, long_window: 1h",
        "burn_rate",
        "tier 'fast' needs exactly one of burn_rate and budget_pct",
    ),
    "seconds": (
        "burn_rate: 2, short_window: 30s, long_window: 1h",
        "short_window",
        "tier 'fast': is whole minutes, at least 1m",
    ),
}


@pytest.mark.parametrize(("tier", "field", "reason"), TIERS.values(), ids=TIERS.keys())
def test_a_tier_that_cannot_work_is_an_error(faults: Faults, tier: str, field: str, reason: str) -> None:
    """Windows in order, a rate that an outage can exceed."""
    [fault] = faults(TIER % tier)

    assert (fault.severity, fault.field, fault.reason) == ("error", f"slo.burn_rate_alerts[0].{field}", reason)


@pytest.mark.parametrize("rate", ["999.9", "14.4", "1.0"])
def test_a_rate_below_that_of_a_full_outage_is_accepted(faults: Faults, rate: str) -> None:
    """At 99.9 % everything failing burns at 1,000; the edge belongs to the refusal."""
    assert faults(TIER % f"burn_rate: {rate}, short_window: 5m, long_window: 1h") == []


WINDOWS = {
    "28D": ("'28D' is not a duration", "units are lower case"),
    "0d": ("a duration of zero", "write"),
    "month": ("'month' is a calendar period, not a duration", "calendar: month"),
    "1m": ("'1m' is shorter than an hour", "write 28d"),
    "400d": ("is whole minutes between 1h and 366d", "write 28d"),
    "{calendar: year}": ("'year' is not accepted", "week, month, quarter"),
    "{calendar: month, timezone: Mars/X}": ("there is no time zone 'Mars/X'", "write Europe/Paris or UTC"),
}


@pytest.mark.parametrize(("window", "answer"), WINDOWS.items(), ids=WINDOWS.keys())
def test_an_odd_window_is_an_error_with_a_hint(faults: Faults, window: str, answer: tuple[str, str]) -> None:
    """Rolling windows are durations, calendar windows are named."""
    [fault] = faults(SLO % f"99.9, window: {window}")

    assert fault.field.startswith("slo.window")
    assert fault.reason.startswith(answer[0])
    assert answer[1] in fault.hint


def test_an_unknown_key_gets_the_nearest_name(faults: Faults) -> None:
    """At the top and inside."""
    found = faults(
        "slo: {service: checkout, sli: success, target: 99.9, runbok: x, burn_rate_alerts: [{severty: page}]}"
    )

    hints = {fault.field: fault.hint for fault in found if fault.reason == "unknown field"}
    assert hints == {
        "slo.runbok": "did you mean 'runbook'?",
        "slo.burn_rate_alerts[0].severty": "did you mean 'severity'?",
    }


def test_an_unknown_enum_value_gets_the_nearest_and_all(faults: Faults) -> None:
    """Case does not hide what was meant."""
    assert _said(faults("service: {name: a, infra: ecs}")) == [
        (
            "error",
            "service.infra",
            "'ecs' is not accepted",
            "did you mean 'ECS'? one of: k8s, ECS, Lambda, VM, bare-metal, other",
        )
    ]


def test_services_and_owners_elsewhere_are_warnings(faults: Faults) -> None:
    """A dependency or an owner that is not in the catalog is normal; one that says external is not even mentioned."""
    text = """\
service:
  name: a
  owner_team: paymants
  oncall_rotation: nowhere
  dependencies: {upstream: [chekout, {name: bank, external: true}], downstream: [zzz]}
"""

    assert _said(faults(text)) == [
        ("warning", "service.owner_team", "there is no team 'paymants'", "did you mean 'payments'?"),
        (
            "warning",
            "service.oncall_rotation",
            "there is no schedule 'nowhere'",
            "write the schedule, or correct the name",
        ),
        (
            "warning",
            "service.dependencies.upstream[0].name",
            "there is no service 'chekout'",
            "did you mean 'checkout'?",
        ),
        (
            "warning",
            "service.dependencies.downstream[0].name",
            "there is no service 'zzz'",
            "write the service, or correct the name",
        ),
    ]


UNRESOLVED = {
    "slo of no service": ("slo: {service: nowhere, sli: success, target: 99.9}", "slo.service"),
    "slo of no sli": ("slo: {service: checkout, sli: sucess, target: 99.9}", "slo.sli"),
    "slo with no such runbook": (SLO % "99.9, runbook: nowhere", "slo.runbook"),
    "team of nobody known": ("team: {name: t, members: [zoe]}", "team.members[0]"),
    "schedule of nobody known": (
        'schedule: {name: s, layers: [{name: w, rotation: daily, start: "2026-01-05T09:00", people: [ann, zoe]}]}',
        "schedule.layers[0].people[1]",
    ),
    "policy of no schedule": (
        "escalation_policy: {name: p, steps: [{notify: [schedule:primry]}]}",
        "escalation_policy.steps[0].notify[0]",
    ),
    "fallback to no person": (
        "escalation_policy: {name: p, steps: [{notify: [person:ann]}], fallback: [person:zoe]}",
        "escalation_policy.fallback[0]",
    ),
    "route to no policy": (
        "route: {routes: [{match: ['a=\"b\"'], escalation_policy: x}]}",
        "route.routes[0].escalation_policy",
    ),
    "role of nobody": ("organisation: {name: E, roles: {sre_lead: zoe}}", "organisation.roles.sre_lead"),
    "runbook that calls nobody": (
        "runbook: {title: x, escalation: {contact: person:zoe}}",
        "runbook.escalation.contact",
    ),
    "window for no service": (
        'maintenance_window: {name: w, services: [x], starts: "2026-12-01T22:00:00", duration: 2h}',
        "maintenance_window.services[0]",
    ),
}


@pytest.mark.parametrize(("text", "field"), UNRESOLVED.values(), ids=UNRESOLVED.keys())
def test_other_references_that_lead_nowhere_are_errors(faults: Faults, text: str, field: str) -> None:
    """Where something would be called, paged or measured, the name must exist."""
    [fault] = faults(text)

    assert (fault.severity, fault.field) == ("error", field)
    assert fault.reason.startswith("there is no ")


def test_prose_about_whom_to_call_is_no_reference(faults: Faults) -> None:
    """A runbook may name a contact in words, and an SLO a runbook by its address."""
    assert faults('runbook: {title: x, escalation: {contact: "the duty manager, +33 1 23"}}') == []
    assert faults(SLO % '99.9, runbook: "https://wiki.example/checkout"') == []


def test_a_service_that_depends_on_itself_is_refused(faults: Faults) -> None:
    """By its name or by an alias."""
    found = faults("service: {name: a, aliases: [b], dependencies: {upstream: [a], downstream: [b]}}")

    assert [(fault.severity, fault.field, fault.reason) for fault in found] == [
        ("error", "service.dependencies.upstream[0]", "a depends on itself"),
        ("error", "service.dependencies.downstream[0]", "a depends on itself"),
    ]


def test_a_cycle_is_shown_and_not_refused(faults: Faults) -> None:
    """Once, at its first service, whole."""
    text = "\n---\n".join(f"service: {{name: {a}, dependencies: {{upstream: [{b}]}}}}" for a, b in ("xy", "yz", "zx"))

    assert [(fault.severity, fault.line, fault.reason) for fault in faults(text)] == [
        ("warning", 1, "a cycle: x -> y -> z -> x")
    ]


def test_a_long_cycle_is_shown_in_short(faults: Faults) -> None:
    """Seven services and a count."""
    names = [f"s{number:02d}" for number in range(30)]
    text = "\n---\n".join(
        f"service: {{name: {a}, dependencies: {{upstream: [{b}]}}}}"
        for a, b in zip(names, names[1:] + names[:1], strict=True)
    )

    [fault] = faults(text)

    assert fault.reason == "a cycle: s00 -> s01 -> s02 -> s03 -> s04 -> s05 -> s06 -> ... (23 more) -> s00"


def test_one_name_means_one_service(faults: Faults) -> None:
    """An alias may be neither another's name nor another's alias."""
    found = faults("service: {name: a, aliases: [checkout, x]}\n---\nservice: {name: b, aliases: [x]}")

    assert [(fault.field, fault.reason) for fault in found] == [
        ("service.aliases[0]", "'checkout' already means the service 'checkout'"),
        ("service.aliases[0]", "'x' already means the service 'a'"),
    ]


NAMES = {
    "a bidi override": ('"pay\\u202Ement"', r"'pay\u202ement'"),
    "a zero-width space": ('"pay\\u200Bment"', r"'pay\u200bment'"),
    "a decomposed letter": ('"cafe\\u0301"', r"'cafe\u0301'"),
    "a composed letter": ('"café"', r"'caf\xe9'"),
    "10,000 characters": ("a" * 10_000, f"'{'a' * 77}...'"),
    "a leading dash": ('"-a"', "'-a'"),
    "a path": ('"../etc"', "'../etc'"),
    "a Windows device": ("CON", "'CON'"),
    "a space": ("a b", "'a b'"),
    "an underscore": ("payment_api", "'payment_api'"),
}


@pytest.mark.parametrize(("written", "shown"), NAMES.values(), ids=NAMES.keys())
def test_names_are_slugs(faults: Faults, written: str, shown: str) -> None:
    """1 to 64 of a-z, 0-9 and -; what is invisible is shown escaped."""
    [fault] = faults(f"service: {{name: {written}}}")

    assert fault.field == "service.name"
    assert fault.reason == f"{shown} is not a name: 1 to 64 of a-z, 0-9 and -, beginning with a letter or digit"


def test_names_of_slis_may_hold_underscores(faults: Faults) -> None:
    """As the playbook writes request_success_rate."""
    text = 'sli: {name: request_success_rate, measurement: {good: "status < 500", source: {logs: {path: /x}}}}'

    assert faults(text) == []


def test_titles_hide_nothing(faults: Faults) -> None:
    """Text for people may be any letters, but not invisible ones."""
    [fault] = faults('toil_item: {name: "Renew\\u202E certs"}')

    assert fault.reason == r"'Renew\u202e certs' holds invisible characters"


SCHEDULE = 'schedule: {name: s, timezone: %s, layers: [{name: w, rotation: %s, start: "%s", people: %s}]}'
ROTATIONS = {
    "nobody": (("UTC", "weekly", "2026-01-05T09:00:00", "[]"), "error", "layers[0].people", "needs at least 1"),
    "an unknown zone": (("Mars/X", "weekly", "2026-01-05T09:00:00", "[ann]"), "error", "timezone", "there is no time zone 'Mars/X'"),
    "31 February": (("UTC", "weekly", "2026-02-31T09:00:00", "[ann]"), "error", "layers[0].start", "'2026-02-31T09:00:00' is not a time: day is out of range for month"),
    "a start with a zone": (("UTC", "weekly", "2026-01-05T09:00:00Z", "[ann]"), "error", "layers[0].start", "'2026-01-05T09:00:00Z' is not a local time"),
    "a start that never comes": (("Europe/Paris", "weekly", "2026-03-29T02:30:00", "[ann]"), "error", "layers[0].start", "2026-03-29T02:30:00 never comes in Europe/Paris: the clocks change"),
    "a start that comes twice": (("Europe/Paris", "weekly", "2026-10-25T02:30:00", "[ann]"), "error", "layers[0].start", "2026-10-25T02:30:00 comes twice in Europe/Paris: the clocks change"),
    "a daily hand-off in the gap": (("Europe/Paris", "daily", "2026-01-05T02:30:00", "[ann]"), "warning", "layers[0].start", "the hand-off at 02:30 never comes on 2026-03-29 in Europe/Paris"),
    "a weekly hand-off on Sundays": (("Europe/Paris", "weekly", "2026-04-05T02:30:00", "[ann]"), "warning", "layers[0].start", "the hand-off at 02:30 comes twice on 2026-10-25 in Europe/Paris"),
    "custom without a length": (("UTC", "custom", "2026-01-05T09:00:00", "[ann]"), "error", "layers[0].every", "goes with rotation: custom, and only with it"),
    "the same person twice": (("UTC", "weekly", "2026-01-05T09:00:00", "[ann, bob, ann]"), "warning", "layers[0].people", "ann takes several turns a round"),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "severity", "field", "reason"), ROTATIONS.values(), ids=ROTATIONS.keys())
def test_a_rotation_that_does_not_turn(
    faults: Faults, parts: tuple[str, ...], severity: str, field: str, reason: str
) -> None:
    """Somebody in it, a zone that exists, hand-offs that come once or a rule that says when."""
    [fault] = faults(SCHEDULE % parts)

    assert (fault.severity, fault.field, fault.reason) == (severity, f"schedule.{field}", reason)


@pytest.mark.parametrize(
    ("zone", "rotation", "start"),
    [
        ("Europe/Paris", "weekly", "2026-01-05T02:30:00"),
        ("Asia/Tokyo", "daily", "2026-01-05T02:30:00"),
        ("Europe/Paris", "daily", "2026-01-05T09:00:00"),
    ],
)
def test_hand_offs_away_from_clock_changes_are_fine(faults: Faults, zone: str, rotation: str, start: str) -> None:
    """Mondays, zones without clock changes, and mornings."""
    assert faults(SCHEDULE % (zone, rotation, start, "[ann, bob]")) == []


POLICY = "escalation_policy: {name: p, steps: %s}"


@pytest.mark.parametrize(
    ("steps", "field", "reason"),
    [
        ("[]", "steps", "needs at least 1"),
        ("[{notify: []}]", "steps[0].notify", "needs at least 1"),
        ("[{notify: [ann]}]", "steps[0].notify[0]", "'ann' does not say whom to notify"),
        ("[{notify: [persn:ann]}]", "steps[0].notify[0]", "'persn:ann' does not say whom to notify"),
        ('[{notify: ["person:"]}]', "steps[0].notify[0]", "'person:' names nobody"),
    ],
)
def test_a_policy_that_calls_nobody_is_refused(faults: Faults, steps: str, field: str, reason: str) -> None:
    """Every step says whom."""
    [fault] = faults(POLICY % steps)

    assert (fault.severity, fault.field, fault.reason) == ("error", f"escalation_policy.{field}", reason)


PATTERNS = {
    "catastrophic in other engines": ("^(a+)+$", None),
    "look-ahead": ("(?=a)b", "'(?=a)b' is no pattern: "),
    "a back-reference": (r"(a)\\1", "'(a)\\\\1' is no pattern: "),
    "a huge repetition": ("a{1001}", "'a{1001}' is no pattern: "),
}


@pytest.mark.parametrize(("pattern", "reason"), PATTERNS.values(), ids=PATTERNS.keys())
def test_patterns_are_re2(faults: Faults, pattern: str, reason: str | None) -> None:
    """What RE2 runs in linear time is fine, the rest is refused by name."""
    found = faults(f"route: {{match: ['alertname=~\"{pattern}\"'], escalation_policy: payments}}")

    if reason is None:
        assert found == []
    else:
        assert found[0].reason.startswith(reason)
        assert found[0].hint == "patterns are RE2: no look-around, no back-references"


def test_a_matcher_that_cannot_be_read_is_an_error(faults: Faults) -> None:
    """With the form that can."""
    [fault] = faults("route: {match: [team], escalation_policy: payments}")

    assert (fault.field, fault.reason) == ("route.match[0]", "bad matcher format: team")


@pytest.mark.parametrize(("written", "refused"), [("1d", False), ("24h", False), ("1441m", True), ("2d", True)])
def test_late_events_are_waited_for_a_day_at_most(faults: Faults, written: str, *, refused: bool) -> None:
    """Every minute of the wait is asked for again and again and kept changeable."""
    found = [one for one in faults(SLO % f"99.9, late_arrival: {written}") if one.field == "slo.late_arrival"]

    assert [one.reason.startswith(f"{written} is longer than a day") for one in found] == [True] * refused
