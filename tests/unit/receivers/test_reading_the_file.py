"""An Alertmanager file is read as it is: with its anchors, in the original's words where it is wrong, and shown without secrets."""

import pytest

from watchbill.adapters.resources.foreign.alertmanager import converted, read_configuration
from watchbill.bootstrap import validate_files
from watchbill.kernel.errors import Faults
from watchbill.receivers.model import Kind

GOOD = """
global: {slack_api_url: 'https://hooks.slack.test/services/T0/B0/hush', http_config: {bearer_token: hush}}
route: {receiver: a}
receivers: [{name: a}]
"""
WHOLE = """
global: {slack_api_url: 'https://hooks.slack.test/services/T0/B0/hush', resolve_timeout: 90s}
templates: [/etc/alertmanager/*.tmpl]
route: &root
  receiver: ops
  group_by: [alertname]
  routes:
  - {receiver: phone, match: {severity: page}, match_re: {team: a|b}, continue: true}
  - {receiver: nobody, matchers: ['severity=~"info|debug"', zone!="x"], mute_time_intervals: [nights]}
inhibit_rules: [{source_match: {severity: page}, target_match: {severity: warn}, equal: [zone]}]
mute_time_intervals: [{name: nights, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}]
receivers:
- name: ops
  slack_configs: [{channel: '#ops', title: '{{ .Nope }}'}]
  webhook_configs:
  - &hook {url: 'https://ann:hush@hook.test/hush?token=hush', max_alerts: 3}
  - {<<: *hook, send_resolved: false}
- name: phone
  pagerduty_configs: [{routing_key: hush, http_config: {oauth2: {client_id: x, client_secret: hush}}}]
  telegram_configs: [{chat_id: 1, bot_token: hush}]
- {name: nobody}
"""


def test_everything_is_read() -> None:
    """Inheritance, defaults, anchors and merge keys."""
    found = read_configuration("am.yml", WHOLE.encode())
    ops = found.receivers["ops"]

    assert [(one.kind, one.position, one.send_resolved) for one in ops] == [
        (Kind.WEBHOOK, 0, True),
        (Kind.WEBHOOK, 1, False),
        (Kind.SLACK, 0, False),
    ]
    assert [one.max_alerts for one in ops] == [3, 3, 0]
    assert [node.key for node in found.route.routes] == [
        '{}/{severity="page",team=~"^(?:a|b)$"}',
        '{}/{severity=~"info|debug",zone!="x"}',
    ]
    assert [node.group_by for node in found.route.routes] == [("alertname",)] * 2
    assert found.resolve_timeout.total_seconds() == 90


def test_what_is_done_otherwise_is_said() -> None:
    """Each with file and line."""
    assert sorted(read_configuration("am.yml", WHOLE.encode()).remarks) == [
        "am.yml:14: title: there is no field .Nope here; the default text stands instead",
        "am.yml:19: OAuth 2 is not supported: requests go without a token",
        "am.yml:20: receiver 'phone': telegram_configs are not supported, nothing is sent there",
        "am.yml:3: template files are not read: only the original's own templates are known",
    ]


def test_no_secret_is_shown() -> None:
    """The shown file is the same configuration, and reads again."""
    shown = read_configuration("am.yml", WHOLE.encode()).shown

    assert "hush" not in shown
    assert read_configuration("am.yml", shown.encode()).route == read_configuration("am.yml", WHOLE.encode()).route


def test_no_secret_is_in_a_repr() -> None:
    """A configuration may end up in a log."""
    assert "hush" not in repr(read_configuration("am.yml", WHOLE.encode()))


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("route: {receiver: a}", "route: {}", "am.yml:3:8: error: root route must specify a default receiver"),
        ("route: {receiver: a}", "", "no route provided in config"),
        ("route: {receiver: a}", "route: {receiver: b}", "am.yml:3:9: error: undefined receiver 'b' used in route"),
        ("{receiver: a}", "{receiver: a, wait: 1s}", "am.yml:3:22: error: field wait not found in route"),
        ("{receiver: a}", "{receiver: a, receiver: b}", "am.yml:3:22: error: key 'receiver' already set in map"),
        ("{receiver: a}", "{receiver: a, match: {x: y}}", "root route must not have any matchers"),
        ("{receiver: a}", "{receiver: a, group_wait: 5x}", "not a valid duration string: '5x'"),
        ("{receiver: a}", "{receiver: a, group_interval: 0s}", "group_interval cannot be zero"),
        ("{receiver: a}", "{receiver: a, group_by: ['...', x]}", "cannot have wildcard group_by"),
        ("{receiver: a}", "{receiver: a, group_by: [x, x]}", "duplicated label 'x' in group_by"),
        ("{receiver: a}", "{receiver: a, routes: [{matchers: [x]}]}", "bad matcher format: x"),
        ("{receiver: a}", "{receiver: a, routes: [{mute_time_intervals: [n]}]}", "undefined time interval 'n'"),
        ("[{name: a}]", "[{name: a}, {name: a}]", "notification config name 'a' is not unique"),
        ("[{name: a}]", "[{}]", "missing name in receiver"),
        ("[{name: a}]", "[{name: a, webhook_configs: [{}]}]", "missing URL in webhook config"),
        ("[{name: a}]", "[{name: a, email_configs: [{to: x@y.z}]}]", "no global SMTP smarthost set"),
        ("[{name: a}]", "[{name: a, opsgenie_configs: [{}]}]", "no global OpsGenie API Key set"),
        ("[{name: a}]", "[{name: a, pagerduty_configs: [{}]}]", "missing service or routing key in PagerDuty config"),
        ("route:", "route: [", "error: "),
        ("route: {receiver: a}", "route: !!python/object:x {receiver: b}", "undefined receiver 'b'"),
    ],
)
def test_faults(before: str, after: str, fault: str) -> None:
    """Each names its place, in the original's words where it has some."""
    with pytest.raises(Faults) as raised:
        read_configuration("am.yml", GOOD.replace(before, after, 1).encode())

    assert any(fault in str(one) for one in raised.value.faults), [str(one) for one in raised.value.faults]


def test_nested_aliases_are_bounded() -> None:
    """A file of a few lines that stands for billions of nodes is refused."""
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
    with pytest.raises(Faults) as raised:
        read_configuration("am.yml", bomb.encode())

    assert "too large" in str(raised.value.faults[0])


def test_the_converted_file_is_valid() -> None:
    """Routes and policies that `validate` takes; what has no equivalent is said."""
    found = converted(read_configuration("am.yml", WHOLE.encode()))
    report = validate_files([("am.yaml", found.text)])

    assert [str(one) for one in report.faults if one.severity == "error"] == []
    assert found.channels == ("pagerduty", "slack", "webhook")
    assert any("inhibition" in one for one in found.remarks)
    assert any("'nobody' tells nobody" in one for one in found.remarks)
