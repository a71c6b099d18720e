"""One Alertmanager file, one script of alerts: a real Alertmanager and watchbill tell a webhook the same, in the same order."""

import http.server
import json
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.slow.servers import Alertmanager, Watchbill, ask, free_port, program, running, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("alertmanager-file")]

FILE = """
global: {resolve_timeout: 1m}
route:
  receiver: all
  group_by: [alertname]
  group_wait: 500ms
  group_interval: 1s
  repeat_interval: 1h
  routes:
  - receiver: quiet
    match_re: {team: "x|y"}
    matchers: ['instance=~".+"', zone!="none"]
    continue: true
  - receiver: all
    match: {team: x}
    group_by: ['...']
  - receiver: cut
    matchers: ['alertname=~"C.*"']
    repeat_interval: 2500ms
  - receiver: never
    matchers: [alertname="Muted"]
    mute_time_intervals: [always]
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [alertname]
time_intervals:
- name: always
  time_intervals: [{months: ['january:december']}]
receivers:
- name: all
  webhook_configs: [{url: 'SINK/all'}]
- name: quiet
  webhook_configs: [{url: 'SINK/quiet', send_resolved: false}]
- name: cut
  webhook_configs: [{url: 'SINK/cut', max_alerts: 1, http_config: {basic_auth: {username: ann, password: open sesame}}}]
- name: never
  webhook_configs: [{url: 'SINK/never'}]
"""
FAR = timedelta(hours=1)
Json = Any  # whatever a body holds


@dataclass
class Sink:
    """Takes notifications for both; the first part of the path says whose they are."""

    got: dict[str, list[tuple[float, str, str, Json]]] = field(default_factory=lambda: defaultdict(list))
    url: str = ""

    def of(self, whose: str) -> dict[str, list[Json]]:
        """What each group of each receiver was told, in order; without what differs between two servers."""
        found: dict[str, list[Json]] = defaultdict(list)
        for _at, path, authorization, body in self.got[whose]:
            said = {name: value for name, value in body.items() if name != "externalURL"}
            # The original stores the moment at which a silent end was noticed to the nanosecond; ours are given in the script.
            said["alerts"] = sorted(said["alerts"], key=lambda one: one["fingerprint"])
            found[f"{path} {body['groupKey']}"].append((authorization, said))
        return dict(found)

    def times(self, whose: str) -> dict[str, list[float]]:
        """When."""
        found: dict[str, list[float]] = defaultdict(list)
        for at, path, _authorization, body in self.got[whose]:
            found[f"{path} {body['groupKey']}"].append(at)
        return dict(found)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """A webhook."""
    held = Sink()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, whose, path = self.path.split("/", 2)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            held.got[whose].append((time.monotonic(), path, self.headers.get("Authorization", ""), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def servers(sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Alertmanager, Watchbill]]:
    """Both, on the same file but for the webhook's path."""
    theirs, ours = Alertmanager(tmp_path_factory.mktemp("theirs")), Watchbill(tmp_path_factory.mktemp("ours"))
    theirs.configuration = FILE.replace("SINK", f"{sink.url}/theirs")
    file = ours.folder / "alertmanager.yml"
    file.write_text(FILE.replace("SINK", f"{sink.url}/ours"))
    ours.environment = {"WATCHBILL_ALERTMANAGER_CONFIG": str(file)}
    with running(theirs), running(ours):
        yield theirs, ours


@dataclass
class Script:
    """Says the same to both, at moments counted from its beginning."""

    servers: tuple[Alertmanager, Watchbill]
    began: float = field(default_factory=time.monotonic)
    wall: datetime = field(default_factory=lambda: datetime.now(UTC))

    def at(self, seconds: float) -> None:
        """Wait for that moment."""
        time.sleep(max(0.0, self.began + seconds - time.monotonic()))

    def fire(self, **labels: str) -> None:
        """An alert fires."""
        self._say(labels, datetime.now(UTC) + FAR)

    def end(self, **labels: str) -> None:
        """It is over."""
        self._say(labels, datetime.now(UTC))

    def silence(self, name: str) -> list[str]:
        """Silence by alertname; the ids."""
        now = datetime.now(UTC)
        body = {
            "matchers": [{"name": "alertname", "value": name, "isRegex": False, "isEqual": True}],
            "startsAt": now.isoformat(), "endsAt": (now + FAR).isoformat(), "createdBy": "ann", "comment": "known",
        }  # fmt: skip
        return [ask(f"{one.url}/api/v2/silences", "POST", body).json["silenceID"] for one in self.servers]

    def expire(self, ids: list[str]) -> None:
        """End the silences."""
        for one, silence in zip(self.servers, ids, strict=True):
            assert ask(f"{one.url}/api/v2/silence/{silence}", "DELETE").status == 200

    def _say(self, labels: dict[str, str], ends_at: datetime) -> None:
        alert = {
            "labels": labels, "annotations": {"summary": f"{labels['alertname']} is down"},
            "startsAt": self.wall.isoformat(), "endsAt": ends_at.isoformat(), "generatorURL": "http://prom.test/graph",
        }  # fmt: skip
        for one in self.servers:
            assert ask(f"{one.url}/api/v2/alerts", "POST", [alert]).status == 200


def test_both_tell_the_same(servers: tuple[Alertmanager, Watchbill], sink: Sink) -> None:
    """Waits, intervals, repeats, ends, `continue`, inhibition, silences, muted hours and cut lists: notification by notification.

    What happens lies well between the looks at a group, so that two clocks cannot disagree about the order.
    """
    script = Script(servers)
    hushed = script.silence("C1")
    script.began, script.wall = time.monotonic(), datetime.now(UTC)
    script.fire(alertname="A", instance="1", severity="critical")
    script.fire(alertname="A", instance="w", severity="warning", job="web")
    script.fire(alertname="C1", instance="1")
    script.fire(alertname="C1", instance="2")
    script.fire(alertname="Muted")
    script.at(0.2)
    script.fire(alertname="A", instance="2", severity="critical")
    script.at(1.2)
    script.wall = datetime.now(UTC)
    script.fire(alertname="B", instance="1", team="x")
    script.fire(alertname="B", instance="2", team="x")
    script.at(2.0)
    _compare_what_is_shown(servers)
    script.end(alertname="A", instance="2", severity="critical")
    script.at(3.0)
    script.expire(hushed)
    script.end(alertname="B", instance="1", team="x")
    script.at(4.0)
    script.end(alertname="A", instance="1", severity="critical")
    script.at(7.0)
    script.end(alertname="A", instance="w", severity="warning", job="web")
    script.end(alertname="B", instance="2", team="x")
    script.end(alertname="C1", instance="1")
    script.end(alertname="C1", instance="2")
    script.at(9.5)

    theirs, ours = sink.of("theirs"), sink.of("ours")

    assert sorted(ours) == sorted(theirs)
    for group, told in theirs.items():
        assert ours[group] == told, group
    assert sum(map(len, theirs.values())) >= 10

    late = [
        own - other
        for group, moments in sink.times("theirs").items()
        for own, other in zip(sink.times("ours")[group], moments, strict=True)
    ]
    assert max(late) < 0.6, "within 150 ms on a machine of its own; shared ones get more"


def _compare_what_is_shown(servers: tuple[Alertmanager, Watchbill]) -> None:
    """While an alert is inhibited and others are silenced, lists and groups agree."""
    shown = [ask(f"{one.url}/api/v2/alerts").json for one in servers]
    theirs, ours = ([_plain(alert) for alert in found] for found in shown)

    assert ours == theirs
    assert any(alert["inhibited"] for alert in theirs)

    groups = [
        [
            (one["labels"], one["receiver"]["name"], sorted(alert["fingerprint"] for alert in one["alerts"]))
            for one in found
        ]
        for found in (ask(f"{one.url}/api/v2/alerts/groups").json for one in servers)
    ]

    assert sorted(groups[1], key=str) == sorted(groups[0], key=str)


def _plain(alert: Json) -> Json:
    return {
        "fingerprint": alert["fingerprint"],
        "receivers": [one["name"] for one in alert["receivers"]],
        "state": alert["status"]["state"],
        "inhibited": bool(alert["status"]["inhibitedBy"]),
        "silenced": len(alert["status"]["silencedBy"]),
    }


@pytest.mark.parametrize(
    "labels",
    [
        ("team=x", "instance=1"),
        ("alertname=C9",),
        ("alertname=Muted", "team=x"),
        ("team=y", "instance=1", "zone=none"),
        (),
    ],
    ids=["continued", "pattern", "two routes", "refused", "nothing"],
)
def test_amtool_follows_the_same_routes(servers: tuple[Alertmanager, Watchbill], labels: tuple[str, ...]) -> None:
    """`amtool config routes test` over the file that /api/v2/status shows, against both."""
    answers = [_amtool(one.url, "config", "routes", "test", *labels) for one in servers]

    assert answers[1] == answers[0]


def test_amtool_shows_the_routes(servers: tuple[Alertmanager, Watchbill]) -> None:
    """The tree is the original's."""
    assert _amtool(servers[1].url, "config", "routes", "show") == _amtool(servers[0].url, "config", "routes", "show")


def test_a_wrong_file_is_refused_at_reload_and_at_start(sink: Sink, tmp_path: Path) -> None:
    """Reloading answers 500 with file and line and goes on with the old one; starting with it ends at once."""
    ours = Watchbill(tmp_path / "server")
    ours.folder.mkdir()
    file = ours.folder / "alertmanager.yml"
    file.write_text(FILE.replace("SINK", f"{sink.url}/reloaded"))
    ours.environment = {"WATCHBILL_ALERTMANAGER_CONFIG": str(file)}
    with running(ours):
        file.write_text(FILE.replace("receiver: quiet", "receiver: qiet"))
        refused = ask(f"{ours.url}/-/reload", "POST")

        assert refused.status == 500
        assert f"{file}:10:5: error: undefined receiver 'qiet' used in route" in refused.body
        assert "quiet" in ask(f"{ours.url}/api/v2/status").json["config"]["original"]

        file.write_text("route: {receiver: other}\nreceivers: [{name: other}]\n")

        assert ask(f"{ours.url}/-/reload", "POST").status == 200
        assert ask(f"{ours.url}/api/v2/receivers").json == [{"name": "other"}]

        file.write_text("route: {receiver: other, nonsense: 1}\nreceivers: [{name: other}]\n")
    ours.start(wait=False)

    assert ours.ended() != 0
    assert f"{file}:1:26: error: field nonsense not found in route" in ours.log


def test_a_kill_loses_no_notification(sink: Sink, tmp_path: Path) -> None:
    """Killed while a group waits: the next process tells it."""
    ours = Watchbill(tmp_path / "server")
    ours.folder.mkdir()
    file = ours.folder / "alertmanager.yml"
    file.write_text(FILE.replace("SINK", f"{sink.url}/killed").replace("group_wait: 500ms", "group_wait: 3s"))
    ours.environment = {"WATCHBILL_ALERTMANAGER_CONFIG": str(file)}
    now = datetime.now(UTC)
    with running(ours):
        ours.send({"labels": {"alertname": "K"}, "startsAt": now.isoformat(), "endsAt": (now + FAR).isoformat()})
        time.sleep(0.5)
        ours.kill()
        ours.start()
        until("the receiver is told", lambda: sink.of("killed").get('all {}:{alertname="K"}'))

    assert len(sink.got["killed"]) <= 2


@pytest.mark.parametrize(
    ("place", "most"),
    [("receivers.flushed", 1), ("delivery.before_send", 1), ("delivery.after_send_before_record", 2)],
)
def test_a_crash_repeats_a_notification_once_at_most(sink: Sink, tmp_path: Path, place: str, most: int) -> None:
    """Whatever a process was doing when it died, the next one tells; only an answer that was not recorded is repeated."""
    ours = Watchbill(tmp_path / "server")
    ours.folder.mkdir()
    file, now = ours.folder / "alertmanager.yml", datetime.now(UTC)
    file.write_text(FILE.replace("SINK", f"{sink.url}/{place}"))
    ours.environment = {"WATCHBILL_ALERTMANAGER_CONFIG": str(file)}
    try:
        ours.start({"WATCHBILL_CRASHPOINT": place})
        ours.send({"labels": {"alertname": "Dies"}, "startsAt": now.isoformat(), "endsAt": (now + FAR).isoformat()})
        ours.ended()
        before = len(sink.got[place])
        ours.start()
        until("the receiver is told", lambda: len(sink.got[place]) > before)
        time.sleep(1.5)
    finally:
        ours.kill()

    assert len(sink.got[place]) == most


def _amtool(url: str, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [program("amtool"), f"--alertmanager.url={url}", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.returncode, done.stdout
