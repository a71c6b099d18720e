"""Customers of the demo's shop: an open loop that starts requests on schedule whether or not the shop keeps up."""

import argparse
import http.client
import threading
from dataclasses import dataclass

import numpy as np

from watchbill.kernel.clock import SystemClock

__all__ = ["MIX", "Visit", "main"]

CLOCK = SystemClock()
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A kind of request and how often it comes."""

    method: str
    path: str
    per_second: float


# Orders come at the rate that the back-filled history has at this hour, so that an outage weighs what it would weigh in a real shop.
MIX: tuple[Visit, ...] = (
    Visit("GET", "/", 1.0),
    Visit("GET", "/products/42", 0.7),
    Visit("GET", "/search", 0.8),
    Visit("POST", "/orders", 0.5),
)


def main() -> None:
    """Send traffic to the storefront until ended."""
    parser = argparse.ArgumentParser(prog="traffic", description="Customers of the demo's shop.")
    parser.add_argument("--port", required=True, type=int)
    given = parser.parse_args()
    threads = [threading.Thread(target=_come, args=(visit, given.port, seed)) for seed, visit in enumerate(MIX)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _come(visit: Visit, port: int, seed: int) -> None:
    rhythm = np.random.default_rng(seed)
    due = CLOCK.monotonic()
    while True:
        # Even spacing with a little jitter: the demo's detection time should show the rule, not the luck of the draw.
        due += float(rhythm.uniform(0.8, 1.2)) / visit.per_second
        CLOCK.sleep(max(0.0, due - CLOCK.monotonic()))
        threading.Thread(target=_ask, args=(visit, port), daemon=True).start()


def _ask(visit: Visit, port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request(visit.method, visit.path, b"{}" if visit.method == "POST" else None)
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return  # a customer who saw an error leaves; the shop's own log tells what happened
    finally:
        connection.close()


if __name__ == "__main__":
    main()
