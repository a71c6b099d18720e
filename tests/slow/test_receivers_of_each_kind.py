"""Slack, PagerDuty, Opsgenie and mail: what watchbill sends for a file is what a real Alertmanager sends for it."""

import http.server
import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.slow.post import Post
from tests.slow.servers import Alertmanager, Watchbill, ask, free_port, running, until

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("alertmanager-file")]

FILE = """
global:
  smtp_smarthost: 'SMTP'
  smtp_from: alerts@shop.test
  smtp_require_tls: false
  slack_api_url: SINK/slack
  opsgenie_api_url: SINK/opsgenie/
  opsgenie_api_key: genie
  pagerduty_url: SINK/pagerduty
route: {receiver: kinds, group_by: [alertname], group_wait: 200ms, group_interval: 1s}
receivers:
- name: kinds
  slack_configs:
  - {channel: '#alerts', send_resolved: true}
  - channel: '#own'
    send_resolved: true
    title: '{{ .Status | toUpper }} {{ .CommonLabels.alertname }} in {{ .CommonLabels.zone }}'
    text: '{{ range .Alerts }}{{ .Annotations.summary }} ({{ .Labels.instance }}){{ end }}'
    fields: [{title: Zone, value: '{{ .CommonLabels.zone }}', short: true}]
  pagerduty_configs:
  - {routing_key: 0123456789abcdef0123456789abcdef, severity: '{{ .CommonLabels.severity }}', details: {zone: '{{ .CommonLabels.zone }}'}}
  opsgenie_configs:
  - {priority: P1, tags: 'a,b', responders: [{name: ops, type: team}]}
  email_configs:
  - {to: 'ann@shop.test, bob@shop.test', send_resolved: true, headers: {Subject: '{{ .Status }} {{ .GroupLabels.alertname }}'}}
"""
EXTERNAL = "http://watch.test"
Json = Any  # whatever a body holds


@dataclass
class Providers:
    """Everything that was asked of providers: path, authorization and body."""

    got: dict[str, list[tuple[str, str, Json]]] = field(default_factory=lambda: defaultdict(list))
    url: str = ""

    def told(self, whose: str) -> list[tuple[str, str, Json]]:
        """Sorted, for each provider is told in its own time."""
        return sorted(self.got[whose], key=json.dumps)


class Linked(Alertmanager):
    """Alertmanager that names the same address in links as watchbill does."""

    def command(self) -> list[str]:
        """What starts it."""
        return [*super().command(), f"--web.external-url={EXTERNAL}"]


@pytest.fixture
def providers() -> Iterator[Providers]:
    """All of them in one server."""
    held = Providers()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, whose, path = self.path.split("/", 2)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            held.got[whose].append((path, self.headers.get("Authorization", ""), body))
            status = 202 if path.startswith(("pagerduty", "opsgenie")) else 200
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok" if status == 200 else b"{}")

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    held.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture
def servers(
    providers: Providers, post: Post, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Alertmanager, Watchbill]]:
    """Both on one file, but for the path at the providers."""
    smtp = post.url.removeprefix("smtp://")
    theirs, ours = Linked(tmp_path_factory.mktemp("theirs")), Watchbill(tmp_path_factory.mktemp("ours"))
    theirs.configuration = FILE.replace("SINK", f"{providers.url}/theirs").replace("SMTP", smtp)
    file = ours.folder / "alertmanager.yml"
    file.write_text(FILE.replace("SINK", f"{providers.url}/ours").replace("SMTP", smtp))
    ours.environment = {"WATCHBILL_ALERTMANAGER_CONFIG": str(file), "WATCHBILL_PUBLIC_URL": EXTERNAL}
    with running(theirs), running(ours):
        yield theirs, ours


def test_every_provider_is_told_the_same(
    servers: tuple[Alertmanager, Watchbill], providers: Providers, post: Post
) -> None:
    """A firing alert and its end: the same requests with the same bodies, and two mails to each addressee."""
    starts = datetime.now(UTC)
    labels = {"alertname": "Down", "instance": "a", "zone": "z1", "severity": "critical"}
    alert = {"labels": labels, "annotations": {"summary": "it is down", "note": "look"}, "startsAt": starts.isoformat()}
    before = len(post.letters)
    for ends, count in ((starts + timedelta(hours=1), 4), (datetime.now(UTC), 8)):
        for server in servers:
            assert ask(f"{server.url}/api/v2/alerts", "POST", [{**alert, "endsAt": ends.isoformat()}]).status == 200
        for whose in ("theirs", "ours"):
            until(f"providers hear from {whose}", lambda: len(providers.got[whose]) >= count)  # noqa: B023 - called at once

    assert providers.told("ours") == providers.told("theirs")

    until("mail came", lambda: len(post.letters) >= before + 8)
    letters = [(one.to, str(one.message["Subject"]), str(one.message["From"])) for one in post.letters[before:]]

    assert {letters.count(one) for one in letters} == {2}, "one of each server"
    assert {subject for _, subject, _ in letters} == {"firing Down", "resolved Down"}
    assert {to for to, _, _ in letters} == {"ann@shop.test", "bob@shop.test"}
