"""Customers of the demo's shop: an open loop that starts requests on schedule whether or not the shop keeps up."""

import argparse
import http.client
import threading
from dataclasses import dataclass

import numpy as np

from watchbill.entrypoints.demo.parent import end_with_parent
from watchbill.kernel.clock import SystemClock

__all__ = ["MIX", "Visit", "main"]

CLOCK = SystemClock()
TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A kind of request and how often it comes at the busy hour."""

    method: str
    path: str
    per_minute: float


# The back-filled history is made of the same table: the outage weighs against the hour before it exactly as the arithmetic
# that the demo tells its viewer says (14.4 x 0.1 % of an hour at this rate is reached after 52 s without one good order).
MIX: tuple[Visit, ...] = (
    Visit("GET", "/", 5.0),
    Visit("GET", "/products/42", 4.0),
    Visit("GET", "/search", 4.0),
    Visit("POST", "/orders", 15.0),
)


def main() -> None:
    """Send traffic to the storefront until ended."""
    parser = argparse.ArgumentParser(prog="traffic", description="Customers of the demo's shop.")
    parser.add_argument("--port", required=True, type=int)
    given = parser.parse_args()
    end_with_parent()
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
        due += float(rhythm.uniform(0.8, 1.2)) * 60 / visit.per_minute
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
