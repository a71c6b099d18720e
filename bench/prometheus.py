"""A real Prometheus that scrapes counters and evaluates the generated rules; how much CPU that takes for each SLO and minute."""

import contextlib
import http.server
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from bench.load import get
from bench.servers import free_port
from watchbill.adapters.outward.prometheus import rules_for
from watchbill.adapters.outward.written import yaml_text
from watchbill.kernel.units import Ratio
from watchbill.slo.model import Prometheus, Sli, Slo

__all__ = ["cpu_per_slo_minute"]

PROMETHEUS, PROMTOOL = shutil.which("prometheus"), shutil.which("promtool")
_HISTORY = timedelta(
    days=4
)  # what the longest window of the alerts needs; the budget's 28 d are left to the rules' own pace
_STEP_S = 60


def cpu_per_slo_minute(count: int, seconds: int) -> dict[str, object]:
    """Watch a Prometheus with so many SLOs for so long."""
    if PROMETHEUS is None or PROMTOOL is None:
        sys.exit("no prometheus here: `apt-get install prometheus`")
    with tempfile.TemporaryDirectory() as name, _exporter(count) as exporter:
        folder = Path(name)
        _backfill(folder, count)
        (folder / "rules.yml").write_text(_rules(count), "utf-8")
        (folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 15s, evaluation_interval: 15s}\n"
            "rule_files: [rules.yml]\n"
            f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['127.0.0.1:{exporter}']}}]}}]\n",
            "utf-8",
        )
        with _running(folder) as process:
            time.sleep(20)  # start, first scrapes and first evaluations are not counted
            before = _cpu_s(process)
            time.sleep(seconds)
            used = _cpu_s(process) - before
    return {
        "slos": count,
        "seconds": seconds,
        "cpu_s": round(used, 2),
        "cpu_us_per_slo_minute": round(1_000_000 * used / count / (seconds / 60), 1),
        "history_days": _HISTORY.days,
    }


def _rules(count: int) -> str:
    promises = []
    for number in range(count):
        where = f'{{n="{number}"}}'
        source = Prometheus(
            "http://p", f"increase(all_total{where}[$window])", bad=f"increase(bad_total{where}[$window])"
        )
        sli = Sli(f"sli-{number}", source=source)
        promises.append((Slo(f"slo-{number}", "shop", sli.name, Ratio.percent("99.9"), runbook="https://w/r"), sli))
    return yaml_text([{"groups": rules_for(promises, datetime.now(UTC)).groups}])


def _backfill(folder: Path, count: int) -> None:
    """Four days of counters, a sample a minute, as OpenMetrics made into blocks."""
    end = int(time.time()) - 2 * _STEP_S
    start = end - int(_HISTORY.total_seconds())
    with (folder / "past.om").open("w") as out:
        for metric, each in (("all", 1000), ("bad", 0)):
            out.write(f"# TYPE {metric} counter\n")
            for number in range(count):
                for step, at in enumerate(range(start, end, _STEP_S)):
                    labels = f'n="{number}",job="shop",instance="past"'
                    out.write(f"{metric}_total{{{labels}}} {step * each} {at}\n")
        out.write("# EOF\n")
    assert PROMTOOL is not None
    command = [PROMTOOL, "tsdb", "create-blocks-from", "openmetrics", "past.om", "data"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (folder / "past.om").unlink()


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[psutil.Process]:
    port = free_port()
    assert PROMETHEUS is not None
    command = [
        PROMETHEUS,
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                get(f"http://127.0.0.1:{port}/-/ready")
                break
            time.sleep(0.2)
        else:
            sys.exit((folder / "log.txt").read_text(errors="replace")[-3000:])
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


@contextlib.contextmanager
def _exporter(count: int) -> Iterator[int]:
    """Serves counters that grow by 1,000 events a minute; its port. Its CPU is not Prometheus's."""
    began = time.monotonic()

    class Metrics(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen = int((time.monotonic() - began) * 1000 / 60)
            lines = [f'all_total{{n="{n}"}} {seen}\nbad_total{{n="{n}"}} 0\n' for n in range(count)]
            self.send_response(200)
            self.end_headers()
            self.wfile.write("".join(lines).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
