"""What P8, P9 and P10 share: alternate Alertmanager and watchbill, send them the same bodies, print medians and the ratio."""

import argparse
import json
import statistics
import time
from collections.abc import Sequence

from bench.load import alerts_body, blast, get, request_bytes
from bench.servers import Server, alertmanager, watchbill

__all__ = ["compare"]


def compare(name: str, *, alerts: int, size: int, quick: int, goal: float, resends: int = 0) -> None:
    """Measure and print JSON. `resends`: say everything once beforehand, then measure saying it so often again unchanged."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one short round each, for a look")
    parser.add_argument("--alerts", type=int, default=None)
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--connections", type=int, default=32)
    given = parser.parse_args()
    given.alerts = given.alerts or (quick if given.quick else alerts)
    given.rounds = given.rounds or (1 if given.quick else 5)
    rounds: dict[str, list[dict[str, float]]] = {"alertmanager": [], "watchbill": []}
    for _ in range(given.rounds):
        for start in (alertmanager, watchbill):
            with start() as server:
                rounds[server.name].append(_round(server, given, resends))
    medians = {
        who: {key: round(statistics.median(one[key] for one in found), 3) for key in found[0]}
        for who, found in rounds.items()
    }
    ratio = medians["watchbill"]["alerts_per_s"] / medians["alertmanager"]["alerts_per_s"]
    cpu = medians["alertmanager"]["cpu_s"] / medians["watchbill"]["cpu_s"]
    print(
        json.dumps(
            {
                "bench": name,
                **vars(given),
                "median": medians,
                "ratio": round(ratio, 2),
                "ratio_by_cpu": round(cpu, 2),
                "goal": goal,
                "reached": ratio >= goal,
                "rounds_all": rounds,
            }
        )
    )


def _round(server: Server, given: argparse.Namespace, resends: int) -> dict[str, float]:
    bodies = _bodies(server, given.alerts, given.size)
    said = given.alerts
    if resends:
        _send(server, bodies, given.connections)
        if server.name == "watchbill":
            _folded(server, said, 60)
        bodies = list(bodies) * resends
    before = server.cpu_s
    seconds = _send(server, bodies, given.connections)
    answered = time.perf_counter()
    sent = given.alerts * max(resends, 1)
    found = {"alerts_per_s": sent / seconds, "burst_s": seconds, "memory_mb": server.memory_mb}
    if server.name == "watchbill":
        found["fold_lag_s"] = _folded(server, said * bool(resends) + sent, seconds * 5) - answered
        found["folded_within_bursts"] = (seconds + found["fold_lag_s"]) / seconds
        found["memory_folded_mb"] = server.memory_mb
    found["cpu_s"] = server.cpu_s - before
    return found


def _bodies(server: Server, alerts: int, size: int) -> Sequence[bytes]:
    return [request_bytes(server.alerts, alerts_body(first, size)) for first in range(0, alerts, size)]


def _send(server: Server, bodies: Sequence[bytes], connections: int) -> float:
    result = blast(server.alerts, bodies, connections=connections)
    assert result.refused == 0, f"{result.refused} requests were refused"
    return result.seconds


def _folded(server: Server, alerts: int, patience_s: float) -> float:
    """When the last alert was folded; /metrics says how many are."""
    end = time.perf_counter() + max(patience_s, 60)
    while time.perf_counter() < end:
        for line in get(f"{server.url}/metrics").decode().splitlines():
            if line.startswith("watchbill_alerts_folded_total") and float(line.split()[-1]) >= alerts:
                return time.perf_counter()
        time.sleep(0.1)
    raise SystemExit("the fold never came to its end")
