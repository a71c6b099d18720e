"""P13: how long the command line takes: `--help`, `oncall now`, `budget show`, on the files and over the owner's socket.

python -m bench.p13_cli [--quick]

Beside it bare Python and the imports that everything else is made of, in the same run, alternated. Goals: `--help` at most
6x bare Python; the other two at most 500 ms against a local data directory.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WATCHBILL = [sys.executable, "-m", "watchbill"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}


def once(command: list[str]) -> tuple[float, float]:
    """Milliseconds of wall and of CPU."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.perf_counter() - began) * 1000, cpu * 1000


def alternated(commands: dict[str, list[str]], rounds: int) -> dict[str, dict[str, float]]:
    """Medians over rounds in which each command runs once; the first round warms up."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            figures = once(command)
            if number:
                taken[name].append(figures)
    return {
        name: {
            "wall_ms": round(statistics.median(wall for wall, _ in figures), 1),
            "cpu_ms": round(statistics.median(cpu for _, cpu in figures), 1),
        }
        for name, figures in taken.items()
    }


@contextmanager
def server(data: Path) -> Iterator[None]:
    """A server that owns the data directory."""
    command = [*WATCHBILL, "serve", "--json", "--listen", "127.0.0.1:0", "--data", str(data)]
    with subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.terminate()


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    rounds = 3 if parser.parse_args().quick else 11
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        subprocess.run([*WATCHBILL, "apply", str(ROOT / "examples" / "shop"), "--data", str(data)], env=ENVIRONMENT, stdout=subprocess.DEVNULL, check=True)  # fmt: skip
        asked = {name: [*WATCHBILL, *name.split(), "--data", str(data)] for name in ("oncall now", "budget show")}
        bare = {
            "python": [sys.executable, "-c", "pass"],
            "import sqlalchemy": [sys.executable, "-c", "import sqlalchemy"],
        }
        found = alternated(bare | {"--help": [*WATCHBILL, "--help"]} | asked, rounds)
        with server(data):
            over = alternated(asked, rounds)
    ratio = round(found["--help"]["wall_ms"] / found["python"]["wall_ms"], 2)
    print(json.dumps({"on the files": found, "over the socket": over, "help_over_python": ratio}, indent=2))


if __name__ == "__main__":
    main()
