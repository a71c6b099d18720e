"""A real Alertmanager that stays in place and notifies watchbill over three of its receivers."""

import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.slow.intake.conftest import House

from watchbill.alerts.model import Alert, AlertStatus

pytestmark = pytest.mark.slow

CONFIG = """
route:
  receiver: all
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: all
    webhook_configs:
      - {{url: "{url}/hooks/alertmanager/{key}", send_resolved: true}}
    pagerduty_configs:
      - {{url: "{url}/v2/enqueue", routing_key: "{key}", send_resolved: true, severity: critical}}
    opsgenie_configs:
      - {{api_url: "{url}/", api_key: "{key}", send_resolved: true, priority: P1, update_alerts: true}}
"""


@pytest.fixture
def alertmanager(house: House, tmp_path: Path) -> Iterator[str]:
    """Debian's Alertmanager, with the house as its only receiver."""
    program = shutil.which("prometheus-alertmanager")
    assert program, "install prometheus-alertmanager"
    config = tmp_path / "alertmanager.yml"
    config.write_text(CONFIG.format(url=house.url, key=house.key), "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [f"--config.file={config}", f"--storage.path={tmp_path / 'am'}", "--cluster.listen-address="]
    with (tmp_path / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *arguments, f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    house.until(lambda: _is_ready(url))
    yield url
    process.terminate()
    process.wait(10)


def test_all_receivers_open_and_resolve(house: House, alertmanager: str) -> None:
    """One alert comes over webhook, PagerDuty and Opsgenie receivers, and its end over each of them."""
    now = datetime.now(UTC)
    _post(alertmanager, starts=now - timedelta(minutes=1))
    house.until(lambda: _protocols(house.alerts()) == {"alertmanager", "pagerduty", "opsgenie"})
    assert {one.status for one in house.alerts()} == {AlertStatus.FIRING}
    [pagerduty] = [one for one in house.alerts() if one.source.startswith("pagerduty")]
    assert len(pagerduty.annotations["dedup_key"]) == 64

    _post(alertmanager, starts=now - timedelta(minutes=1), ends=now)
    house.until(lambda: {one.status for one in house.alerts()} == {AlertStatus.RESOLVED})


def _protocols(alerts: list[Alert]) -> set[str]:
    return {one.source.partition(":")[0] for one in alerts}


def _post(url: str, *, starts: datetime, ends: datetime | None = None) -> None:
    alert = {"labels": {"alertname": "Down", "service": "checkout"}, "startsAt": starts.isoformat()}
    body = [alert | ({"endsAt": ends.isoformat()} if ends else {})]
    request = urllib.request.Request(
        f"{url}/api/v2/alerts", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status == 200


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
