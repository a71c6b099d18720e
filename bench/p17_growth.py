"""P17, the part of SLOs: what one SLO costs at 1x, 10x and 100x as many of them, in a tick and in a back-test.

python -m bench.p17_growth [--quick] [--base N]
"""

import argparse
import json

from bench.p5_tick import engine, measure
from bench.p6_backtest import measure as measure_backtest


def main() -> None:
    """Print one JSON document; `times` is the cost for one SLO beside that at a tenth as many."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--base", type=int, default=None, help="how many 1x is")
    given = parser.parse_args()
    base = given.base or (50 if given.quick else 100)
    sizes = [base, 10 * base] if given.quick else [base, 10 * base, 100 * base]
    whole = [measure(size) for size in sizes]
    judging = [engine(10 * size) for size in sizes]
    played = [measure_backtest(size, days=7, rounds=3) for size in sizes[:2]]
    found = {
        "whole_tick": _each(whole, "tick_new_minute_ms"),
        "judging": _each(judging, "tick_new_minute_ms"),
        "backtest": _each(played, "cpu_ms_per_slo", per_item=False),
    }
    print(json.dumps(found, indent=2))


def _each(rows: list[dict[str, object]], key: str, *, per_item: bool = True) -> list[dict[str, float]]:
    """Microseconds for one SLO, and how many times that of the row before."""
    found: list[dict[str, float]] = []
    for row in rows:
        count = int(str(row["slos"]))
        cost = 1000 * float(str(row[key])) / (count if per_item else 1)
        times = cost / found[-1]["us_each"] if found else 1.0
        found.append({"slos": count, "us_each": round(cost, 3), "times": round(times, 2)})
    return found


if __name__ == "__main__":
    main()
