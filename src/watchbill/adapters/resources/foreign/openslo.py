"""OpenSLO v1: services, indicators and objectives; data sources of the same file give the queries their server."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from watchbill.adapters.resources.explain import Finding
from watchbill.adapters.resources.foreign import conditions
from watchbill.adapters.resources.foreign.documents import Foreign, Reader

__all__ = ["CONVERTERS"]

_CALENDAR = {"1w": "week", "1M": "month", "1Q": "quarter"}
_BUDGETING = {"Occurrences": "occurrences", "Timeslices": "time_slices"}
_PROMETHEUS = {"prometheus", "victoriametrics", "mimir", "thanos"}
Json = dict[str, Any]  # Any: JSON


def _service(reader: Reader, result: Foreign) -> None:
    data = {"name": reader.text("metadata", "name"), "description": reader.text("spec", "description")}
    reader.get("metadata", "displayName")
    result.resources.append(("service", _set(data)))


def _sli(reader: Reader, result: Foreign) -> None:
    name = reader.text("metadata", "name")
    reader.get("metadata", "displayName")
    ours = conditions.annotations(reader)
    made = _indicator(reader, result, ("spec",), name, None)
    prose = ours.pop("measurement", {})
    made["measurement"] = {**made.get("measurement", {}), **prose} or None
    result.resources.append(("sli", _set({**made, **ours})))


def _slo(reader: Reader, result: Foreign) -> None:
    name, service = reader.text("metadata", "name"), reader.text("spec", "service")
    reader.get("metadata", "displayName")
    sli = reader.text("spec", "indicatorRef")
    inline = reader.text("spec", "indicator", "metadata", "name")
    if inline is not None:
        sli = inline
        result.resources.append(("sli", _indicator(reader, result, ("spec", "indicator", "spec"), inline, service)))
    objectives = reader.peek("spec", "objectives")
    if not isinstance(objectives, list) or not objectives:
        result.findings.append(Finding(("spec", "objectives"), "there is none, so nothing is promised", "add a target"))
        return
    budgeting = reader.text("spec", "budgetingMethod")
    common = {
        "service": service,
        "sli": sli,
        "window": _window(reader, result),
        "description": reader.text("spec", "description"),
        "budgeting": _BUDGETING.get(budgeting or ""),
        "burn_rate_alerts": conditions.tiers(reader, result),
        **conditions.annotations(reader),
    }
    if budgeting and budgeting not in _BUDGETING:
        result.findings.append(
            Finding(("spec", "budgetingMethod"), f"{budgeting} is not known, events are counted", "", "warning")
        )
    for index in range(len(objectives)):
        suffix = f"-{index + 1}" if len(objectives) > 1 else ""
        target = _target(reader, index)
        reader.get("spec", "objectives", index, "displayName")
        result.resources.append(("slo", _set({"name": f"{name}{suffix}", **common, "target": target})))


def _target(reader: Reader, index: int) -> object:
    """Percent; `target` of OpenSLO is a ratio. What is no number is passed on for the field to complain about."""
    percent = reader.get("spec", "objectives", index, "targetPercent")
    ratio = reader.get("spec", "objectives", index, "target")
    if percent is not None or ratio is None:
        return percent
    try:
        return Decimal(str(ratio)) * 100
    except InvalidOperation:
        return ratio


def _window(reader: Reader, result: Foreign) -> object:
    length = reader.text("spec", "timeWindow", 0, "duration")
    rolling = str(reader.get("spec", "timeWindow", 0, "isRolling")).lower() != "false"
    zone = reader.text("spec", "timeWindow", 0, "calendar", "timeZone")
    if length in _CALENDAR and not rolling:
        begins = str(reader.peek("spec", "timeWindow", 0, "calendar", "startTime"))[:10]
        if _is_aligned(begins, _CALENDAR[length]):
            reader.get("spec", "timeWindow", 0, "calendar", "startTime")
        return _set({"calendar": _CALENDAR[length], "timezone": zone})
    if length is not None and (not rolling or length[-1:] in "MQY"):
        reason = f"a window of {length} is not known here"
        loc = ("spec", "timeWindow", 0, "duration")
        result.findings.append(Finding(loc, reason, "rolling days (28d), or 1w, 1M, 1Q with isRolling: false"))
    return length


def _is_aligned(day: str, unit: str) -> bool:
    """Whether periods that begin on that day are those of the calendar; others begin elsewhere here, which is a loss."""
    try:
        begins = date.fromisoformat(day)
    except ValueError:
        return False
    if unit == "week":
        return begins.weekday() == 0
    return begins.day == 1 and (unit == "month" or begins.month % 3 == 1)


def _indicator(reader: Reader, result: Foreign, at: tuple[str, ...], name: str | None, service: str | None) -> Json:
    own = reader.get(*at, "ratioMetric", "total", "metricSource", "spec", "measurement")
    if isinstance(own, dict):
        reader.get(*at, "ratioMetric")
        return _set(
            {"name": name, "description": reader.text(*at, "description"), "measurement": own, "service": service}
        )
    measurement: Json = {}
    queries = {part: reader.text(*at, "ratioMetric", part, "metricSource", "spec", "query") for part in _PARTS}
    queries = {part: query for part, query in queries.items() if query}
    reader.get(*at, "ratioMetric", "counter")
    if queries:
        part = next(iter(queries))
        url = _url(reader, at, part) or reader.given.prometheus
        if url is None:
            reason = "the queries have no server: no data source of this file gives its url"
            result.findings.append(
                Finding((*at, "ratioMetric"), reason, "add a DataSource, or source.prometheus.url", "warning")
            )
            measurement["source"] = "; ".join(f"{part}: {query}" for part, query in queries.items())
        else:
            measurement["source"] = {"prometheus": {"url": url, **queries}}
    else:
        reason = "no ratio of two queries: nothing will be measured until the SLI has a source"
        result.findings.append(Finding(at, reason, "write ratioMetric with good and total", "warning"))
    return _set(
        {
            "name": name,
            "description": reader.text(*at, "description"),
            "measurement": measurement or None,
            "service": service,
        }
    )


_PARTS = ("good", "bad", "total")


def _url(reader: Reader, at: tuple[str, ...], part: str) -> str | None:
    """The server of a query: written beside it, or in the data source that it names."""
    source = (*at, "ratioMetric", part, "metricSource")
    for each in _PARTS:
        reader.get(*at, "ratioMetric", each, "metricSource", "type")
        reader.get(*at, "ratioMetric", each, "metricSource", "metricSourceRef")
    kind = reader.text(*source, "type")
    if kind is not None and kind.lower() not in _PROMETHEUS:
        return None
    name = reader.text(*source, "metricSourceRef")
    for one in reader.beside:
        if one.get("kind") == "DataSource" and _at(one, "metadata", "name") == name:
            found = _at(one, "spec", "connectionDetails", "url")
            return str(found) if found else None
    return reader.text(*source, "spec", "url")


def _data_source(reader: Reader, _result: Foreign) -> None:
    """Read where an indicator names it; it is no resource of its own."""
    for path in (("metadata",), ("spec",)):
        reader.get(*path)


def _at(data: object, *path: str) -> object:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _set(data: Mapping[str, Any]) -> Json:  # Any: JSON
    return {key: value for key, value in data.items() if value is not None}


CONVERTERS: dict[str, Callable[[Reader, Foreign], None]] = {
    "Service": _service,
    "SLI": _sli,
    "SLO": _slo,
    "DataSource": _data_source,
}
