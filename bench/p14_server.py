"""P14: cold start to ready, memory when idle, size of an installation.

python -m bench.p14_server [--quick]

Ready is /readyz answering 200. Memory is the resident set of the only process, ten seconds after that. The size is that of
the files of watchbill and everything it depends on, with bytecode, plus pip. Goals: 2 s, 150 MB, 400 MB.
"""

import argparse
import importlib.metadata
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
MB = 1_000_000


def start(data: Path, settle_s: float) -> tuple[float, float]:
    """Seconds until ready, and megabytes after a while."""
    command = [sys.executable, "-m", "watchbill", "serve", "--json", "--listen", "127.0.0.1:0", "--data", str(data)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    began = time.perf_counter()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["url"]
        while not ready(address):
            time.sleep(0.01)
        took = time.perf_counter() - began
        time.sleep(settle_s)
        memory = psutil.Process(process.pid).memory_info().rss / MB
        process.terminate()
    return took, memory


def ready(address: str) -> bool:
    """Whether /readyz says yes."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def closure(name: str, seen: set[str]) -> set[str]:
    """The distribution and what it depends on here, extras that were asked for included."""
    key = re.sub(r"[-_.]+", "-", name).lower()
    if key in seen:
        return seen
    try:
        needs = importlib.metadata.requires(key) or []
    except importlib.metadata.PackageNotFoundError:
        return seen  # for another platform
    seen.add(key)
    for need in needs:
        if "extra ==" not in need or "binary" in need:
            closure(re.split(r"[\s\[<>=!~;(]", need, maxsplit=1)[0], seen)
    return seen


def size(name: str) -> int:
    """Bytes of the distribution's files, with their bytecode."""
    total = 0
    for file in importlib.metadata.files(name) or []:
        path = Path(str(file.locate()))
        total += path.stat().st_size if path.exists() else 0
    return total


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        first = start(data, 0)[0]
        runs = [start(data, 3 if quick else 10) for _ in range(3 if quick else 5)]
    packages = closure("watchbill", set()) | {"pip"}
    ours = sum(path.stat().st_size for path in (ROOT / "src").rglob("*") if path.is_file())
    sizes = {name: size(name) for name in packages - {"watchbill"}}
    largest = sorted(sizes.items(), key=lambda one: -one[1])[:6]
    answer = {
        "first_start_s": round(first, 2),
        "start_s": round(statistics.median(took for took, _ in runs), 2),
        "idle_mb": round(statistics.median(memory for _, memory in runs), 1),
        "install_mb": round((sum(sizes.values()) + ours) / MB, 1),
        "largest_mb": {name: round(bytes_ / MB, 1) for name, bytes_ in largest},
    }
    print(json.dumps(answer, indent=2))


if __name__ == "__main__":
    main()
