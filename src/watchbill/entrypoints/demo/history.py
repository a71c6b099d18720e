"""Twenty-eight days of plausible access logs, written before the shop opens and read by the same code as live ones.

Orders follow the day (busy now, quiet twelve hours away), fail a little at random, and had one bad half hour twelve days ago.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from watchbill.entrypoints.demo.shop import access_line
from watchbill.kernel.instants import floor_minute

__all__ = ["PAST", "Past", "write_history"]

DAYS = 28
BAD_HALF_HOUR_DAYS_AGO, BAD_HALF_HOUR_MINUTES, BAD_HALF_HOUR_SHARE = 12, 30, 0.18


@dataclass(frozen=True, slots=True)
class Past:
    """How a service behaved: requests a minute at the busy hour, share that failed, median latency, share that was slow."""

    service: str
    request: tuple[str, str]
    busy_per_minute: float
    failed_share: float
    median_ms: float
    slow_share: float = 0.0
    had_bad_half_hour: bool = False


PAST: tuple[Past, ...] = (
    Past("checkout", ("POST", "/orders"), 30.0, 0.00028, 95, had_bad_half_hour=True),
    Past("storefront", ("GET", "/"), 12.0, 0.0002, 5),
    Past("search", ("GET", "/search"), 10.0, 0.0004, 46, slow_share=0.0021),
    Past("catalog-sync", ("GET", "/products/42"), 8.0, 0.0001, 10),
    Past("payments", ("POST", "/orders"), 6.0, 0.0002, 80),
)


def write_history(logs: Path, now: datetime, past: Past, *, days: int = DAYS) -> int:
    """Write the log of one service up to the current minute; returns the number of lines. The same now gives the same past."""
    noise = np.random.default_rng(sum(past.service.encode()))
    total = 0
    with (logs / f"{past.service}.log").open("w", encoding="utf-8", buffering=1 << 20) as log:
        for line in _lines(past, floor_minute(now), days, noise):
            log.write(line)
            total += 1
    return total


def _lines(past: Past, now: datetime, days: int, noise: np.random.Generator) -> Iterator[str]:
    minutes = np.arange(-days * 1440, 0)
    # The day's wave: the full rate at this very hour, a quarter of it half a day away.
    wave = 0.625 + 0.375 * np.cos(2 * np.pi * minutes / 1440)
    counts = noise.poisson(past.busy_per_minute * wave)
    bad_from = -BAD_HALF_HOUR_DAYS_AGO * 1440
    for minute, count in zip(minutes.tolist(), counts.tolist(), strict=True):
        bad = past.had_bad_half_hour and bad_from <= minute < bad_from + BAD_HALF_HOUR_MINUTES
        yield from _minute(
            past, now + timedelta(minutes=minute), count, BAD_HALF_HOUR_SHARE if bad else past.failed_share, noise
        )


def _minute(past: Past, start: datetime, count: int, failed_share: float, noise: np.random.Generator) -> Iterator[str]:
    prefix = start.strftime("%Y-%m-%dT%H:%M:")
    seconds = np.sort(noise.uniform(0, 60, count)).tolist()
    failed = (noise.random(count) < failed_share).tolist()
    slow = (noise.random(count) < past.slow_share).tolist()
    spread = noise.lognormal(0, 0.35, count).tolist()
    traces = noise.integers(1 << 62, size=count).tolist()
    for second, fails, drags, factor, trace in zip(seconds, failed, slow, spread, traces, strict=True):
        took = past.median_ms * factor * (12 if drags else 1)
        at = f"{prefix}{min(second, 59.999999):09.6f}Z"
        yield access_line(at, past.service, past.request, 502 if fails else 200, (took, f"{trace:016x}"))
