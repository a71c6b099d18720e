"""P5: one evaluation tick over N series x 6 windows on the embedded counts store, beside DuckDB asked the same each tick.

python -m bench.p5_tick [--quick] [--series N ...]
"""

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Bound

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
WINDOWS = (5, 30, 60, 360, 4_320, 40_320)
RATES = (Fraction(9, 625), Fraction(6, 1000), Fraction(1, 1000))


def measure(series: int, ticks: int, history: int) -> dict[str, object]:
    """CPU milliseconds of a tick that enters a new minute and of one within the same minute, medians."""
    minute = (NOW - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=1)
    names = [f"s{number}" for number in range(series)]
    bounds = tuple(Bound(name, than=rate, minutes=window) for name in names for window in WINDOWS for rate in RATES[:1])
    with tempfile.TemporaryDirectory() as folder:
        store = CountsStore(Path(folder) / "counts", ManualClock(NOW))
        for ago in range(history, 0, -1):
            store.append(Batch("bench", [Cell(name, minute - ago, 999, 1000) for name in names]))
        began = time.process_time()
        store.compare(bounds, NOW)
        first = time.process_time() - began
        moved: list[float] = []
        same: list[float] = []
        for tick in range(1, ticks + 1):
            at = NOW + tick * timedelta(minutes=1)
            store.append(
                Batch("bench", [Cell(name, minute + tick, 999, 1000) for name in names[:: max(1, series // 1000)]])
            )
            for times in (moved, same):
                began = time.process_time()
                store.compare(bounds, at)
                times.append(time.process_time() - began)
        store.close()
    return {
        "series": series,
        "bounds": len(bounds),
        "first_ms": round(first * 1000, 2),
        "tick_new_minute_ms": round(statistics.median(moved) * 1000, 3),
        "tick_same_minute_ms": round(statistics.median(same) * 1000, 3),
    }


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--series", type=int, nargs="*", default=None)
    given = parser.parse_args()
    sizes = given.series or ([1_000, 10_000] if given.quick else [1_000, 10_000, 100_000])
    print(json.dumps([measure(size, ticks=11, history=5) for size in sizes], indent=2))


if __name__ == "__main__":
    main()
