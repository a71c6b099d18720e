"""P5: one whole evaluation of the product, N SLOs x 6 windows with alerts and budget states, beside a real Prometheus.

What is measured is `App.evaluate_once`, as the server's loop runs it: reading the standings, judging all bounds, and saving,
publishing and sending what changed. Three kinds of tick: a new minute in which nothing changed, the same minute again, and
one in which SLOs began to burn. Then a Prometheus of Debian's runs the generated rules for some SLOs over the same counts.

python -m bench.p5_tick [--quick] [--slos N ...] [--prometheus SLOS] [--seconds S]
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.history import minute_of, write_history, write_specs
from bench.prometheus import cpu_per_slo_minute
from watchbill.adapters.measure.counts import Batch, Cell, CountsStore
from watchbill.bootstrap import App, apply_folder
from watchbill.budget.rules.states import PLAYBOOK, edges_of
from watchbill.config import Config
from watchbill.kernel.clock import ManualClock
from watchbill.kernel.units import Ratio
from watchbill.slo.model import Slo
from watchbill.slo.rules.plan import make_plan

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
TICKS = 15
_HURT = 0.02  # share of SLOs whose budget is below half, or gone, all the time
_MINUTE = timedelta(minutes=1)


@contextmanager
def opened(count: int) -> Iterator[tuple[App, ManualClock, list[str]]]:
    """An installation with so many SLOs and four days of counts, evaluated once."""
    with tempfile.TemporaryDirectory() as folder:
        names = write_specs(Path(folder) / "specs", count)
        config = Config.load({}, data=Path(folder) / "data", listen="127.0.0.1:0")
        write_history(config.counts_path, names, NOW, 4, trouble=_HURT)
        clock = ManualClock(NOW)
        app = App.open(config, clock=clock)
        apply_folder(app, Path(folder) / "specs")
        app.evaluate_once()
        yield app, clock, names
        app.close()


def measure(count: int) -> dict[str, object]:
    """CPU milliseconds, medians."""
    with opened(count) as (app, clock, names):
        minute = minute_of(NOW)
        ingest, moved, same, changed = [], [], [], []
        for tick in range(1, TICKS + 1):
            clock.forward(_MINUTE)
            cells = [Cell(name, minute + tick - 1, 1000, 1000) for name in names]
            ingest.append(_cpu_ms(lambda cells=cells: app.measure.counts.append(Batch("bench", cells))))
            moved.append(_cpu_ms(app.evaluate_once))
            clock.forward(timedelta(seconds=1))
            same.append(_cpu_ms(app.evaluate_once))
            clock.forward(timedelta(seconds=-1))
        burning = max(1, count // 1000)
        for tick in range(TICKS + 1, TICKS + 6):
            clock.forward(_MINUTE)
            hit = names[(tick - TICKS) * burning : (tick - TICKS + 1) * burning]
            app.measure.counts.append(Batch("bench", [Cell(name, minute + tick - 1, 0, 5000) for name in hit]))
            changed.append(_cpu_ms(app.evaluate_once))
    per_minute_ms = statistics.median(ingest) + statistics.median(moved) + 3 * statistics.median(same)
    return {
        "slos": count,
        "ingest_ms": _middle(ingest),
        "tick_new_minute_ms": _middle(moved),
        "tick_same_minute_ms": _middle(same),
        "newly_burning": burning,
        "tick_with_them_ms": _middle(changed),
        "cpu_us_per_slo_minute": round(1000 * per_minute_ms / count, 3),
    }


def engine(count: int) -> dict[str, object]:
    """The judging alone, for sizes whose resources would take minutes to apply: all bounds of the plan, a minute later each."""
    slos = [Slo(f"slo-{n}", "shop", f"sli-{n}", Ratio.percent("99.9")) for n in range(count)]
    minute = minute_of(NOW)
    with tempfile.TemporaryDirectory() as folder:
        store = CountsStore(Path(folder) / "counts", ManualClock(NOW))
        store.append(Batch("bench", [Cell(slo.sli, minute - ago, 999, 1000) for ago in (1, 2, 3) for slo in slos]))
        planned = _cpu_ms(lambda: make_plan("", slos, NOW, lambda _: edges_of(PLAYBOOK)))
        plan = make_plan("", slos, NOW, lambda _: edges_of(PLAYBOOK))
        first = _cpu_ms(lambda: store.compare(plan.bounds, NOW))
        ticks = []
        for tick in range(1, TICKS):
            store.append(Batch("bench", [Cell(slos[tick].sli, minute + tick, 999, 1000)]))
            at = NOW + tick * _MINUTE
            ticks.append(_cpu_ms(lambda at=at: store.compare(plan.bounds, at)))
        store.close()
    return {
        "slos": count,
        "bounds": len(plan.bounds),
        "plan_ms": round(planned, 1),
        "first_ms": round(first, 1),
        "tick_new_minute_ms": _middle(ticks),
    }


def _cpu_ms(work: object) -> float:
    began = time.process_time()
    assert callable(work)
    work()
    return 1000 * (time.process_time() - began)


def _middle(values: list[float]) -> float:
    return round(statistics.median(values), 3)


def main() -> None:
    """Print one JSON document."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--slos", type=int, nargs="*", default=None)
    parser.add_argument("--prometheus", type=int, default=None, help="SLOs that Prometheus evaluates; 0: none")
    parser.add_argument("--seconds", type=int, default=None, help="how long Prometheus is watched")
    given = parser.parse_args()
    sizes = given.slos or ([1_000] if given.quick else [1_000, 10_000])
    slos = given.prometheus if given.prometheus is not None else (10 if given.quick else 100)
    seconds = given.seconds or (20 if given.quick else 120)
    ours = [measure(size) for size in sizes]
    found: dict[str, object] = {"watchbill": ours}
    found["engine"] = [engine(size) for size in ([10_000] if given.quick else [10_000, 100_000])]
    if slos:
        theirs = cpu_per_slo_minute(slos, seconds)
        best = min(float(str(one["cpu_us_per_slo_minute"])) for one in ours)  # per SLO, whatever their number
        found["prometheus"] = theirs
        found["times_less_cpu"] = round(float(str(theirs["cpu_us_per_slo_minute"])) / best)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
