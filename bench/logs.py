"""What the log benchmarks share: made-up logs of a given size, the measured runs in processes of their own, and the ratios.

Each contender runs in its own process, so that its memory peak is its own; runs of all contenders alternate, and the median
counts. The yardstick is `wc -l` over the same warm file.
"""

import argparse
import importlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["PARQUET_QUERY", "access_log", "arguments", "compare", "json_log", "show"]

_START = datetime(2026, 11, 23, tzinfo=UTC)
_PIECE = 100_000  # lines that are made once; the rest repeats them with other times
_MODULES = {"watchbill": ("watchbill.bootstrap.measure",), "duckdb": ("duckdb",), "polars": ("polars",)}
_PATHS = ("/", "/cart", "/api/v1/orders", "/api/v1/search?q=shoes", "/healthz", "/readyz", "/static/app.js")
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


def arguments(text: str) -> argparse.Namespace:
    """`--quick` (1 M lines), `--lines N`, `--runs N`, and `--one NAME FILE`, by which a contender is run."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--quick", action="store_true", help="1 M lines instead of 10 M")
    parser.add_argument("--lines", type=int)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.lines = given.lines or (1_000_000 if given.quick else 10_000_000)
    return given


def _make(path: Path, lines: int, line: Callable[[int, datetime], str]) -> Path:
    """A day of traffic, evenly spread."""
    step = timedelta(days=1) / lines
    with path.open("w") as file:
        for first in range(0, lines, _PIECE):
            last = min(lines, first + _PIECE)
            file.write("".join(line(number, _START + number * step) for number in range(first, last)))
    return path


def access_log(path: Path, lines: int) -> Path:
    """nginx combined with a request time: 1 of 500 is bad, two of seven are health checks."""

    def line(number: int, at: datetime) -> str:
        status = 500 if number % 500 == 0 else 404 if number % 97 == 0 else 200
        return (
            f'10.{number % 200}.{number % 251}.7 - - [{at:%d/%b/%Y:%H:%M:%S} +0000] "GET {_PATHS[number % 7]} HTTP/1.1"'
            f' {status} {number % 20_000} "-" "{_AGENT}" {number * 7919 % 1500 / 1000:.3f}\n'
        )

    return _make(path, lines, line)


def json_log(path: Path, lines: int) -> Path:
    """The log standard: twenty fields a line."""

    def line(number: int, at: datetime) -> str:
        status = 500 if number % 500 == 0 else 200
        return (
            f'{{"timestamp": "{at:%Y-%m-%dT%H:%M:%S}.{number % 1000:03}Z", "level": "info", "service": "payment-api",'
            f' "trace_id": "{number:032x}", "span_id": "{number:016x}", "message": "Payment processed",'
            f' "http_method": "POST", "http_path": "{_PATHS[number % 7]}", "http_status": {status},'
            f' "duration_ms": {number * 7919 % 1500}, "customer_id": "cust_{number % 9999}", "payment_id": "pay_{number}",'
            f' "amount_cents": {number % 99_999}, "retry_count": 0, "environment": "production",'
            f' "host": "payment-api-7b4d9-xk2p1", "region": "us-east-1"}}\n'
        )

    return _make(path, lines, line)


PARQUET_QUERY = (
    "COPY (SELECT timestamp::TIMESTAMPTZ AS timestamp, http_method, http_path, http_status::SMALLINT AS http_status,"
    " duration_ms::DOUBLE AS duration_ms, service, region FROM read_json('{source}', format='newline_delimited',"
    " columns={{timestamp: 'VARCHAR', http_method: 'VARCHAR', http_path: 'VARCHAR', http_status: 'INT', duration_ms: 'DOUBLE',"
    " service: 'VARCHAR', region: 'VARCHAR'}})) TO '{target}' (FORMAT parquet)"
)


def compare(module: str, names: Sequence[str], path: Path, runs: int) -> dict[str, object]:
    """Run the contenders in turn; median seconds, peak memory, and the answers, which must be the same."""
    seconds: dict[str, list[float]] = {name: [] for name in ("wc -l", *names)}
    cpu: dict[str, list[float]] = {name: [] for name in names}
    peaks: dict[str, float] = dict.fromkeys(names, 0.0)
    answers: dict[str, list[int]] = {}
    # Warm; not read here: a child's peak of memory begins with its parent's.
    subprocess.run(["wc", "-l", str(path)], check=True, capture_output=True)
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(["wc", "-l", str(path)], check=True, capture_output=True)
        seconds["wc -l"].append(time.perf_counter() - began)
        for name in names:
            ran = subprocess.run(
                [sys.executable, "-m", module, "--one", name, str(path)], check=True, capture_output=True, text=True
            )
            found = json.loads(ran.stdout.splitlines()[-1])
            seconds[name].append(found["seconds"])
            cpu[name].append(found["cpu"])
            peaks[name] = max(peaks[name], found["peak_mb"])
            answers[name] = found["answer"]
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {
        "file_mb": round(path.stat().st_size / 1e6),
        "runs": runs,
        "seconds": {name: round(value, 3) for name, value in medians.items()},
        "times_wc": {name: round(medians[name] / medians["wc -l"], 1) for name in names},
        "cpu_seconds": {name: round(statistics.median(times), 3) for name, times in cpu.items()},
        "peak_mb": {name: round(value) for name, value in peaks.items()},
        "good_total": answers,
    }


def show(contenders: Mapping[str, Callable[[str], list[int]]], one: tuple[str, str]) -> None:
    """Run one contender and print its seconds (without starting Python), its peak of memory and its answer."""
    name, path = one
    for module in _MODULES[name]:
        importlib.import_module(module)
    began, began_cpu = time.perf_counter(), time.process_time()
    answer = contenders[name](path)
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "answer": answer}))


def run(
    text: str, module: str, make: Callable[[Path, int], Path], contenders: Mapping[str, Callable[[str], list[int]]]
) -> None:
    """The whole of a benchmark's main function."""
    given = arguments(text)
    if given.one:
        show(contenders, (given.one[0], given.one[1]))
        return
    folder = os.environ.get("BENCH_DIR")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        path = make(Path(made), given.lines)
        answer = {"bench": module, "lines": given.lines, **compare(module, tuple(contenders), path, given.runs)}
        print(json.dumps(answer, indent=2))
