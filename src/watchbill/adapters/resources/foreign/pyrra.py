"""Pyrra: one ServiceLevelObjective becomes an SLI and an SLO, with the windows that Pyrra derives from its own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign.documents import Foreign, Reader
from watchbill.adapters.resources.foreign.queries import measured, named, number
from watchbill.adapters.resources.foreign.sloth import NO_SERVER
from watchbill.kernel.errors import Invalid
from watchbill.kernel.units import duration, duration_text

__all__ = ["CONVERTERS", "TIERS"]

Json = dict[str, Any]  # Any: JSON

# Pyrra's factors for four weeks, which it stretches with the window: name, rate, short, long, severity.
TIERS = (
    ("burn_14x", 14, timedelta(minutes=5), timedelta(hours=1), "page"),
    ("burn_7x", 7, timedelta(minutes=30), timedelta(hours=6), "page"),
    ("burn_2x", 2, timedelta(hours=2), timedelta(days=1), "ticket"),
    ("burn_1x", 1, timedelta(hours=6), timedelta(days=4), "ticket"),
)
_FOUR_WEEKS = timedelta(days=28)
_MINUTE = timedelta(minutes=1)


def _objective(reader: Reader, result: Foreign) -> None:
    reader.get("metadata", "namespace")
    name = named(reader.text("metadata", "name") or "slo")
    service = _service(reader, result, name)
    window = _window(reader, result)
    sli_type, measurement = _measurement(reader, result)
    sli: Json = {"name": name, "service": service, "type": sli_type, "measurement": measurement}
    slo: Json = {
        "name": name,
        "service": service,
        "sli": name,
        "target": number(reader.get("spec", "target")),
        "window": duration_text(window),
        "burn_rate_alerts": _tiers(reader, window),
        "runbook": reader.text("metadata", "annotations", "pyrra.dev/runbook"),
        "description": reader.text("spec", "description"),
    }
    result.resources += [("sli", sli), ("slo", {key: value for key, value in slo.items() if value is not None})]


def _service(reader: Reader, result: Foreign, name: str) -> str:
    said = reader.text("metadata", "labels", "pyrra.dev/service") or reader.given.service
    if said is None:
        reason = f"Pyrra names no service; {name!r} is taken"
        result.findings.append(
            Finding(("metadata",), reason, "say --service NAME, or label it pyrra.dev/service", "warning")
        )
    return named(said or name)


def _window(reader: Reader, result: Foreign) -> timedelta:
    text = reader.text("spec", "window") or "4w"
    try:
        return duration(text, field="window")
    except Invalid as wrong:
        result.findings.append(Finding(("spec", "window"), wrong.reason, wrong.hint))
        return _FOUR_WEEKS


def _measurement(reader: Reader, result: Foreign) -> tuple[str, Json]:
    at = ("spec", "indicator")
    url = reader.given.prometheus
    if url is None:
        result.findings.append(Finding(at, NO_SERVER, "say --prometheus URL", "warning"))
    for kind in ("ratio", "latency", "latencyNative", "latency_native", "bool_gauge", "boolGauge"):
        if reader.get(*at, kind, "grouping"):
            reason = "one objective for each group has no counterpart: the groups are added up"
            result.findings.append(Finding((*at, kind, "grouping"), reason, "group_by of the SLO", "warning"))
    if total := reader.text(*at, "ratio", "total", "metric"):
        errors = reader.text(*at, "ratio", "errors", "metric") or ""
        return "availability", measured(url, bad=_increase(errors), total=_increase(total))
    if total := reader.text(*at, "latency", "total", "metric"):
        success = reader.text(*at, "latency", "success", "metric") or ""
        return "latency", measured(url, good=_increase(success), total=_increase(total))
    if native := _native(reader, at):
        metric, limit = native
        hist = f"sum(increase({metric}[$window]))"
        good = f"histogram_fraction(0, {limit}, {hist}) * histogram_count({hist})"
        return "latency", measured(url, good=good, total=f"histogram_count({hist})")
    gauge = reader.text(*at, "bool_gauge", "metric") or reader.text(*at, "boolGauge", "metric")
    if gauge:
        good, total = f"sum(sum_over_time({gauge}[$window]))", f"sum(count_over_time({gauge}[$window]))"
        return "availability", measured(url, good=good, total=total)
    result.findings.append(Finding(at, "no indicator that can be read: nothing will be measured", "", "warning"))
    return "availability", {"source": "an indicator of Pyrra"}


def _native(reader: Reader, at: tuple[str, ...]) -> tuple[str, str] | None:
    """Metric and limit in seconds of a native histogram."""
    for spelling in ("latencyNative", "latency_native"):
        metric, limit = reader.text(*at, spelling, "total", "metric"), reader.text(*at, spelling, "latency")
        if metric and limit:
            return metric, f"{duration(limit, field='latency').total_seconds():g}"
    return None


def _increase(metric: str) -> str:
    return f"sum(increase({metric}[$window]))"


def _tiers(reader: Reader, window: timedelta) -> list[Json]:
    reader.get("spec", "alerting", "name")
    disabled = reader.get("spec", "alerting", "disabled")
    if str(disabled).lower() == "true":
        return []
    return [
        {
            "name": name,
            "burn_rate": rate,
            "short_window": duration_text(_stretched(short, window)),
            "long_window": duration_text(_stretched(long, window)),
            "severity": severity,
        }
        for name, rate, short, long, severity in TIERS
    ]


def _stretched(part: timedelta, window: timedelta) -> timedelta:
    """As much longer as the window is than four weeks, in whole minutes."""
    return max(_MINUTE, round(part * (window / _FOUR_WEEKS) / _MINUTE) * _MINUTE)


CONVERTERS: dict[str, Callable[[Reader, Foreign], None]] = {"ServiceLevelObjective": _objective}
