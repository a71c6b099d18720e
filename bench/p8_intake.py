"""P8: alert intake, distinct alerts, 100 a POST. 2xx from watchbill means durable; Alertmanager keeps them in memory.

python -m bench.p8_intake [--alerts 200000] [--rounds 5] [--connections 32]
"""

import argparse
import json
import statistics
import time

from bench.load import alerts_body, blast, get, request_bytes
from bench.servers import Server, alertmanager, watchbill

__all__ = ["main"]


def _round(server: Server, alerts: int, size: int, connections: int) -> dict[str, float]:
    bodies = [request_bytes(server.alerts, alerts_body(first, size)) for first in range(0, alerts, size)]
    before = server.cpu_s
    result = blast(server.alerts, bodies, connections=connections)
    assert result.refused == 0, f"{result.refused} requests were refused"
    answered = time.perf_counter()
    found = {"alerts_per_s": alerts / result.seconds, "burst_s": result.seconds, "memory_mb": server.memory_mb}
    if server.name == "watchbill":
        found["fold_lag_s"] = _folded(server, alerts, result.seconds * 5) - answered
        found["folded_within_bursts"] = (result.seconds + found["fold_lag_s"]) / result.seconds
        found["memory_folded_mb"] = server.memory_mb
    found["cpu_s"] = server.cpu_s - before
    return found


def _folded(server: Server, alerts: int, patience_s: float) -> float:
    """When the last alert was folded; /metrics says how many are."""
    until = time.perf_counter() + max(patience_s, 60)
    while time.perf_counter() < until:
        for line in get(f"{server.url}/metrics").decode().splitlines():
            if line.startswith("watchbill_alerts_folded_total") and float(line.split()[-1]) >= alerts:
                return time.perf_counter()
        time.sleep(0.1)
    raise SystemExit("the fold never came to its end")


def main() -> None:
    """Alternate, and print medians and their ratio."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--alerts", type=int, default=200_000)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    rounds: dict[str, list[dict[str, float]]] = {"alertmanager": [], "watchbill": []}
    for _ in range(given.rounds):
        for start in (alertmanager, watchbill):
            with start() as server:
                rounds[server.name].append(_round(server, given.alerts, given.size, given.connections))
    medians = {
        name: {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
        for name, found in rounds.items()
    }
    ratio = medians["watchbill"]["alerts_per_s"] / medians["alertmanager"]["alerts_per_s"]
    print(
        json.dumps(
            {"bench": "p8_intake", **vars(given), "median": medians, "ratio": round(ratio, 2), "rounds_all": rounds}
        )
    )


if __name__ == "__main__":
    main()
