"""P7: a restart with N SLOs and 28 days of counts: from opening the installation to the first whole evaluation.

python -m bench.p7_restart [--quick] [--slos N]
"""

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.history import write_history, write_specs
from watchbill.bootstrap import App, apply_folder
from watchbill.config import Config
from watchbill.kernel.clock import ManualClock

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def measure(count: int, rounds: int) -> dict[str, object]:
    """Wall and CPU seconds of each part, medians over the restarts; the first start is cold, without any totals of days."""
    with tempfile.TemporaryDirectory() as folder:
        data, specs = Path(folder) / "data", Path(folder) / "specs"
        names = write_specs(specs, count)
        config = Config.load({}, data=data, listen="127.0.0.1:0")
        app = App.open(config, clock=ManualClock(NOW))
        apply_folder(app, specs)
        app.close()
        write_history(config.counts_path, names, NOW, 28)
        first = _start(config, 0)
        again = [_start(config, number) for number in range(1, rounds + 1)]
    middle = {key: round(statistics.median(one[key] for one in again), 2) for key in first}
    return {
        "slos": count,
        "days": 28,
        "first": {key: round(value, 2) for key, value in first.items()},
        "restart": middle,
    }


def _start(config: Config, number: int) -> dict[str, float]:
    clock = ManualClock(NOW + timedelta(minutes=number))
    marks = [(time.perf_counter(), time.process_time())]
    app = App.open(config, clock=clock)
    app.measure.counts.source("any")
    marks.append((time.perf_counter(), time.process_time()))
    app.evaluate_once()
    marks.append((time.perf_counter(), time.process_time()))
    app.close()
    return {
        "open_wall_s": marks[1][0] - marks[0][0],
        "evaluated_wall_s": marks[2][0] - marks[0][0],
        "evaluated_cpu_s": marks[2][1] - marks[0][1],
    }


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--slos", type=int, default=None)
    given = parser.parse_args()
    count = given.slos or (500 if given.quick else 10_000)
    print(json.dumps(measure(count, rounds=1 if given.quick else 3), indent=2))


if __name__ == "__main__":
    main()
