"""The plan of a tick: every decision about every SLO as a comparison of integers, laid out so that calm ones cost nothing.

The counts answer all bounds at once with one byte each. They lie in regions, so that what is not calm is found by searching
bytes: first the long windows of all tiers, then their short windows, then for each budget edge one row of all SLOs, then the
silence of each SLO whose missing data is worth an alarm. Last come a few bounds that nobody reads: they make the counts keep
the windows ready that every status shows.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache

from watchbill.slo.model import Bound, BurnTier, Calendar, NoData, Rolling, Slo, Verdict
from watchbill.slo.rules.burn import tier_bound
from watchbill.slo.rules.data import silence_limit
from watchbill.slo.rules.replay import overlaid

__all__ = ["SHOWN_MINUTES", "Edges", "Plan", "make_plan"]

# The remaining percentages that a budget has to be compared with; as many for every SLO.
Edges = Callable[[Slo], tuple[Fraction, ...]]

# The windows of every status: now, 1h, 6h, 24h.
SHOWN_MINUTES = (5, 60, 360, 1440)

_BOTH_ABOVE = re.compile(re.escape(overlaid(bytes([Verdict.ABOVE]), bytes([Verdict.ABOVE]))))
_NOT_BELOW = re.compile(b"[^" + re.escape(bytes([Verdict.BELOW])) + b"]")
_NOT_ZERO = re.compile(rb"[^\0]")
_UNKNOWN = re.compile(bytes([Verdict.UNKNOWN]))


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The bounds of a tick and who asked for them. Holds for one version of the definitions, and until `until`."""

    version: str
    until: datetime | None
    slos: tuple[Slo, ...]
    tiers: tuple[tuple[int, BurnTier], ...]  # (position of the SLO, tier)
    edge_count: int
    bounds: tuple[Bound, ...]
    watched: tuple[int, ...]  # positions of the SLOs whose silence is asked for
    position: dict[str, int] = field(default_factory=dict)  # of an SLO, by name
    tier_position: dict[tuple[str, str], int] = field(default_factory=dict)  # of a tier, by (slo, tier)

    def holds(self, version: str, at: datetime) -> bool:
        """Whether this plan still is the right one."""
        return self.version == version and (self.until is None or at < self.until)

    def burning(self, verdicts: bytes) -> Iterator[int]:
        """Positions of the tiers whose windows both are above the rate."""
        count = len(self.tiers)
        both = overlaid(verdicts[:count], verdicts[count : 2 * count]) if count else b""
        return (found.start() for found in _BOTH_ABOVE.finditer(both))

    def tier_verdicts(self, verdicts: bytes, number: int) -> tuple[Verdict, Verdict]:
        """Short and long window of one tier."""
        return Verdict(verdicts[len(self.tiers) + number]), Verdict(verdicts[number])

    def spending(self, verdicts: bytes) -> Iterator[int]:
        """Positions of the SLOs whose budget is not surely above its first edge (or unknown)."""
        start = 2 * len(self.tiers)
        return (found.start() - start for found in _NOT_BELOW.finditer(verdicts, start, start + len(self.slos)))

    def budget_verdicts(self, verdicts: bytes) -> bytes:
        """The part of the verdicts that says how every budget compares with every edge."""
        start = 2 * len(self.tiers)
        return verdicts[start : start + self.edge_count * len(self.slos)]

    def changed(self, old: bytes, new: bytes) -> list[int]:
        """Positions of the SLOs that differ between two answers of `budget_verdicts`."""
        differing = (int.from_bytes(old, "big") ^ int.from_bytes(new, "big")).to_bytes(len(new), "big")
        return sorted({found.start() % len(self.slos) for found in _NOT_ZERO.finditer(differing)})

    def edges(self, verdicts: bytes, number: int) -> tuple[Verdict, ...]:
        """How the spent share of one SLO compares with each edge: BELOW means that more than the edge is left."""
        start, step = 2 * len(self.tiers) + number, len(self.slos)
        return tuple(Verdict(verdicts[start + row * step]) for row in range(self.edge_count))

    def silent(self, verdicts: bytes) -> Iterator[int]:
        """Positions of the watched SLOs without any event lately."""
        start = 2 * len(self.tiers) + self.edge_count * len(self.slos)
        silent = _UNKNOWN.finditer(verdicts, start, start + len(self.watched))
        return (self.watched[found.start() - start] for found in silent)


def make_plan(
    version: str,
    slos: Sequence[Slo],
    at: datetime,
    edges: Edges,
    budgets: Callable[[Slo], str] = lambda slo: slo.series,
) -> Plan:
    """The plan for these SLOs (those that are measured), at a moment that picks the calendar periods.

    `budgets` names the series that an SLO's budget is judged by: its own, or that without what was taken out.
    """
    tiers = tuple((number, tier) for number, slo in enumerate(slos) for tier in slo.tiers)
    asked = [edges(slo) for slo in slos]
    allowed = [slo.allowed for slo in slos]
    count = len(asked[0]) if asked else 0
    watched = tuple(number for number, slo in enumerate(slos) if slo.no_data is NoData.ALERT)
    rates = [_tier_share(tier, allowed[number], slos[number].window.period(at)) for number, tier in tiers]
    of_tiers = [(slos[number], tier, than) for (number, tier), than in zip(tiers, rates, strict=True)]
    bounds = (
        *(_tier_bound(slo, than, tier.long_window, slo.min_events) for slo, tier, than in of_tiers),
        *(_tier_bound(slo, than, tier.short_window, 0) for slo, tier, than in of_tiers),
        *(
            _edge_bound(slo, budgets(slo), allowed[number], asked[number][row], at)
            for row in range(count)
            for number, slo in enumerate(slos)
        ),
        *(Bound(slos[number].series, Fraction(0), _minutes(silence_limit(slos[number]))) for number in watched),
        *(Bound(slo.measured, Fraction(0), minutes) for slo in slos[:1] for minutes in SHOWN_MINUTES),
    )
    ends = [slo.window.end(at) for slo in slos if isinstance(slo.window, Calendar)]
    return Plan(
        version=version,
        until=min(ends, default=None),
        slos=tuple(slos),
        tiers=tiers,
        edge_count=count,
        bounds=bounds,
        watched=watched,
        position={slo.name: number for number, slo in enumerate(slos)},
        tier_position={(slos[owner].name, tier.name): number for number, (owner, tier) in enumerate(tiers)},
    )


def _tier_bound(slo: Slo, than: Fraction, window: timedelta, min_total: int) -> Bound:
    # min_events guards the long window, which is the evidence; the short one only says whether it still goes on.
    return Bound(slo.series, than, _minutes(window), min_total=min_total, missing_is_bad=slo.no_data is NoData.BAD)


def _edge_bound(slo: Slo, series: str, allowed: Fraction, remaining_pct: Fraction, at: datetime) -> Bound:
    than = _edge_share(allowed, remaining_pct)
    is_bad = slo.no_data is NoData.BAD
    if isinstance(slo.window, Rolling):
        return Bound(series, than, _minutes(slo.window.length), missing_is_bad=is_bad)
    return Bound(series, than, since=slo.window.start(at), missing_is_bad=is_bad)


# Thousands of promises share a few targets and tiers; exact fractions are worth computing once.
_tier_share = lru_cache(maxsize=4096)(tier_bound)


@lru_cache(maxsize=4096)
def _edge_share(allowed: Fraction, remaining_pct: Fraction) -> Fraction:
    """The bad ratio below which the remaining share is above the edge: remaining > edge is bad ratio < allowed x (1 - edge / 100)."""
    return allowed * (1 - remaining_pct / 100)


def _minutes(span: timedelta) -> int:
    return span // timedelta(minutes=1)
