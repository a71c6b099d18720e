"""Expressions over an SLI's own queries, and what to know about these queries. Counts are recorded, never ratios."""

import re
from collections.abc import Iterator
from fractions import Fraction

from watchbill.slo.model import Prometheus, Sli

__all__ = ["BAD", "BURN", "LEFT", "TARGET", "TOTAL", "above", "as_queries", "bad_of", "number", "query_faults", "query_notes", "quoted", "selector", "total_of"]  # fmt: skip

# Recorded series: counts by SLI and window; what follows from them by SLO.
TOTAL, BAD = "watchbill:sli_total:increase", "watchbill:sli_bad:increase"
BURN, LEFT, TARGET = (
    "watchbill:slo_burn_rate:ratio",
    "watchbill:slo_budget_remaining:ratio",
    "watchbill:slo_target:ratio",
)

WINDOW = "$window"
_EXACT = 1 << 31  # products with counts below 2**22 are exact in Prometheus's floats
_SELECTOR = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{.*\})?\s*", re.DOTALL)
_RATE = re.compile(r"\bi?rate\s*\(")
_RESET_LOST = re.compile(r"\b(?:increase|rate|irate)\s*\(\s*\(*\s*(?:sum|avg|max|min|count)\b")


def quoted(text: str) -> str:
    """A label's value as PromQL writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def selector(name: str, **labels: str) -> str:
    """A recorded series with these labels, without any label: so that what is compared always matches."""
    return f"sum({name}{{{','.join(f'{key}={quoted(value)}' for key, value in labels.items())}}})"


def as_queries(source: Prometheus) -> Prometheus:
    """A source in the form of counter queries: a classic histogram becomes its bucket and its count.

    Any other form comes back as it is; `query_faults` says why no rule can be made of it.
    """
    found = _SELECTOR.fullmatch(source.histogram or "")
    if found is None or source.threshold is None or source.native:
        return source
    metric, matchers = found[1], (found[2] or "{}").strip()[1:-1].strip().rstrip(",")
    # Client libraries write the same bound as 1 or 1.0.
    bounds = "|".join(dict.fromkeys((f"{float(source.threshold):g}", str(float(source.threshold))))).replace(".", "[.]")
    inside = ", ".join(filter(None, (matchers, f'le=~"{bounds}"')))
    counted = f"{metric}_count{{{matchers}}}" if matchers else f"{metric}_count"
    return Prometheus(
        url=source.url,
        total=f"sum(increase({counted}[{WINDOW}]))",
        good=f"sum(increase({metric}_bucket{{{inside}}}[{WINDOW}]))",
        window=source.window,
    )


def total_of(source: Prometheus, window: str) -> str:
    """All events over the window."""
    assert source.total is not None, "only sources in the form of queries have rules"
    return f"sum({source.total.replace(WINDOW, window)})"


def bad_of(source: Prometheus, sli: str, window: str) -> str:
    """Bad events over the window: zero, not nothing, while the error series does not exist until the first error."""
    total = selector(TOTAL, sli=sli, window=window)
    if source.bad is not None:
        return f"sum({source.bad.replace(WINDOW, window)})\nor\n{total} * 0"
    assert source.good is not None, "a source has good or bad"
    return f"{total} - (sum({source.good.replace(WINDOW, window)}) or {total} * 0)"


def above(sli: str, window: str, bound: Fraction) -> str:
    """Whether the share of bad events is above the bound: whole numbers on both sides, so that an edge is an edge."""
    bad, total = selector(BAD, sli=sli, window=window), selector(TOTAL, sli=sli, window=window)
    if max(bound.numerator, bound.denominator) < _EXACT:
        return f"{bound.denominator} * {bad} > {bound.numerator} * {total}"
    return f"{bad} > {number(bound)} * {total}"


def number(exact: Fraction) -> str:
    """The shortest decimal text of the nearest float."""
    return repr(float(exact)).removesuffix(".0")


def query_faults(source: Prometheus) -> Iterator[str]:
    """Why no rule can be made of these queries."""
    if source.value is not None:
        yield "a gauge is judged minute by minute, which rules that count events cannot do"
    elif source.total is None:
        yield "a native histogram, or one whose metric cannot be read, has no counters to ask for"
    for name in ("total", "good", "bad"):
        query = getattr(source, name)
        if query is not None and WINDOW not in query:
            yield f"the query of {name} has no {WINDOW}, so it says the same for every window"


def query_notes(sli: Sli, source: Prometheus) -> Iterator[str]:
    """What is worth knowing about queries that work."""
    queries = [query for query in (source.total, source.good, source.bad) if query is not None]
    if any(_RESET_LOST.search(query) for query in queries):
        yield f"{sli.name}: increase(sum(c)) counts every restart of a pod again; write sum(increase(c[$window]))"
    if any(_RATE.search(query) for query in queries):
        yield f"{sli.name}: rate() gives events a second, so min_events compares with that; write increase()"
