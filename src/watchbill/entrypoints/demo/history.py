"""Twenty-eight days of plausible access logs, written before the shop opens and read by the same code as live ones.

Customers follow the day (busy now, quiet twelve hours away). Each visit is made once and logged by every service
that it passes, under one trace id: what fails below fails above. Checkout had one bad half hour twelve days ago.
"""

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from watchbill.entrypoints.demo.parent import end_with_parent
from watchbill.entrypoints.demo.shop import SHOP, access_template, route_of
from watchbill.entrypoints.demo.traffic import MIX, Visit
from watchbill.kernel.instants import floor_minute

__all__ = ["LOGGED", "main", "write_history"]

DAYS, DAY = 28, 1440  # the promises' window; minutes
LOGGED = tuple(name for name, member in SHOP.items() if not member.outside)
# Which share of its requests a service fails by itself, on any day.
FAILED_SHARE = {
    "storefront": 0.00004,
    "catalog-sync": 0.0001,
    "search": 0.0004,
    "checkout": 0.00008,
    "payments": 0.0002,
}
SLOW_SERVICE, SLOW_SHARE, SLOW_TIMES = "search", 0.0021, 12
BAD_SERVICE, BAD_DAYS_AGO, BAD_MINUTES, BAD_SHARE = "checkout", 12, 30, 0.15
CHUNK = 50_000
Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Visits:
    """All visits of one kind, in their order: microseconds before now, milliseconds taken at the asked service, status, trace."""

    visit: Visit
    at: Integers
    took: Floats
    status: Integers
    trace: Integers


def write_history(logs: Path, now: datetime, service: str, *, days: int = DAYS) -> int:
    """Write the log of one service up to the current minute; returns the number of lines. The same now gives the same past."""
    seen = [_visits(visit, service, days) for visit in MIX if service in route_of(visit.path)]
    total = 0
    with (logs / f"{service}.log").open("w", encoding="utf-8", buffering=1 << 20) as log:
        for lines in _lines(service, seen, floor_minute(now)):
            log.writelines(lines)
            total += len(lines)
    return total


def _visits(visit: Visit, service: str, days: int) -> Visits:
    """The visits of a kind as the service saw them. Drawn from the visit's own seed, so that every service sees the same ones."""
    noise = np.random.default_rng(sum(visit.path.encode()))
    minutes = np.arange(-days * DAY, 0)
    # As evenly as the live customers come: a whole number a minute around the rate, so that no minute is without data.
    counts = np.floor(visit.per_minute * _wave(minutes) + noise.random(minutes.size)).astype(np.int64)
    minute = np.repeat(minutes, counts)
    at = np.sort((minute * 60 + noise.uniform(0, 60, minute.size)) * 1e6).astype(np.int64)
    trace = noise.integers(1 << 62, size=at.size)
    took, status = np.zeros(at.size), np.full(at.size, 200)
    for name in reversed(route_of(visit.path)):
        own = SHOP[name].median_ms * noise.lognormal(0, 0.35, at.size)
        if name == SLOW_SERVICE:
            own *= np.where(noise.random(at.size) < SLOW_SHARE, SLOW_TIMES, 1)
        took += own
        status = np.where(noise.random(at.size) < _failed_share(name, at), 500, status)
        if name == service:
            break
    return Visits(visit, at, took, status, trace)


def _wave(minutes: Integers) -> Floats:
    """The day's wave: the full rate at this very hour, a quarter of it half a day away."""
    share: Floats = 0.25 + 0.75 * ((1 + np.cos(2 * np.pi * minutes / DAY)) / 2) ** 2
    return share


def _failed_share(service: str, at: Integers) -> Floats:
    usual = FAILED_SHARE.get(service, 0.0)
    began = -BAD_DAYS_AGO * DAY * 60_000_000
    bad = (service == BAD_SERVICE) & (at >= began) & (at < began + BAD_MINUTES * 60_000_000)
    return np.where(bad, BAD_SHARE, usual)


def _lines(service: str, seen: list[Visits], now: datetime) -> Iterator[list[str]]:
    """The service's log in order of time, a bounded number of lines at once."""
    at = np.concatenate([one.at for one in seen])
    order = np.argsort(at, kind="stable")
    kind = np.repeat(np.arange(len(seen)), [one.at.size for one in seen])
    took, status, trace = (np.concatenate([getattr(one, name) for one in seen]) for name in ("took", "status", "trace"))
    templates: Mapping[tuple[int, int], str] = {
        (number, code): access_template(service, (one.visit.method, one.visit.path), code)
        for number, one in enumerate(seen)
        for code in (200, 500)
    }
    start = np.datetime64(now.replace(tzinfo=None), "us")
    for first in range(0, at.size, CHUNK):
        part = order[first : first + CHUNK]
        times = np.datetime_as_string(start + at[part].astype("timedelta64[us]"), unit="us")
        columns = zip(times.tolist(), kind[part].tolist(), status[part].tolist(), took[part].tolist(), trace[part].tolist(), strict=True)  # fmt: skip
        yield [
            templates[number, code] % (f"{moment}Z", f"{identity:016x}", duration)
            for moment, number, code, duration, identity in columns
        ]


def main() -> None:
    """Write the history of the named services, then leave."""
    parser = argparse.ArgumentParser(prog="history", description="The past of the demo's shop.")
    parser.add_argument("services", nargs="+", choices=LOGGED)
    parser.add_argument("--logs", required=True, type=Path)
    parser.add_argument("--until", required=True, type=datetime.fromisoformat)
    parser.add_argument("--days", type=int, default=DAYS)
    given = parser.parse_args()
    end_with_parent()
    for service in given.services:
        write_history(given.logs, given.until, service, days=given.days)


if __name__ == "__main__":
    main()
