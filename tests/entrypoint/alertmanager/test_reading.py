"""GET of alerts, groups, receivers and status: filters, order and shapes as the original's."""

from datetime import timedelta

import pytest
from ruamel.yaml import YAML
from tests.entrypoint.alertmanager.conftest import Alert, Wire

from watchbill.bootstrap import App
from watchbill.bootstrap.resources import apply_folder
from watchbill.kernel.clock import ManualClock

RESOURCES = """
person: {name: ana, full_name: Ana Silva, email: ana@shop.example, contacts: [{channel: web}]}
---
escalation_policy: {name: quiet, steps: [{notify: [person:ana], wait: 5m}]}
---
escalation_policy: {name: loud, steps: [{notify: [person:ana], wait: 5m}]}
---
route:
  name: all
  match: ['team=~"pay|ship"']
  escalation_policy: quiet
  group_by: [alertname, region]
  group_wait: 10s
  repeat_interval: 90m
  routes:
    - {name: pay, match: ['team="pay"', 'note!="a \\"b\\" \\\\ c"'], escalation_policy: loud, continue: true}
    - {name: every, match: ['region=~".+"'], group_by: ['...']}
"""


@pytest.fixture
def routed(wire: Wire) -> Wire:
    """The API with two policies and a tree of routes."""
    folder = wire.app.config.data / "specs"
    folder.mkdir()
    (folder / "all.yaml").write_text(RESOURCES)
    apply_folder(wire.app, folder)
    return wire


@pytest.fixture
def four(wire: Wire, alert: Alert) -> Wire:
    """Four alerts, of which one is silenced."""
    wire.send(
        alert("Good1", service="quiet", instance="a1"),
        alert("Good2", service="quiet", instance="b1"),
        alert("Other", service="loud"),
        alert("Hushed", service="loud"),
    )
    assert wire.silence(matchers=[{"name": "alertname", "value": "Hushed", "isRegex": False}]).status_code == 200
    return wire


def test_what_an_alert_looks_like(wire: Wire, alert: Alert) -> None:
    """Every field of the description, in milliseconds with Z, no list ever null, no generator where there is none."""
    wire.send(alert("Good1", {"annotations": {"summary": "x"}}, service="quiet"))

    assert wire.alerts() == [
        {
            "labels": {"alertname": "Good1", "service": "quiet"},
            "annotations": {"summary": "x"},
            "startsAt": wire.at(),
            "endsAt": wire.at(minutes=5),
            "updatedAt": wire.at(),
            "fingerprint": "b0ba7912aaa4c637",
            "receivers": [{"name": "default"}],
            "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []},
        }
    ]


FILTERS = [
    ("equal", ['alertname="Good1"'], ["Good1"]),
    ("without quotes", ["alertname=Good1"], ["Good1"]),
    ("with spaces", [' alertname = "Good1" '], ["Good1"]),
    ("a pattern", ['alertname=~"Good."'], ["Good1", "Good2"]),
    ("patterns match whole values", ['alertname=~"Good"'], []),
    ("not equal", ['service!="quiet"'], ["Hushed", "Other"]),
    ("not a pattern", ['alertname!~"Good.|Other"'], ["Hushed"]),
    ("several hold all", ['service="quiet"', 'alertname!="Good2"'], ["Good1"]),
    ("a label that is not there is empty", ['instance=""'], ["Hushed", "Other"]),
    ("a label that nobody has", ['nobody!=""'], []),
]


@pytest.mark.parametrize(("filters", "names"), [row[1:] for row in FILTERS], ids=[row[0] for row in FILTERS])
def test_filters(four: Wire, filters: list[str], names: list[str]) -> None:
    """Matchers as the original reads them; all given ones have to hold."""
    assert four.names(*[("filter", text) for text in filters]) == names


FLAGS = [
    ({}, ["Good1", "Good2", "Hushed", "Other"]),
    ({"active": "false"}, ["Hushed"]),
    ({"silenced": "false"}, ["Good1", "Good2", "Other"]),
    ({"active": "false", "silenced": "false"}, []),
    ({"active": "maybe"}, ["Hushed"]),
    ({"active": ""}, ["Good1", "Good2", "Hushed", "Other"]),
    ({"active": "1", "silenced": "0"}, ["Good1", "Good2", "Other"]),
    # What amtool asks by default.
    (
        {"active": "true", "inhibited": "false", "silenced": "false", "unprocessed": "false"},
        ["Good1", "Good2", "Other"],
    ),
]


@pytest.mark.parametrize(("flags", "names"), FLAGS, ids=[str(flags) for flags, _ in FLAGS])
def test_flags(four: Wire, flags: dict[str, str], names: list[str]) -> None:
    """Each turns off one kind; what cannot be read is false."""
    assert four.names(*flags.items()) == names


def test_a_silenced_alert(four: Wire) -> None:
    """It is shown as suppressed, with the silence that covers it, until that ends."""
    (silence,) = four.silences()
    (hushed,) = four.alerts(("filter", "alertname=Hushed"))
    assert hushed["status"] == {"state": "suppressed", "silencedBy": [silence["id"]], "inhibitedBy": [], "mutedBy": []}

    four.delete(silence["id"])
    (hushed,) = four.alerts(("filter", "alertname=Hushed"))
    assert hushed["status"]["state"] == "active"


BAD_FILTERS = ["alertname", "{}", '{alertname="Good1"}', "=x", '="x"', "alertname=~[", 'alertname="x']


@pytest.mark.parametrize("text", BAD_FILTERS)
@pytest.mark.parametrize("path", ["/alerts", "/alerts/groups", "/silences"])
def test_a_filter_that_is_none(wire: Wire, path: str, text: str) -> None:
    """400 with a bare JSON text that says what cannot be read."""
    answer = wire.get(path, ("filter", text))

    assert answer.status_code == 400
    assert answer.json().startswith(
        ("bad matcher format: ", "matcher value contains unescaped", "error parsing regexp: ")
    )
    assert answer.text.endswith("\n")


def test_a_value_that_begins_with_an_equals_sign(wire: Wire, alert: Alert) -> None:
    """`a==x` asks for the value "=x", as in the original."""
    wire.send(alert("=x"))

    assert wire.names(("filter", "alertname==x")) == ["=x"]


def test_sorted_by_fingerprint(wire: Wire, alert: Alert) -> None:
    """The order is that of fingerprints."""
    wire.send(*[alert(f"A{number}") for number in range(30)])
    found = [one["fingerprint"] for one in wire.alerts()]

    assert found == sorted(found)
    assert len(found) == 30


RECEIVERS = [
    ("quiet", ["Ship"]),
    ("loud", ["Pay"]),
    ("qui", []),
    ("qui.*", ["Ship"]),
    ("loud|quiet", ["Pay", "Ship"]),
    ("default", ["Lost"]),
    ("", ["Lost", "Pay", "Ship"]),
]


@pytest.mark.parametrize(("pattern", "names"), RECEIVERS)
def test_receivers_by_pattern(routed: Wire, alert: Alert, pattern: str, names: list[str]) -> None:
    """A receiver is an escalation policy here; the pattern has to match its whole name."""
    routed.send(alert("Pay", team="pay"), alert("Ship", team="ship"), alert("Lost"))

    assert routed.names(("receiver", pattern)) == names


@pytest.mark.parametrize("path", ["/alerts", "/alerts/groups"])
def test_a_receiver_pattern_that_is_none(wire: Wire, path: str) -> None:
    """400 says which parameter it was."""
    answer = wire.get(path, ("receiver", "["))

    assert answer.status_code == 400
    assert answer.json().startswith("failed to parse receiver param: error parsing regexp: ")


def test_groups(routed: Wire, alert: Alert) -> None:
    """By receiver and group labels; where a route continues, an alert stands in the groups of both."""
    routed.send(
        alert("Pay", team="pay", region="eu", instance="1"),
        alert("Pay", team="pay", region="eu", instance="2"),
        alert("Ship", team="ship"),
    )

    assert [
        (one["receiver"]["name"], one["labels"], sorted(each["labels"].get("instance", "") for each in one["alerts"]))
        for one in routed.groups()
    ] == [
        ("quiet", {"alertname": "Ship"}, [""]),
        ("loud", {"alertname": "Pay", "region": "eu"}, ["1", "2"]),
        ("quiet", {"alertname": "Pay", "region": "eu", "team": "pay", "instance": "1"}, ["1"]),
        ("quiet", {"alertname": "Pay", "region": "eu", "team": "pay", "instance": "2"}, ["2"]),
    ]
    assert [one["receiver"]["name"] for one in routed.groups(("receiver", "lou.*"))] == ["loud"]
    assert [one["labels"] for one in routed.groups(("filter", "instance=2"), ("receiver", "loud"))] == [
        {"alertname": "Pay", "region": "eu"}
    ]


def test_muted_groups(four: Wire) -> None:
    """A group whose alerts are all silenced can be left out."""
    assert [one["labels"]["alertname"] for one in four.groups(("muted", "false"))] == ["Good1", "Good2", "Other"]
    assert len(four.groups()) == 4
    assert [one["labels"]["alertname"] for one in four.groups(("silenced", "false"))] == ["Good1", "Good2", "Other"]


def test_receivers(routed: Wire) -> None:
    """Every policy, and the one that stands for "nobody takes it"; none has labels."""
    assert routed.get("/receivers").json() == [{"name": "default"}, {"name": "loud"}, {"name": "quiet"}]
    assert routed.get("/receivers", ("receiver_matchers", 'team="x"')).json() == []
    assert routed.alerts(("receiver_matchers", 'team="x"')) == []


def test_status(routed: Wire) -> None:
    """What amtool asks before every command, with the routes as an Alertmanager configuration."""
    found = routed.get("/status").json()

    assert found["cluster"] == {"status": "disabled", "peers": []}
    assert set(found["versionInfo"]) == {"version", "revision", "branch", "buildUser", "buildDate", "goVersion"}
    config = YAML(typ="safe").load(found["config"]["original"])
    assert config["global"] == {"resolve_timeout": "5m"}
    assert config["receivers"] == [{"name": "default"}, {"name": "loud"}, {"name": "quiet"}]
    assert config["route"]["routes"] == [
        {
            "receiver": "quiet",
            "group_by": ["alertname", "region"],
            "matchers": ['team=~"pay|ship"'],
            "continue": False,
            "group_wait": "10s",
            "repeat_interval": "1h30m",
            "routes": [
                {"receiver": "loud", "matchers": ['team="pay"', 'note!="a \\"b\\" \\\\ c"'], "continue": True},
                {"group_by": ["..."], "matchers": ['region=~".+"'], "continue": False},
            ],
        }
    ]


@pytest.mark.parametrize("path", ["/-/ready", "/-/healthy"])
def test_health(wire: Wire, path: str) -> None:
    """A plain `OK`, as load balancers in front of the original expect."""
    answer = wire.client.get(path)

    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["content-type"].startswith("text/plain")


def test_no_fold_is_said(wire: Wire, alert: Alert, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the fold does not come by within the time, the answer is what there is, and says that it may be stale."""
    monkeypatch.setattr("watchbill.entrypoints.api.alertmanager.reading.WAIT_S", 0.1)
    wire.send(alert("Good1"))

    answer = wire.client.get("/api/v2/alerts")
    assert answer.json() == []
    assert answer.headers["warning"] == '110 watchbill "Response is Stale"'

    wire.fold()
    answer = wire.client.get("/api/v2/alerts")
    assert [one["labels"]["alertname"] for one in answer.json()] == ["Good1"]
    assert "warning" not in answer.headers


def test_after_a_restart(wire: Wire, alert: Alert) -> None:
    """Alerts and silences are there again; what was kept alive before gets time to be heard of again."""
    wire.send(alert("Good1", {"endsAt": wire.at(minutes=1)}), alert("Hushed"))
    wire.silence(matchers=[{"name": "alertname", "value": "Hushed", "isRegex": False}])
    before = wire.alerts()
    config = wire.app.config
    wire.app.close()

    clock = ManualClock(wire.clock.now() + timedelta(minutes=2))
    again = App.open(config, clock=clock)
    wire.app = again
    try:
        wire.fold()
        with again.reading() as s:
            found = {alert.name: alert for alert in s.alerts.firing()}
            assert sorted(found) == ["Good1", "Hushed"]
            assert {one.fingerprint for one in found.values()} == {one["fingerprint"] for one in before}
            assert found["Hushed"].silenced_by
    finally:
        again.close()
