"""P6: 28 days judged again, every minute, all tiers, from the files of the counts store; CPU seconds, and one SLO by itself.

python -m bench.p6_backtest [--quick] [--slos N] [--days N]
"""

import argparse
import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.history import write_history
from watchbill.adapters.measure.counts import CountsStore
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.units import Ratio
from watchbill.slo.model import Slo
from watchbill.slo.service.replaying import Replaying

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_BEFORE = 3  # days that the longest window reaches back


def measure(count: int, days: int, rounds: int) -> dict[str, object]:
    """One document: all SLOs at once, and the median of single ones."""
    names = [f"sli-{number}" for number in range(count)]
    slos = [Slo(f"slo-{n}", "shop", name, Ratio.percent("99.9")) for n, name in enumerate(names)]
    with tempfile.TemporaryDirectory() as folder:
        write_history(Path(folder) / "counts", names, NOW, days + _BEFORE)
        store = CountsStore(Path(folder) / "counts", ManualClock(NOW))
        replaying = Replaying(store, store)
        start = NOW - timedelta(days=days)
        cpu, wall = time.process_time(), time.perf_counter()
        firings = sum(len(one.firings) for one in replaying.replay(slos, start, NOW))
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        single = []
        for number in range(rounds):
            began = time.perf_counter()
            replaying.backtest(slos[number * count // rounds], [], start, NOW)
            single.append(time.perf_counter() - began)
        store.close()
    return {
        "slos": count,
        "days": days,
        "tiers": len(slos[0].tiers),
        "firings": firings,
        "cpu_s": round(cpu, 2),
        "wall_s": round(wall, 2),
        "cpu_ms_per_slo": round(1000 * cpu / count, 3),
        "one_slo_wall_ms": round(1000 * statistics.median(single), 1),
    }


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--slos", type=int, default=None)
    parser.add_argument("--days", type=int, default=None)
    given = parser.parse_args()
    count = given.slos or (200 if given.quick else 2000)
    days = given.days or (7 if given.quick else 28)
    print(json.dumps(measure(count, days, rounds=9), indent=2))


if __name__ == "__main__":
    main()
