"""P12: server time of every page with 1,000 services, 50 k alerts and 1 M incidents, over a real socket.

Beside the time on the wall stands the time of the processor (server and the small client together): where other programs
run on the same machine, the first says how busy they are, the second what a page costs.

python -m bench.p12_pages [--quick] [--keep FOLDER] [--rounds N] [--only WORD] [--postgresql URL]
"""

import argparse
import http.client
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn

from bench.estate import NOW, OWNER, STORM_NUMBER, Size, build, drain, opened
from watchbill.bootstrap import App
from watchbill.entrypoints.server.heap import settle
from watchbill.entrypoints.web import create_web
from watchbill.kernel.ids import DeliveryId
from watchbill.operations import alerts, paging, postmortems
from watchbill.operations.postmortem_views import ListPostmortems

LIMIT_MS, PAGER_LIMIT_MS = 100.0, 20.0


def pages(app: App, size: Size) -> dict[str, str]:
    """Every list and detail page by name, with deep places of the long lists."""
    with app.reading() as s:
        alert = next(one.id for one in alerts.list_all(s, OWNER, alerts.ListAlerts(name="SLOBurn")).items)
        page = paging.list_all(s, OWNER, paging.ListPages()).items[0].id
        delivery = paging.show(s, OWNER, paging.Target(id=page)).deliveries[0].id
        link = app.roads.links.url(DeliveryId(delivery), s.now + timedelta(days=1))
        paper = postmortems.list_all(s, OWNER, ListPostmortems()).items[0].id
    middle = size.incidents // 2
    return {
        "pager": "/p/" + link.rpartition("/p/")[2], "own page": f"/pages/{page}",
        "now": "/", "incidents": "/incidents", "incidents, deep": f"/incidents?cursor={middle}",
        "incidents by severity": "/incidents?severity=SEV1", "incidents by words": "/incidents?q=timeouts",
        "incidents by rare words": "/incidents?q=nothing-is-like-this", "incidents of a service": "/incidents?service=service-0001",
        "incidents by status": "/incidents?status=resolved", "room": f"/incidents/{size.incidents + 2}", "room of 10,000 alerts": f"/incidents/{STORM_NUMBER}", "room of 10,000 alerts, deep": f"/incidents/{STORM_NUMBER}?before=5000",
        "figures": "/incidents/metrics", "figures of a year": "/incidents/metrics?days=365&by=service", "figures of a service": "/incidents/metrics?days=365&service=service-0001&by=cause",
        "old room": f"/incidents/{middle - middle % 100}",
        "declare": "/incidents/new?title=Timeouts&service=service-0001",
        "services": "/services", "services by words": "/services?q=0999", "services, deep": "/services?sort=name&after=service-0500", "service": "/services/service-0001",
        "oncall": "/oncall", "oncall, four weeks": "/oncall?days=28", "schedule": "/oncall/rota0",
        "slos": "/slos", "slos by words": "/slos?q=0999", "slo": "/slos/service-0001-availability",
        "budgets": "/budgets", "duties": "/duties", "checks": "/checks", "calendar": "/slos/service-0001-availability/calendar?weeks=52",
        "alerts": "/alerts", "alerts that fire": "/alerts?status=firing", "alerts of a service": "/alerts?service=service-0001", "alert": f"/alerts/{alert}",
        "postmortems": "/postmortems", "postmortem": f"/postmortems/{paper}", "me": "/me", "find": "/find?q=timeouts",
    }  # fmt: skip


def measure(app: App, paths: Mapping[str, str], rounds: int) -> dict[str, dict[str, object]]:
    """Milliseconds from request to the last byte, over one kept connection, without compression."""
    config = uvicorn.Config(create_web(app), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    app.address = f"http://127.0.0.1:{port}"
    with app.transaction() as s:
        _session, secret = s.people.log_in(s.people.login_link(OWNER.name, OWNER))
    found: dict[str, dict[str, object]] = {}
    with closing(http.client.HTTPConnection(urlsplit(app.address).netloc, timeout=120)) as line:
        for name, path in paths.items():
            times, costs, size, status = [], [], 0, 0
            for _ in range(rounds + 1):
                began, spent = time.perf_counter(), time.process_time()
                line.request("GET", path, headers={"Cookie": f"watchbill={secret}"})
                answer = line.getresponse()
                size, status = len(answer.read()), answer.status
                times.append((time.perf_counter() - began) * 1000)
                costs.append((time.process_time() - spent) * 1000)
            found[name] = _figures(name, times, costs, size, status)
            print(f"{name:28} {found[name]}", flush=True)
    server.should_exit = server.force_exit = True
    thread.join(5)
    return found


def _figures(name: str, times: list[float], costs: list[float], size: int, status: int) -> dict[str, object]:
    """The first is told apart: it fills caches."""
    first, *rest = times
    p95, cpu = statistics.quantiles(rest, n=20)[-1], statistics.quantiles(costs[1:], n=20)[-1]
    limit = PAGER_LIMIT_MS if name in {"pager", "own page"} else LIMIT_MS
    return {
        "status": status, "kb": round(size / 1024, 1), "first_ms": round(first, 1), "p50_ms": round(statistics.median(rest), 1),
        "p95_ms": round(p95, 1), "cpu_p50_ms": round(statistics.median(costs[1:]), 1), "cpu_p95_ms": round(cpu, 1), "within": status == 200 and p95 <= limit,
    }  # fmt: skip


def main() -> None:
    """Print one line a page and one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a hundredth of the incidents, a tenth of the rest")
    parser.add_argument("--keep", type=Path, help="build the installation here, or use the one that is there")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="pages with this word in their name")
    parser.add_argument(
        "--postgresql", help="an empty database instead of SQLite, or one that an earlier run has filled"
    )
    given = parser.parse_args()
    size = Size(100, 5_000, 10_000) if given.quick else Size()
    with tempfile.TemporaryDirectory() as folder:
        data = given.keep or Path(folder) / "data"
        if not (data / "built").exists():
            began = time.monotonic()
            build(data, size, given.postgresql)
            (data / "built").touch()
            print(f"built in {time.monotonic() - began:.0f} s", flush=True)
        app = opened(data, NOW, given.postgresql)
        drain(app)  # the tick of a running server keeps the window sums ready
        settle()
        paths = {name: path for name, path in pages(app, size).items() if given.only in name}
        found = measure(app, paths, given.rounds)
        app.close()
    print(json.dumps({"beyond": [name for name, one in found.items() if not one["within"]]}))


if __name__ == "__main__":
    main()
