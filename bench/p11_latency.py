"""P11: from the POST of a new P0 alert to the page at a local webhook, group_wait 0; alone, and while P8 runs at half speed.

python -m bench.p11_latency [--quick] [--pages 500]
"""

import argparse
import json
import multiprocessing
import re
import statistics
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.load import alerts_body, blast, latencies, request_bytes
from bench.servers import Server, alertmanager, watchbill

__all__ = ["main"]

AM = "route: {{receiver: hook, group_by: ['...'], group_wait: 0s}}\nreceivers: [{{name: hook, webhook_configs: [{{url: '{url}'}}]}}]\n"
# The noise of P8 has severity warning: with watchbill it makes tickets, with Alertmanager it would page, so it is routed away.
AM_BUSY = (
    "route: {{receiver: none, group_by: ['...'], routes: [{{receiver: hook, matchers: ['severity=critical'], group_wait: 0s}}]}}\n"
    "receivers: [{{name: none}}, {{name: hook, webhook_configs: [{{url: '{url}'}}]}}]\n"
)
PERSON = """
person: {{name: ana, email: ana@shop.test, contacts: [{{channel: webhook, address: "{url}"}}]}}
"""
# watchbill tells more than 20 groups of one policy within a minute together, as one storm: so every ten pages have their own policy.
POLICY = """---
escalation_policy: {{name: "{team}", steps: [{{notify: [person:ana], wait: 30m}}]}}
---
route: {{name: "{team}", match: ['severity="critical"', 'team="{team}"'], escalation_policy: "{team}", group_by: ['...'], group_wait: 0s, declare_incident: {{when: never}}}}
"""
PAGES_PER_POLICY = 10
FIRST = 1_000  # the number of the first page that counts
WARMING = 20
_NAME = re.compile(rb"Page-\d+")


class Hook:
    """The webhook: notes when each alert arrived."""

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.moved = threading.Condition()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                now = time.perf_counter()
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                found = _NAME.search(body)
                if found:
                    with hook.moved:
                        hook.arrived.setdefault(found[0].decode(), now)
                        hook.moved.notify_all()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def close(self) -> None:
        self._server.shutdown()

    def wait(self, name: str) -> float:
        with self.moved:
            if not self.moved.wait_for(lambda: name in self.arrived, 30):
                raise SystemExit(f"{name} never arrived")
            return self.arrived[name]


def _team(number: int) -> str:
    return f"team-{number // PAGES_PER_POLICY}"


def _specs(url: str, pages: int) -> str:
    teams = dict.fromkeys(_team(number) for number in (*range(WARMING), *range(FIRST, FIRST + pages)))
    return PERSON.format(url=url) + "".join(POLICY.format(team=team) for team in teams)


def _page(number: int) -> bytes:
    alert = {
        "labels": {
            "alertname": f"Page-{number}",
            "service": "checkout",
            "severity": "critical",
            "team": _team(number),
        },
        "annotations": {"summary": f"Page-{number} of the measurement"},
    }
    return json.dumps([alert]).encode()


def _measure(server: Server, hook: Hook, pages: int, first: int = FIRST) -> dict[str, float]:
    """Milliseconds, page after page, each sent when the one before has arrived."""
    found = []
    for number in range(first, first + pages):
        began = time.perf_counter()
        latencies(server.alerts, [request_bytes(server.alerts, _page(number))])
        found.append((hook.wait(f"Page-{number}") - began) * 1000)
        time.sleep(0.01)
    hook.arrived.clear()
    return {
        "p50_ms": round(statistics.median(found), 2),
        "p99_ms": round(statistics.quantiles(found, n=100)[98], 2),
        "max_ms": round(max(found), 2),
    }


def _noise(url: str, per_s: float, seconds: float) -> None:
    """P8 at a given speed; run in a process of its own."""
    count = int(per_s * seconds / 100)
    bodies = [request_bytes(url, alerts_body(first * 100, 100)) for first in range(count)]
    blast(url, bodies, connections=8, pause_s=lambda elapsed, sent: sent * 100 / per_s - elapsed)


def _side(hook: Hook, name: str, pages: int, *, per_s: float) -> dict[str, float]:
    environment = {"WATCHBILL_ALLOW_INTERNAL": "127.0.0.1/32"}
    config = (AM_BUSY if per_s else AM).format(url=hook.url)
    start = alertmanager(config) if name == "alertmanager" else watchbill(_specs(hook.url, pages), environment)
    with start as server:
        _measure(server, hook, WARMING, first=0)  # warm
        if not per_s:
            return _measure(server, hook, pages)
        load = multiprocessing.get_context("spawn").Process(
            target=_noise, args=(server.alerts, per_s, pages * 0.05 + 5)
        )
        load.start()
        time.sleep(2)
        try:
            return _measure(server, hook, pages)
        finally:
            load.terminate()
            load.join()


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pages", type=int, default=None)
    parser.add_argument(
        "--half-speed", type=float, default=15_000, help="alerts a second of the noise: half of what P8 found"
    )
    given = parser.parse_args()
    pages = given.pages or (100 if given.quick else 500)
    hook = Hook()
    found = {
        "quiet": {name: _side(hook, name, pages, per_s=0) for name in ("alertmanager", "watchbill")},
        "busy": {name: _side(hook, name, pages, per_s=given.half_speed) for name in ("alertmanager", "watchbill")},
    }
    hook.close()
    quiet, busy = found["quiet"]["watchbill"], found["busy"]["watchbill"]
    reached = {"p50_10": quiet["p50_ms"] <= 10, "p99_50": quiet["p99_ms"] <= 50, "busy_p99_250": busy["p99_ms"] <= 250}
    print(
        json.dumps(
            {"bench": "p11_latency", "pages": pages, "half_speed": given.half_speed, **found, "reached": reached}
        )
    )


if __name__ == "__main__":
    main()
