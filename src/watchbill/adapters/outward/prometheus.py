"""Recording rules and multi-window burn-rate alerts for a Prometheus of the team's own.

The alerts carry the labels of watchbill's own, so that both are one alert where both are sent to the same place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from watchbill.adapters.outward.promql import (
    BAD,
    BURN,
    LEFT,
    TARGET,
    TOTAL,
    above,
    as_queries,
    bad_of,
    number,
    query_faults,
    query_notes,
    quoted,
    selector,
    total_of,
)
from watchbill.kernel.units import duration_text, pct_text, span_words
from watchbill.slo.model import Budgeting, BurnTier, Calendar, NoData, Prometheus, Rolling, Sli, Slo, TierSeverity
from watchbill.slo.rules.alarms import BURN as BURN_ALERT
from watchbill.slo.rules.alarms import NO_DATA as NO_DATA_ALERT
from watchbill.slo.rules.alarms import NO_DATA_TIER, allowed_words, labels
from watchbill.slo.rules.burn import exhausts_in, tier_bound
from watchbill.slo.rules.data import silence_limit

__all__ = ["Rules", "rules_for"]

Json = dict[str, Any]  # Any: JSON
Promise = tuple[Slo, Sli | None]

_DAY = timedelta(days=1)
_BUDGET_EVERY = "5m"  # the whole window moves slowly and costs most
_PROMETHEUS_KEEPS = timedelta(days=15)  # unless --storage.tsdb.retention.time says more
_SHOWN = (timedelta(hours=1), timedelta(hours=6), _DAY)  # burn rates of every dashboard


@dataclass(slots=True)
class Rules:
    """Groups as Prometheus reads them, the names of the promises in them, and what is not carried over, in words."""

    groups: list[Json] = field(default_factory=list)
    slos: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def rules_for(promises: Sequence[Promise], at: datetime) -> Rules:
    """Rules for all promises whose SLI queries a Prometheus; `at` picks the length of calendar periods."""
    made = Rules()
    by_sli: dict[str, list[Slo]] = {}
    measured: dict[str, tuple[Sli, Prometheus]] = {}
    for slo, sli in promises:
        reasons = list(_why_not(slo, sli))
        made.notes += [f"{slo.name} is left out: {reason}" for reason in reasons]
        if not reasons and sli is not None and isinstance(sli.source, Prometheus):
            by_sli.setdefault(sli.name, []).append(slo)
            measured[sli.name] = sli, as_queries(sli.source)
            made.slos.append(slo.name)
            made.notes += _losses(slo)
    for name, slos in by_sli.items():
        sli, source = measured[name]
        made.notes += query_notes(sli, source)
        made.groups += _groups(sli, source, slos, at)
    return made


def _why_not(slo: Slo, sli: Sli | None) -> Iterator[str]:
    if slo.composite is not None:
        yield "a composite has no events of its own"
    elif sli is None:
        yield f"there is no SLI {slo.sli!r}"
    elif not isinstance(sli.source, Prometheus):
        kind = type(sli.source).__name__.lower() if sli.source else "prose"
        yield f"the source of {sli.name} is {kind}, which Prometheus cannot ask; give it source: {{prometheus: ...}}"
    elif slo.budgeting is Budgeting.TIME_SLICES:
        yield "time slices have no counterpart in rules that count events"
    else:
        yield from query_faults(as_queries(sli.source))


def _losses(slo: Slo) -> Iterator[str]:
    """What the rules do otherwise than watchbill."""
    if isinstance(slo.window, Calendar):
        yield f"{slo.name}: no rule for what is left of the budget, because its window is the {slo.window}"
    elif slo.window.length > _PROMETHEUS_KEEPS:
        yield f"{slo.name}: the budget over {slo.window} needs --storage.tsdb.retention.time of at least that (default 15d)"
    if slo.group_by:
        yield f"{slo.name}: one alert for the whole, none for each {', '.join(slo.group_by)}"
    if slo.no_data is NoData.BAD:
        yield f"{slo.name}: missing minutes do not count as failed"


def _groups(sli: Sli, source: Prometheus, slos: Sequence[Slo], at: datetime) -> Iterator[Json]:
    # One group for each SLI: rules of a group run one after the other, so alerts see counts of the same moment.
    windows = sorted({window for slo in slos for window in _windows(slo)})
    rules = [rule for window in windows for rule in _counts(sli, source, window)]
    for slo in slos:
        rules += _of_slo(slo, at)
    yield {"name": f"watchbill-{sli.name}", "rules": rules}
    lengths = sorted({slo.window.length for slo in slos if isinstance(slo.window, Rolling)} - set(windows))
    budget = [rule for length in lengths for rule in _counts(sli, source, length)]
    budget += [_left(slo, slo.window) for slo in slos if isinstance(slo.window, Rolling)]
    if budget:
        yield {"name": f"watchbill-{sli.name}-budget", "interval": _BUDGET_EVERY, "rules": budget}


def _windows(slo: Slo) -> Iterator[timedelta]:
    """All windows that alerts and burn rates need."""
    yield from _SHOWN
    for tier in slo.tiers:
        yield tier.short_window
        yield tier.long_window
    if slo.no_data is NoData.ALERT:
        yield silence_limit(slo)


def _counts(sli: Sli, source: Prometheus, window: timedelta) -> Iterator[Json]:
    text = duration_text(window)
    where = {"sli": sli.name, "window": text}
    yield {"record": TOTAL, "expr": total_of(source, text), "labels": where}
    yield {"record": BAD, "expr": bad_of(source, sli.name, text), "labels": where}


def _of_slo(slo: Slo, at: datetime) -> Iterator[Json]:
    whose = {"slo": slo.name, "service": slo.service}
    yield {"record": TARGET, "expr": f"vector({number(slo.target.value)})", "labels": whose}
    for window in sorted({*_SHOWN, *(w for tier in slo.tiers for w in (tier.short_window, tier.long_window))}):
        text = duration_text(window)
        expr = f"{_share(slo, text)} / {number(slo.allowed)}"
        yield {"record": BURN, "expr": expr, "labels": {**whose, "window": text}}
    for tier in slo.tiers:
        yield _alert(slo, tier, at)
    if slo.no_data is NoData.ALERT:
        yield _silence(slo)


def _share(slo: Slo, window: str) -> str:
    """The share of bad events; nothing where there were no events."""
    return f"{selector(BAD, sli=slo.sli, window=window)} / ({selector(TOTAL, sli=slo.sli, window=window)} > 0)"


def _alert(slo: Slo, tier: BurnTier, at: datetime) -> Json:
    period = slo.window.period(at)
    bound = tier_bound(tier, slo.allowed, period)
    short, long = duration_text(tier.short_window), duration_text(tier.long_window)
    conditions = [above(slo.sli, short, bound), above(slo.sli, long, bound)]
    if slo.min_events:
        conditions.append(f"{selector(TOTAL, sli=slo.sli, window=long)} >= {slo.min_events}")
    rate, lasts = pct_text(tier.rate(period), 3), span_words(exhausts_in(tier.rate(period), period))
    return {
        "alert": BURN_ALERT,
        "expr": "\nand\n".join(f"({condition})" for condition in conditions),
        "labels": _labels(slo, tier.name, tier.severity),
        "annotations": {
            "summary": f"{slo.service}: {slo.name} burns its error budget at {_now(slo, short)}x",
            "description": f"Burn rate {_now(slo, short)}x over {short} and {_now(slo, long)}x over {long}; {tier.name} fires above "
            f"{rate}x, which spends a full budget in {lasts}. The promise: {allowed_words(slo)} may fail over {slo.window}.",
            **_runbook(slo),
        },
    }


def _silence(slo: Slo) -> Json:
    limit = silence_limit(slo)
    text, share = duration_text(limit), Fraction(limit // timedelta(seconds=1), _DAY // timedelta(seconds=1))
    expected = f"{number(share)} * {selector(TOTAL, sli=slo.sli, window=duration_text(_DAY))}"
    return {
        "alert": NO_DATA_ALERT,
        "expr": f"(({selector(TOTAL, sli=slo.sli, window=text)} or vector(0)) == 0)\nand\n({expected} >= {max(1, slo.min_events)})",
        "labels": _labels(slo, NO_DATA_TIER, TierSeverity.TICKET),
        "annotations": {
            "summary": f"No data about {slo.service} for {text}: whether {slo.name} is kept is not known",
            "description": f"{slo.sli} counted nothing for {text}, where the day before lets {max(1, slo.min_events)} events or more expect.",
            **_runbook(slo),
        },
    }


def _left(slo: Slo, window: Rolling) -> Json:
    expr = f"1 - {_share(slo, duration_text(window.length))} / {number(slo.allowed)}"
    return {"record": LEFT, "expr": expr, "labels": {"slo": slo.name, "service": slo.service}}


def _labels(slo: Slo, tier: str, severity: TierSeverity) -> dict[str, str]:
    return {key: text for key, text in labels(slo, tier, severity).items() if key != "alertname"}


def _now(slo: Slo, window: str) -> str:
    """The burn rate at the moment of the alert, as a template of Prometheus."""
    query = f"{BURN}{{slo={quoted(slo.name)},window={quoted(window)}}}"
    return "{{ with query `" + query + '` }}{{ . | first | value | printf "%.1f" }}{{ end }}'


def _runbook(slo: Slo) -> dict[str, str]:
    if not slo.runbook:
        return {}
    return {"runbook_url" if "://" in slo.runbook else "runbook": slo.runbook}
