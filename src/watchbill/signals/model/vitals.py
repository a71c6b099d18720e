"""What browsers report of page views: web vitals, and whether a script failed."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Metric", "Vital"]


class Metric(StrEnum):
    """What a beacon measures; `view` is a page view with the number of its script errors."""

    LCP = "LCP"  # largest contentful paint, ms
    INP = "INP"  # interaction to next paint, ms
    FID = "FID"  # first input delay, ms
    CLS = "CLS"  # cumulative layout shift, a score
    FCP = "FCP"  # first contentful paint, ms
    TTFB = "TTFB"  # time to first byte, ms
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class Vital:
    """One report of one page view. `value` in ms (CLS: a score; a view: 0), `errors` only of views. Nothing tells who it was."""

    metric: Metric
    value: float
    path: str = ""
    errors: int | None = None
    device: str = ""
    release: str = ""
