"""P4: a log that grows is followed for three SLIs, durably: lines a second of one core, and whether memory grows.

python -m bench.p4_follow [--quick] [--lines N]
"""

import json
import os
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.logs import access_log, arguments
from watchbill.adapters.measure.counts import CountsStore
from watchbill.adapters.measure.follow import LogFollower
from watchbill.kernel.clock import ManualClock
from watchbill.slo.model import Logs, Sli

__all__ = ["main"]

_PIECES = 60  # appends: a minute of a busy log each, for an hour's input


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Print one JSON document."""
    given = arguments("P4: follow")
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as made:
        folder = Path(made)
        content = access_log(folder / "whole.log", given.lines).read_bytes()
        log = folder / "access.log"
        source = Logs(str(log))
        slis = [
            Sli(
                "available",
                good="status < 500",
                exclusions=("Health check endpoints (/healthz, /readyz)",),
                source=source,
            ),
            Sli("fast", good="duration_ms <= 300", source=source),
            Sli("orders", good="status < 500", total="path LIKE '/api/%'", source=source),
        ]
        clock = ManualClock(datetime(2026, 11, 24, 1, tzinfo=UTC))
        counts = CountsStore(folder / "counts", clock)
        follower = LogFollower(counts, clock)
        cpu = wall = 0.0
        lines = 0
        resident = []
        size = len(content) // _PIECES + 1
        for start in range(0, len(content), size):
            with log.open("ab") as file:
                file.write(content[start : start + size])  # cut anywhere, also within lines
            began, began_cpu = time.perf_counter(), time.process_time()
            while read := follower.cycle(slis):
                lines += read
            wall += time.perf_counter() - began
            cpu += time.process_time() - began_cpu
            resident.append(_resident_mb())
        found = {
            "bench": "bench.p4_follow",
            "lines": lines,
            "slis": len(slis),
            "lines_a_second": round(lines / wall),
            "lines_a_second_of_cpu": round(lines / cpu),
            "resident_mb_after_a_tenth": round(resident[len(resident) // 10]),
            "resident_mb_at_the_end": round(resident[-1]),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
        follower.close()
        counts.close()
        print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
